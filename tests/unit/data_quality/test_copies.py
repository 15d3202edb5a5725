from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odviz.data_quality import CHECKS, _alike
from odviz.data_quality._alike import alike, sharing_samples
from odviz.data_quality.leakage import leaked_items, leaks
from odviz.domain.data_quality import FindingKind, Item, Part, Severity
from odviz.domain.modality import Modality
from tests.toys.datasets import dataset, with_inputs

NEARLY = {
    Modality.IMAGE: lambda items, rng: 0.8 * items + 0.1 + rng.normal(0, 0.004, items.shape),
    Modality.SIGNAL: lambda items, rng: items + rng.normal(0, 0.02, items.shape),
    Modality.TABULAR: lambda items, rng: items + rng.normal(0, 0.005, items.shape),
    Modality.TEXT: lambda items, rng: np.concatenate([items[:, :3], items[:, 4:], items[:, -1:] * 0], axis=1),
}
"""A copy that is not equal, of each kind of item."""


def planted(modality, seed=0):
    """Of the test items 5 to 7 are equal to 1 to 3 and 20 to 24 nearly equal to 30 to 34; 10 calibration items, too."""
    data, rng = dataset(modality, seed), np.random.default_rng(seed)
    test, calibration = data.test.inputs.copy(), data.calibration.inputs.copy()
    test[5:8] = test[1:4]
    test[20:25] = NEARLY[modality](test[30:35], rng)
    calibration[:4] = test[50:54]
    calibration[4:10] = NEARLY[modality](test[60:66], rng)
    return with_inputs(data, test, calibration)


def families(report, kind):
    return {
        tuple(item.index for item in case.items)
        for finding in report.findings
        if finding.kind is kind
        for case in finding.cases
    }


@pytest.mark.parametrize("modality", Modality)
def test_planted_copies_are_found_and_nothing_else(modality):
    data = planted(modality)
    report = CHECKS["duplicates"].report(data)
    assert families(report, FindingKind.COPIES) == {(1, 5), (2, 6), (3, 7)}
    assert families(report, FindingKind.NEAR_COPIES) == {(20 + shift, 30 + shift) for shift in range(5)}
    assert {finding.severity for finding in report.findings} <= {Severity.LOOK, Severity.ACT}
    assert leaked_items(leaks(data)) == [50, 51, 52, 53, 60, 61, 62, 63, 64, 65]
    mates = {case.items[0].index: case.items[1] for case in leaks(data)}
    assert mates[50] == Item(Part.CALIBRATION, 0) and mates[65] == Item(Part.CALIBRATION, 9)


def test_copies_with_different_labels_are_named():
    data = planted(Modality.IMAGE)
    data.test.targets[5] = (data.test.targets[1] + 1) % 3
    (finding,) = (one for one in CHECKS["duplicates"].report(data).findings if one.kind is FindingKind.OTHER_LABELS)
    assert (1, 5) in [tuple(item.index for item in case.items) for case in finding.cases]
    assert finding.severity is Severity.ACT


def test_windows_of_one_recording_overlap_at_whatever_offset():
    recording = np.cumsum(np.random.default_rng(1).normal(size=(400, 3)), axis=0).astype(np.float32)
    starts = [0, 20, 47, 200, 259]  # the last two share one sample only
    pairs = sharing_samples(np.stack([recording[start : start + 60] for start in starts]))
    shares = dict(zip(zip(pairs.first, pairs.second, strict=True), pairs.similarity, strict=True))
    assert shares == pytest.approx({(0, 1): 40 / 60, (0, 2): 13 / 60, (1, 2): 33 / 60}, abs=0.05)


@pytest.mark.parametrize(("grouped", "severity"), [(False, Severity.ACT), (True, Severity.FINE)])
def test_overlap_asks_for_groups_unless_there_are_some(grouped, severity):
    data = dataset(Modality.SIGNAL, group_title="people" if grouped else "")
    test = data.test.inputs.copy()
    test[1, :40], test[2, 10:] = test[0, 20:], test[3, :50]
    report = CHECKS["duplicates"].report(with_inputs(data, test))
    assert families(report, FindingKind.SHARED_PARTS) == {(0, 1), (2, 3)}
    assert report.severity is severity


def test_a_window_cut_from_a_calibration_recording_is_leaked():
    data = dataset(Modality.SIGNAL)
    calibration = data.calibration.inputs.copy()
    calibration[7, :30] = data.test.inputs[40, 30:]
    assert leaked_items(leaks(with_inputs(data, calibration=calibration))) == [40]


def test_a_sensor_at_rest_overlaps_with_nothing():
    still = np.full((50, 60, 3), 1.5, np.float32)
    assert not len(sharing_samples(still))


def test_long_items_are_compared_by_means_and_then_in_full():
    rng = np.random.default_rng(2)
    images = rng.random((40, 12, 12, 3)).repeat(8, axis=1).repeat(8, axis=2).astype(np.float32)
    images[7] = 0.5 * images[3] + rng.normal(0, 0.005, images[3].shape)
    checkerboard = np.indices(images[0].shape).sum(axis=0) % 2
    images[9] = images[4] + 0.3 * (checkerboard - 0.5)  # the means are those of 4
    pairs = alike(images, Modality.IMAGE)
    assert (pairs.first.tolist(), pairs.second.tolist()) == ([3], [7])


def test_plain_pictures_are_not_copies_because_they_are_alike():
    rng = np.random.default_rng(0)
    plain = np.where(np.arange(12) < 6, 0.9, 0.4).reshape(1, 12, 1, 1) + rng.normal(0, 0.005, (100, 12, 12, 1))
    plain[7] = plain[3] + rng.normal(0, 0.0005, plain[3].shape)
    pairs = alike(plain.astype(np.float32), Modality.IMAGE)
    assert (pairs.first.tolist(), pairs.second.tolist()) == ([3], [7])


def test_copies_of_all_items_are_found():
    """No item is without a copy, so that nothing tells usual neighbours from copies but the next ones."""
    data = dataset(Modality.IMAGE)
    calibration = data.test.inputs + np.random.default_rng(0).normal(0, 0.004, data.test.inputs.shape)
    assert len(leaks(with_inputs(data, calibration=calibration))) == len(data.test)


def test_many_copies_end_the_search(monkeypatch):
    monkeypatch.setattr(_alike, "MOST_PAIRS", 100)
    rows = np.random.default_rng(0).normal(0, 1e-6, (200, 5)) + np.arange(2).repeat(100)[:, np.newaxis]
    assert len(alike(rows, Modality.TABULAR)) <= 100


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(2, 40))
def test_a_pair_of_texts_is_alike_by_the_definition_of_jaccard(seed, count):
    rng = np.random.default_rng(seed)
    texts = rng.integers(1, 4, (count, 6))
    texts[np.arange(6) >= rng.integers(1, 6, (count, 1))] = 0
    sets = []
    for text in texts.tolist():
        words = [0, *(word for word in text if word), 0]
        sets.append(set(pairwise(words)))
    expected = {
        (first, second)
        for first in range(count)
        for second in range(first + 1, count)
        if len(sets[first] & sets[second]) >= _alike.JACCARD * len(sets[first] | sets[second])
    }
    pairs = alike(texts, Modality.TEXT)
    assert set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == expected


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_a_pair_of_rows_is_alike_by_its_distance(seed):
    rows = np.random.default_rng(seed).normal(size=(60, 5))
    rows[30:] = rows[:30] + np.random.default_rng(seed + 1).normal(0, 0.02, (30, 5))
    scaled = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    distance = np.sqrt(((scaled[:, np.newaxis] - scaled) ** 2).mean(axis=2))
    usual = np.median(np.sort(distance, axis=1)[:, 10])
    most = min(_alike.DISTANCE, _alike.ISOLATION * usual)
    expected = {(i, j) for i, j in zip(*np.nonzero(distance <= most), strict=True) if i < j}
    pairs = alike(rows, Modality.TABULAR)
    assert set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == expected
