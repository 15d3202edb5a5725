import time

import pytest

from odviz.domain.text import number, quoted, visible, whole

INVISIBLE = ["\x00", "\x1b", "\r", "\x7f", "\x85", "\x9b", "\u200b", "\u200f", "\u202e", "\u2066", "\u2028", "\ufeff"]


@pytest.mark.parametrize("char", [*INVISIBLE, "\udcff"])
def test_invisible_characters_are_written_out(char):
    shown = visible(f"a{char}b")
    assert shown.isprintable() and shown.startswith("a\\") and shown.endswith("b")


@pytest.mark.parametrize("text", ["", "Größe ≤ 1 µs", "a\tb\nc", "日本語", "a\xa0b", "\\x1b", "👩‍"[:1]])
def test_visible_text_stays_as_it_is(text):
    assert visible(text) == text


def test_a_quotation_is_short_whatever_is_quoted():
    assert quoted("lenet") == "'lenet'"
    assert len(quoted("x" * 100_000)) < 80 and quoted("\x1b" * 1000).isprintable()


@pytest.mark.parametrize(
    ("text", "value"), [("5", 5), ("+5.", 5), (".5", 0.5), ("1e-3", 1e-3), ("-2.5E+2", -250), ("1e999", float("inf"))]
)
def test_numbers(text, value):
    assert number(text) == value


NO_NUMBERS = [
    "",
    "nan",
    "inf",
    "1_0",
    "٣",
    "３",
    "0x10",
    "1,5",
    "1 000",
    " 1",
    "1\n",
    "--1",
    "1e",
    ".",
    "e5",
    "9" * 100_000,
]


@pytest.mark.parametrize("text", NO_NUMBERS)
@pytest.mark.parametrize("read", [number, whole])
def test_what_only_python_takes_for_a_number_is_none(read, text):
    with pytest.raises(ValueError, match="not a"):
        read(text)


def test_whole_numbers():
    assert whole("007") == 7 and whole("-1") == -1
    with pytest.raises(ValueError, match="not a whole number"):
        whole("1.0")


@pytest.mark.parametrize("text", ["9" * 1_000_000 + "x", "." * 1_000_000, "1e" + "9" * 1_000_000])
def test_long_text_is_refused_at_once(text):
    begun = time.perf_counter()
    with pytest.raises(ValueError, match="not a number"):
        number(text)
    assert time.perf_counter() - begun < 1
