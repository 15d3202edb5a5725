import pytest

from odviz.domain.errors import FileRefused
from odviz.library.published import BELIEVED, NUMBERS, believed, read_published

HEAD = "target,model,latency_ms,gmacs,source,source_url\n"


def table(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_rows_are_in_si_and_name_their_source():
    rows = read_published()
    row = next(row for row in rows if (row.target, row.model) == ("rpi4-tflite-cpu4-fp32", "mobilenet_v1_1.0_224"))
    assert row.latency_s == pytest.approx(0.074859)
    assert (row.macs, row.power_w) == (pytest.approx(568.74e6), pytest.approx(6.046))
    assert all(row.source and row.source_url and row.licence for row in rows)


def test_gaps_are_none(tmp_path):
    (row,) = read_published(table(tmp_path, HEAD + "t,m,2,,S,u\n"))
    assert (row.latency_s, row.macs, row.power_w) == (0.002, None, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "no column target, model, latency_ms"),
        (HEAD + "t,m,fast,,S,u\n", "line 2: latency_ms is 'fast'"),
        (HEAD + "t,m,nan,,S,u\n", "must be from 0"),
        (HEAD + "t,m,,,S,u\n", "latency_ms is missing; give the time of one inference"),
        (HEAD + "t,m,0,,S,u\n", "latency_ms is 0; it must be from 0.000001"),
        (HEAD + "t,m,1,1e-300,S,u\n", "gmacs is 1e-300; it must be from 0.000000001 to 1,000,000"),
        (HEAD + ",m,1,,S,u\n", "target is empty"),
        (HEAD + "t,m,1,,S,u\nt,m,2,,S,u\n", "two rows for m on t"),
    ],
)
def test_what_makes_no_sense_is_said_with_its_line(tmp_path, text, said):
    with pytest.raises(FileRefused, match=said):
        read_published(table(tmp_path, text))


def test_a_table_as_a_spreadsheet_writes_it_is_read(tmp_path):
    (row,) = read_published(table(tmp_path, "\ufeff" + HEAD + "t,m,2,0,S,u\n"))
    assert (row.latency_s, row.macs) == (0.002, 0)


def test_every_column_has_bounds_that_hold_what_was_published():
    assert BELIEVED.keys() == {column for column, _ in NUMBERS.values()}
    assert believed(1.0, BELIEVED["compute_layers"]) and not believed(float("nan"), BELIEVED["gmacs"])


def test_missing_table(tmp_path):
    with pytest.raises(FileRefused, match="cannot be read"):
        read_published(tmp_path / "absent.csv")
