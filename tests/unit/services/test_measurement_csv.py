import pytest

from odviz.domain.errors import FileRefused
from odviz.library.published import read_published
from odviz.services.measurement_csv import Table, read_csv, template
from odviz.services.measurements import as_csv
from odviz.services.user_measurements import Measurement, problems

ONE = Table((Measurement("net", 1.5, 2.0),), ())


@pytest.mark.parametrize(
    "content",
    [
        b"network,latency_ms,macs_m\nnet,1.5,2\n",
        b"\xef\xbb\xbf\n\nnetwork,latency_ms,macs_m\r\nnet,1.5,2\r\n\r\n,,\r\n",
        b"network;latency_ms;macs_m\nnet;1,5;2\n",
        b"network\tlatency_ms\tmacs_m\nnet\t1,5\t2\n",
        b" Network , Latency (ms) ,MACs (million)\n net , 1.5 ,2\n",
        b'model,gmacs,latency_ms\n"net",0.002,1.5\n',
        b"macs_m,latency_ms,network\r2,1.5,net\r",
    ],
)
def test_tables_as_spreadsheets_write_them(content):
    assert read_csv("a.csv", content) == ONE


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no column network or latency_ms. Its first line should name its columns, of network"),
        (b"network,latency_s\nnet,1\n", "no column latency_ms"),
        (b"PK\x03\x04\xff\xfe", "not text in UTF-8; in a spreadsheet, save it as “CSV UTF-8”"),
        ("network,latency_ms\nné,1\n".encode("latin-1"), "not text in UTF-8"),
        (b"x" * (2 << 20), "larger than a table of measurements can be"),
        (b"network,latency_ms\n\n", "headings, but no measurement"),
        (b"network,model,latency_ms\na,b,1\n", "two columns for network"),
        (b"network,latency_ms\nnet,fast\n", "line 2: latency_ms is “fast”, which is not a number"),
        (b"network,latency_ms\na,1\n\nnet,nan\n", "line 4: latency_ms is “nan”"),
        (b"network,latency_ms\nnet,inf\n", "is “inf”"),
        (b"network,latency_ms\nnet,1_000\n", "is “1_000”"),
        (b"network,latency_ms,gmacs\nnet,1,many\n", "gmacs is “many”"),
        (b"network,latency_ms\nnet,1,5\n", "line 2 has 3 cells under 2 headings; if its numbers have decimal commas"),
        (b'network,latency_ms\n"net,1\n', "cannot be read as CSV"),
        (b"network,latency_ms\n" + b"n" * 200_000 + b",1\n", "cannot be read as CSV"),
        (b"network,latency_ms\n" + b"net,1\n" * 301, "has 301 rows; 300 is the most"),
        (b"network;latency_ms\na;1,5\nb;2.5\n", "both commas and points in its numbers (“1,5” and “2.5”)"),
        (b"network\tlatency_ms\tmacs_m\na\t1,234\t2.5\n", "write one of them before the decimals, and nothing between"),
        (b"network;latency_ms\na;1.234,5\n", "both commas and points in its numbers (“1.234,5”)"),
        (b"network;latency_ms\na;1,234,567\n", "“1,234,567”, which is not a number; write it with a point"),
        (b'network,latency_ms\na,"1,234"\n', "“1,234”, which is not a number; write it with a point"),
        (b"network,latency_ms,gmacs,gmacs\na,1,1,2\n", "two columns for gmacs"),
        (
            b"network,latency_ms,macs_m,gmacs\na,1,5,7\n",
            "line 2 says 5 million MACs in macs_m and 7000 million in gmacs",
        ),
    ],
)
def test_what_is_no_such_table_is_said(content, words):
    with pytest.raises(FileRefused, match=r"^a\.csv") as error:
        read_csv("a.csv", content)
    assert words in str(error.value)


def test_a_line_that_ends_early_misses_what_stands_behind():
    assert read_csv("a.csv", b"latency_ms,network\n1\n").measurements == (Measurement("", 1.0),)


def test_columns_that_say_nothing_here_are_named():
    assert read_csv("a.csv", b"network,Colour,latency_ms,\nnet,red,1,\n").unused == ("Colour",)


def test_the_file_to_fill_in_can_be_read():
    assert problems(read_csv("measurements.csv", template().encode()).measurements) == []


def test_a_table_that_was_downloaded_can_be_taken_in():
    rows = [row for row in read_published() if row.target == "rpi4-tflite-cpu4-fp32"]
    found = read_csv("a.csv", as_csv(rows).encode()).measurements
    assert [each.network for each in found] == [row.model for row in rows]
    assert [each.latency_ms for each in found] == pytest.approx([1e3 * row.latency_s for row in rows])
    assert [each.macs_m for each in found] == pytest.approx([row.macs / 1e6 for row in rows])
    assert found[0].energy_scope == rows[0].energy_scope


@pytest.mark.parametrize(
    ("content", "reading"),
    [
        (b"network\tlatency_ms\nnet\t1,234\n", "“1,234” was read as 1.234, with decimals, and not as 1234; if"),
        (b"network;latency_ms\nnet;1.234\nb;17\n", "“1.234” was read as 1.234, with decimals, and not as 1234; if"),
        (b"network;latency_ms;macs_m\nnet;1,234;5,5\n", ""),  # 5,5 says what the comma is
        (b"network;latency_ms\nnet;0,234\n", ""),
        (b"network;latency_ms\nnet 1.5;17\n", ""),  # a name is no number
        (b"network,latency_ms\nnet,1.234\n", ""),  # as everybody writes it beside commas
    ],
)
def test_the_reading_that_was_taken_is_said_where_it_is_a_guess(content, reading):
    found = read_csv("a.csv", content)
    assert found.guessed.startswith(reading) and bool(found.guessed) is bool(reading)
    assert found.measurements[0].latency_ms in (1.234, 0.234, 17.0)


def test_macs_in_both_units_may_stand_there_where_they_agree():
    assert read_csv("a.csv", b"network,latency_ms,macs_m,gmacs\nnet,1,5000,5.001\n").measurements[0].macs_m == 5000
