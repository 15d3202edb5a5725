import csv
import io
import math

import pytest

from odviz.analysis.device_calibration import calibration, held_out_predictions, measurements
from odviz.domain.errors import FileRefused
from odviz.domain.published import PublishedRow
from odviz.library.device_toml import parse_device
from odviz.library.published import COLUMNS, TEXT_COLUMNS
from odviz.projection.calibration import Calibration
from odviz.services import devices, target_reports
from odviz.services.measurement_csv import as_csv, read_csv
from odviz.services.target_reports import checked_report
from tests.unit.services.user_data import toml


def user_device(points):
    device = parse_device("my-till", toml(points), "my-till.toml")
    return device, device.default


def test_rows_come_by_rising_macs_and_unknown_ones_last():
    rows = measurements(*user_device([("a", 1.0, None), ("b", 9.0, 5.0), ("c", 2.0, 1.0)]))
    assert [row.model for row in rows] == ["c", "b", "a"]


def test_each_network_is_predicted_without_its_family():
    device = devices.profile("raspberry-pi-4")
    calibrated = calibration(device, device.default)
    predictions = held_out_predictions(calibrated)
    assert len(predictions) == len(calibrated.sample.own)
    assert len({prediction.family for prediction in predictions}) == 4
    errors = sorted(abs(prediction.predicted / prediction.measured - 1) for prediction in predictions)
    assert errors[len(errors) // 2] == pytest.approx(calibrated.validation.median_error, abs=0.02)


def test_where_nothing_is_projected_nothing_is_left_out():
    assert held_out_predictions(Calibration("none", ())) == ()


def test_a_table_has_the_columns_of_the_published_one_and_gaps():
    (row,) = measurements(*user_device([("a,b", 12.5, 0.0004)]))
    (cells,) = csv.DictReader(io.StringIO(as_csv([row])))
    assert set(cells) == {*TEXT_COLUMNS, *COLUMNS}
    assert (cells["model"], cells["latency_ms"], cells["gmacs"], cells["power_w"]) == ("a,b", "12.5", "0.0004", "")


@pytest.mark.parametrize("error", [IndexError, ValueError, ZeroDivisionError, RuntimeError])
def test_what_cannot_be_fitted_is_a_sentence(monkeypatch, error):
    def fail(*_):
        raise error("index -1 is out of bounds")

    monkeypatch.setattr(target_reports, "calibration", fail)
    with pytest.raises(FileRefused, match="my-till"):
        checked_report(*user_device([("a", 1.0, 1.0)]))


def test_figures_out_of_all_proportion_are_refused_or_fitted_to_numbers():
    with pytest.raises(FileRefused, match="gmacs"):
        user_device([("a", 1.0, 1e290)])
    points = [(f"{'ab'[at % 2]}net_{at}", 5.0 + at, (1e-9, 1e6)[at % 2]) for at in range(10)]
    assert math.isfinite(checked_report(*user_device(points)).validation.factor)


def test_a_few_points_are_shown_as_they_are():
    report = checked_report(*user_device([("a", 1.0, 1.0)]))
    assert report.published == 1 and report.validation is None and math.isfinite(report.published)


def test_somebodys_words_are_no_formula_and_come_back_as_they_were():
    row = PublishedRow("t", '=HYPERLINK("http://evil.example","x")', 1e-3, source="@me")
    text = as_csv([row])
    assert "'=HYPERLINK" in text and ",'@me," in text
    assert read_csv("own.csv", text.encode()).measurements[0].network == row.model
