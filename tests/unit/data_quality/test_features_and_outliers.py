from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from odviz.data_quality import CHECKS
from odviz.data_quality._robust import mahalanobis, robust_z
from odviz.domain.data_quality import FindingKind, Severity
from odviz.domain.modality import Modality
from tests.toys.datasets import dataset, with_inputs


def reported(name, data):
    return CHECKS[name].report(data)


def cases_of(report):
    return {(case.items[0].split.value, case.items[0].index) for finding in report.findings for case in finding.cases}


def kinds(report):
    return [finding.kind for finding in report.findings]


@pytest.mark.parametrize("modality", [Modality.TABULAR, Modality.SIGNAL])
def test_a_constant_column_or_channel_is_named_by_its_number(modality):
    data = dataset(modality)
    calibration = data.calibration.inputs.copy()
    calibration[..., 2] = 4
    report = reported("features", with_inputs(data, calibration=calibration))
    constant = [finding for finding in report.findings if finding.kind is FindingKind.CONSTANT_FEATURES]
    assert [finding.count for finding in constant] == [1]
    assert "calibration" in constant[0].message and ": 3" in constant[0].message


def test_a_code_of_missing_values_is_named():
    data = dataset(Modality.TABULAR)
    test = data.test.inputs.copy()
    test[5:25, 1] = -999
    report = reported("features", with_inputs(data, test))
    assert kinds(report) == [FindingKind.MISSING_VALUES]
    assert cases_of(report) == {("test", row) for row in range(5, 25)}


@pytest.mark.parametrize(("modality", "value"), [(Modality.IMAGE, 0.3), (Modality.SIGNAL, 1.0), (Modality.TEXT, 0)])
def test_empty_items_are_named(modality, value):
    data = dataset(modality)
    test = data.test.inputs.copy()
    test[9] = value
    report = reported("features", with_inputs(data, test))
    assert cases_of(report) == {("test", 9)} and report.severity is Severity.LOOK


@pytest.mark.parametrize(
    ("modality", "change"),
    [
        (Modality.IMAGE, lambda item: 0.1 * item + 0.9),
        (Modality.IMAGE, lambda item: item + 3),
        (Modality.SIGNAL, lambda item: item * 30),
        (Modality.TABULAR, lambda item: item + np.array([0, 40, 0, 0, 0, 0, 0])),
    ],
)
def test_an_item_unlike_all_others_is_named(modality, change):
    data = dataset(modality)
    test = data.test.inputs.copy()
    test[11] = change(test[11])
    assert cases_of(reported("outliers", with_inputs(data, test))) == {("test", 11)}


def test_a_row_that_is_unlike_others_only_in_its_columns_together():
    rng = np.random.default_rng(3)
    data = dataset(Modality.TABULAR)
    common = rng.normal(size=(300, 1))
    test = common + 0.05 * rng.normal(size=(300, 7))
    test[13] = [1.5, -1.5, 1.5, -1.5, 1.5, -1.5, 1.5]
    report = reported("outliers", with_inputs(data, test))
    assert cases_of(report) == {("test", 13)} and "Mahalanobis" in report.findings[0].message


def test_skewed_rows_are_hardly_ever_outliers():
    rng = np.random.default_rng(4)
    data = dataset(Modality.TABULAR)
    test = np.exp(rng.normal(size=(300, 7)))
    test[:, 5:] = rng.integers(0, 2, (300, 2)) * 9
    assert len(cases_of(reported("outliers", with_inputs(data, np.log1p(test))))) <= 3


def test_texts_of_unknown_words_and_texts_that_are_cut():
    data = dataset(Modality.TEXT)
    test = data.test.inputs.copy()
    test[3, :6] = 999
    test[40:100] = np.random.default_rng(0).integers(1, 900, (60, test.shape[1]))
    report = reported("outliers", replace(with_inputs(data, test), unknown_token=999))
    assert kinds(report) == [FindingKind.OUTLIERS, FindingKind.CUT_OFF]
    assert report.findings[0].cases[0].items[0].index == 3
    assert report.findings[1].count == 60


def test_robust_distances_are_those_of_normal_variables():
    values = np.random.default_rng(0).normal(3, 2, (20_000, 2))
    assert robust_z(values).std(axis=0) == pytest.approx([1, 1], abs=0.03)
    distances = mahalanobis(np.random.default_rng(0).normal(size=(4000, 3)) @ np.diag([1, 5, 0.1]))
    assert stats.kstest(distances, stats.chi2(3).cdf).statistic < 0.05
