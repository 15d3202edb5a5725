import pytest

from odviz.services.spreadsheet import guarded, unguarded


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "@me", "+1", "-1"])
def test_what_a_spreadsheet_would_run_is_marked_as_words(text):
    assert guarded(text) == f"'{text}" and unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "lenet-5", "'tis", "a=b"])
def test_other_words_stay_as_they_are(text):
    assert guarded(text) == text == unguarded(text)
