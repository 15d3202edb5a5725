import numpy as np
import plotly.graph_objects as go
import pytest

from odviz.charts import DARK
from odviz.charts.reliability import reliability_diagram
from odviz.domain.calibration import CalibrationReport, NetworkCalibration
from odviz.report import calibration_text
from odviz.stats.calibration import Sureness, calibration_error, reliability
from odviz.stats.means import mean
from tests.fakes import point


def report(shift):
    confidence = np.linspace(0.5, 0.95, 900)
    right = np.random.default_rng(0).random(900) < confidence
    own = Sureness(confidence, right)
    calibration = NetworkCalibration(calibration_error(own), mean(own.gaps**2), reliability(own))
    moved = mean(np.full(900, shift) + np.tile([-0.01, 0.01], 450))
    return CalibrationReport(point("int8-static"), calibration, calibration, mean(np.zeros(900)), moved)


def test_each_bin_is_a_point_with_its_interval_below_the_line_of_perfect_calibration():
    line, before, now = go.Figure(reliability_diagram(report(0.1), DARK)).data
    assert list(line.x) == list(line.y) and len(before.x) == len(now.x) == 15
    assert before.marker.symbol != now.marker.symbol
    assert np.all(np.asarray(now.error_y.arrayminus) > 0) and np.asarray(now.x)[0] == pytest.approx(51.5, abs=0.5)


@pytest.mark.parametrize(("shift", "words"), [(0.1, "become surer"), (-0.1, "less sure"), (0.0, "as sure as before")])
def test_the_sentence_says_which_way_the_confidence_moved(shift, words):
    assert words in calibration_text.headline(report(shift))
    headings, rows = calibration_text.rows(report(shift))
    assert len(headings) == len(rows[0]) and rows[1][3] == "+0.0000 (+0.0000 to +0.0000)"
