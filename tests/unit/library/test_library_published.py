import math

import pytest

from odviz.domain.errors import FileRefused
from odviz.library.published import COLUMNS, read_published

HEAD = "target,model,latency_ms,gmacs,source,source_url\n"


def table(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_rows_are_in_si_and_name_their_source():
    rows = read_published()
    row = next(row for row in rows if (row.target, row.model) == ("rpi4-tflite-cpu4-fp32", "mobilenet_v1_1.0_224"))
    assert row.latency_s == pytest.approx(0.074859)
    assert (row.macs, row.power_w) == (pytest.approx(568.741e6), pytest.approx(6.046))
    assert all(row.source and row.source_url and row.licence for row in rows)


def test_gaps_are_none(tmp_path):
    (row,) = read_published(table(tmp_path, HEAD + "t,m,2,,S,u\n"))
    assert (row.latency_s, row.macs, row.power_w) == (0.002, None, None)


@pytest.mark.parametrize(
    ("cells", "field", "accepted"),
    [
        ("t,m,fast,,S,u", "latency_ms", "number"),
        ("t,m,nan,,S,u", "latency_ms", "0.000001"),
        ("t,m,,,S,u", "latency_ms", "time"),
        ("t,m,0,,S,u", "latency_ms", "0.000001"),
        ("t,m,1,1e-300,S,u", "gmacs", "0.000000001"),
        ("t,m,1,0,S,u", "gmacs", "0.000000001"),
        ("t,m,1,-1,S,u", "gmacs", "0.000000001"),
        ("t,m,-5,1,S,u", "latency_ms", "0.000001"),
        ("t,m,1_0,1,S,u", "latency_ms", "0.000001"),
        ("t,m,٣,1,S,u", "latency_ms", "0.000001"),
        (",m,1,,S,u", "target", "empty"),
        ("t,,1,,S,u", "model", "empty"),
        ("t,m,1,,,u", "source", "empty"),
    ],
)
def test_an_implausible_cell_is_refused_with_its_line(tmp_path, cells, field, accepted):
    path = table(tmp_path, f"{HEAD}t,first,1,,S,u\n{cells}\n")
    with pytest.raises(FileRefused, match=accepted) as caught:
        read_published(path)
    assert (caught.value.place, caught.value.field) == (f"{path}, line 3", field)


def test_depthwise_macs_are_a_part_of_all_macs(tmp_path):
    path = table(tmp_path, "target,model,latency_ms,gmacs,depthwise_gmacs,source,source_url\nt,m,1,1,2,S,u\n")
    with pytest.raises(FileRefused) as caught:
        read_published(path)
    assert caught.value.field == "depthwise_gmacs"


def test_a_table_needs_its_columns_and_no_row_twice(tmp_path):
    with pytest.raises(FileRefused) as caught:
        read_published(table(tmp_path, "a,b\n1,2\n"))
    assert caught.value.field == "target"
    with pytest.raises(FileRefused, match="two rows"):
        read_published(table(tmp_path, HEAD + "t,m,1,,S,u\nt,m,2,,S,u\n"))


def test_a_table_as_a_spreadsheet_writes_it_is_read(tmp_path):
    (row,) = read_published(table(tmp_path, "\ufeff" + HEAD + "t,m,2,1,S,u\n"))
    assert (row.latency_s, row.macs) == (0.002, 1e9)


def test_every_column_is_a_field_and_not_a_number_is_implausible():
    row = read_published()[0]
    assert all(hasattr(row, column.field) for column in COLUMNS.values())
    assert 1.0 in COLUMNS["compute_layers"].plausible and not COLUMNS["gmacs"].plausible.__contains__(math.nan)


def test_missing_table(tmp_path):
    with pytest.raises(FileRefused, match="cannot be read"):
        read_published(tmp_path / "absent.csv")
