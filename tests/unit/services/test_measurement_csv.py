import pytest

from odviz.domain.errors import FileRefused
from odviz.library.published import read_published
from odviz.services.measurement_csv import MeasurementTable, as_csv, read_csv, template
from odviz.services.user_measurements import Measurement, problems

ONE = MeasurementTable((Measurement("net", 1.5, 2.0),), ())


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
    ("content", "line", "field", "word"),
    [
        (b"", 0, "network", "latency_ms"),
        (b"network,latency_s\nnet,1\n", 0, "latency_ms", "latency_s"),
        (b"PK\x03\x04\xff\xfe", 0, "", "UTF-8"),
        ("network,latency_ms\nné,1\n".encode("latin-1"), 0, "", "UTF-8"),
        (b"x" * (2 << 20), 0, "", "larger"),
        (b"network,latency_ms\n\n", 0, "", "headings"),
        (b"network,model,latency_ms\na,b,1\n", 0, "network", "two columns"),
        (b"network,latency_ms,gmacs,gmacs\na,1,1,2\n", 0, "gmacs", "two columns"),
        (b"network,latency_ms\nnet,fast\n", 2, "latency_ms", "“fast”"),
        (b"network,latency_ms\na,1\n\nnet,nan\n", 4, "latency_ms", "“nan”"),
        (b"network,latency_ms\nnet,inf\n", 2, "latency_ms", "“inf”"),
        (b"network,latency_ms\nnet,1_000\n", 2, "latency_ms", "“1_000”"),
        (b"network,latency_ms,gmacs\nnet,1,many\n", 2, "gmacs", "“many”"),
        (b"network,latency_ms\nnet,1,5\n", 2, "", "semicolons"),
        (b'network,latency_ms\n"net,1\n', 0, "", "CSV"),
        (b"network,latency_ms\n" + b"n" * 200_000 + b",1\n", 0, "", "CSV"),
        (b"network,latency_ms\n" + b"net,1\n" * 301, 0, "", "300"),
        (b"network;latency_ms\na;1,5\nb;2.5\n", 0, "", "“1,5” and “2.5”"),
        (b"network\tlatency_ms\tmacs_m\na\t1,234\t2.5\n", 0, "", "decimals"),
        (b"network;latency_ms\na;1.234,5\n", 0, "", "“1.234,5”"),
        (b"network;latency_ms\na;1,234,567\n", 2, "latency_ms", "point"),
        (b'network,latency_ms\na,"1,234"\n', 2, "latency_ms", "point"),
        (b"network,latency_ms,macs_m,gmacs\na,1,5,7\n", 2, "gmacs", "7000 million"),
    ],
)
def test_what_is_wrong_with_a_table_is_refused_with_its_line(content, line, field, word):
    with pytest.raises(FileRefused) as caught:
        read_csv("a.csv", content)
    error = caught.value
    assert (error.place, error.field) == (f"a.csv, line {line}" if line else "a.csv", field)
    assert str(error).startswith(error.place) and word in str(error)


def test_a_line_that_ends_early_misses_what_stands_behind():
    assert read_csv("a.csv", b"latency_ms,network\n1\n").measurements == (Measurement("", 1.0),)


def test_columns_that_say_nothing_here_are_named():
    assert read_csv("a.csv", b"network,Colour,latency_ms,\nnet,red,1,\n").unused == ("Colour",)


def test_the_file_to_fill_in_can_be_read():
    assert problems(read_csv("measurements.csv", template().encode()).measurements) == []


def test_a_table_that_was_downloaded_can_be_taken_in():
    rows = [row for row in read_published() if row.target == "rpi4-tflite-cpu4-fp32"]
    measurements = read_csv("a.csv", as_csv(rows).encode()).measurements
    assert [measurement.network for measurement in measurements] == [row.model for row in rows]
    assert [measurement.latency_ms for measurement in measurements] == pytest.approx(
        [1e3 * row.latency_s for row in rows]
    )
    assert [measurement.macs_m for measurement in measurements] == pytest.approx([row.macs / 1e6 for row in rows])
    assert measurements[0].energy_scope == rows[0].energy_scope


@pytest.mark.parametrize(
    ("content", "reading"),
    [
        (b"network\tlatency_ms\nnet\t1,234\n", "“1,234” was read as 1.234"),
        (b"network;latency_ms\nnet;1.234\nb;17\n", "“1.234” was read as 1.234"),
        (b"network;latency_ms;macs_m\nnet;1,234;5,5\n", ""),  # 5,5 says what the comma is
        (b"network;latency_ms\nnet;0,234\n", ""),
        (b"network;latency_ms\nnet 1.5;17\n", ""),  # a name is no number
        (b"network,latency_ms\nnet,1.234\n", ""),  # as everybody writes it beside commas
    ],
)
def test_the_reading_that_was_taken_is_said_where_it_is_a_guess(content, reading):
    result = read_csv("a.csv", content)
    assert result.guessed.startswith(reading) and bool(result.guessed) is bool(reading)
    assert result.measurements[0].latency_ms in (1.234, 0.234, 17.0)


def test_macs_in_both_units_may_stand_there_where_they_agree():
    assert read_csv("a.csv", b"network,latency_ms,macs_m,gmacs\nnet,1,5000,5.001\n").measurements[0].macs_m == 5000
