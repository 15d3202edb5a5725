import time

import pytest

from odviz.domain.errors import FileRefused
from odviz.library.tables import parse_table

PLAIN = (("model", "gmacs"), [("a.csv, line 2", {"model": "net", "gmacs": "1.5"})])


def table(text, numbers=("gmacs",)):
    parsed = parse_table(text, "a.csv", numbers)
    return parsed.headings, list(parsed.rows)


@pytest.mark.parametrize(
    "text",
    [
        "model,gmacs\nnet,1.5\n",
        "model;gmacs\r\nnet;1,5\r\n",
        "model\tgmacs\rnet\t1,5\r",
        '"model","gmacs"\n"net","1.5"',
        "model,gmacs,,\nnet,1.5,,\n,,,\n",
        "model,gmacs\nnet,1.5,,,\n",
    ],
)
def test_what_spreadsheets_write_is_the_same_table(text):
    headings, rows = table(text)
    assert headings[:2] == PLAIN[0]
    assert [(place, {name: cell for name, cell in cells.items() if name}) for place, cells in rows] == PLAIN[1]


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n', "SEP=;\r"])
def test_the_first_line_of_excel_names_the_delimiter(first):
    headings, rows = table(f"{first}model;gmacs;a,b,c,d\nnet;1,5;\n")
    assert headings == ("model", "gmacs", "a,b,c,d")
    assert rows == [("a.csv, line 3", {"model": "net", "gmacs": "1.5", "a,b,c,d": ""})]


def test_delimiters_within_quotation_marks_are_text():
    headings, _ = table('model;"seconds, all, of, them";gmacs\nnet;;1,5\n')
    assert headings == ("model", "seconds, all, of, them", "gmacs")
    assert table('"a ""b"", c";"d\ne";gmacs\n')[0] == ('a "b", c', "d e", "gmacs")


def test_lines_are_counted_as_an_editor_counts_them():
    parsed = parse_table('model,"two\nlines"\n\nnet,1\nnet2,2\n', "a.csv")
    assert [place for place, _ in parsed.rows] == ["a.csv, line 4", "a.csv, line 5"]


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("model,Model\n", "a.csv", "two columns"),
        ("model,gmacs\nnet,1,5\n", "a.csv, line 2", "semicolons"),
        ("model,gmacs,\nnet,1,5\n", "a.csv, line 2", "no heading"),
        ('model,gmacs\n"net,1\nb,2\n', "a.csv, line 2", "CSV"),
        ('model,gmacs\n"net"x,1\n', "a.csv, line 2", "CSV"),
        ('model,gmacs\n"net,1\nb,"2\n', "a.csv, line 2", "CSV"),
        ('model,gmacs\n"net\nb",2\n', "a.csv, line 2", "quotation mark"),
        ("model,gmacs\nn\x1b[31m,1\n", "a.csv, line 2", "not shown"),
        ("model,gmacs\nn\u202et,1\n", "a.csv, line 2", "not shown"),
        ("model,gmacs\nn\x00t,1\n", "a.csv, line 2", ""),
        ("mo\x1bdel,gmacs\n", "a.csv, line 1", "not shown"),
        (f"model,gmacs\n{'x' * 3000},1\n", "a.csv, line 2", "characters"),
        ("sep=x\nmodelxgmacs\n", "a.csv", "semicolon"),
        ("sep=\nmodel\n", "a.csv", "semicolon"),
        ("model;gmacs\na;1,5\nb;2.5\n", "a.csv", "“1,5” and “2.5”"),
        ("sep=;\nmodel;gmacs\na;1.234,5\n", "a.csv", "“1.234,5”"),
        (",".join(map(str, range(300))), "a.csv", "columns"),
        ("model\n" + "net\n" * 30_000, "a.csv", "rows"),
    ],
)
def test_what_is_malformed_or_ambiguous_is_refused_with_its_line(text, place, word):
    with pytest.raises(FileRefused, match=r"a\.csv") as caught:
        table(text)
    assert caught.value.place in (place, "a.csv") and place in str(caught.value) and word in str(caught.value)


@pytest.mark.parametrize("piece", ["\n", ",", ",\n", '"', '""', "a,", ' "', "x", "\r", "sep=;\n", "'"])
def test_large_files_are_read_or_refused_at_once(piece):
    begun = time.process_time()
    try:
        table(f"model,gmacs\n{piece * (2**20 // len(piece))}")
        table(piece * (2**20 // len(piece)))
    except FileRefused as error:
        assert len(str(error)) < 500
    assert time.process_time() - begun < 5


def test_a_number_that_may_have_thousands_is_told():
    assert parse_table("model;gmacs\nnet;1.234\n", "a.csv", ("gmacs",)).guessed.startswith("“1.234” was read as 1.234")
    assert not parse_table("model,gmacs\nnet,1.234\n", "a.csv", ("gmacs",)).guessed
