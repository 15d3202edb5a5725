import pytest

from odviz.library.spreadsheet import guarded, unguarded


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "@me", "+1", "-1", "\t=1", "\n=1", "＝1"])
def test_what_a_spreadsheet_would_run_is_marked_as_words(text):
    assert guarded(text) == f"'{text}" and unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "lenet-5", "'tis", "a=b"])
def test_other_words_stay_as_they_are(text):
    assert guarded(text) == text == unguarded(text)


@pytest.mark.parametrize("text", ["\r=1", "\x1b[31m", "a\u202eb", "\x9b2J"])
def test_what_steers_a_terminal_is_written_out(text):
    assert guarded(text).isprintable() and guarded(text)[0] not in "=\r"
