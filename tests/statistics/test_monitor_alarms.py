"""False alarms of monitoring over simulated years, its power, and the coverage of the accuracy without labels."""

from __future__ import annotations

import numpy as np
import pytest

from odviz.analysis.monitoring import REFERENCE_ERROR, TEST_ERROR, monitor
from odviz.domain.monitoring import DriftKind
from odviz.stats.calibration import Sureness
from odviz.stats.e_process import log_evidence
from odviz.stats.unlabelled import accuracy_without_labels
from tests.fakes import point
from tests.monitor_data import Device, shifted

YEARS, ANSWERS_A_DAY = 40, 40


def test_the_errors_add_up_to_five_percent():
    assert pytest.approx(0.05) == TEST_ERROR + REFERENCE_ERROR


def test_years_without_a_change_have_alarms_in_at_most_five_percent() -> None:
    """A benchmark of its own for each year; with a tenth of the answers labelled, everything is monitored."""
    rng, alarms = np.random.default_rng(1), 0
    for _ in range(YEARS):
        log = Device().log(rng, 365 * ANSWERS_A_DAY)
        report = monitor("0toy", point(), Device().reference(rng, 500), log)
        assert len(report.evidence) == len(DriftKind)
        alarms += bool(report.alarms)
    assert alarms / YEARS <= 0.05


@pytest.mark.parametrize("share", [0.02, 0.5])
def test_evidence_against_the_largest_allowed_share_exceeds_its_threshold_as_seldom_as_ville_says(share: float) -> None:
    """The hardest case: a share exactly at its bound, for 10,000 answers, looked at after each ten."""
    hits = np.random.default_rng(2).binomial(10, share, (500, 1000))
    evidence = log_evidence(hits, np.full(1000, 10), share)
    for error in (0.05, 0.2, 0.5):
        assert (evidence.max(axis=1) >= -np.log(error)).mean() <= error + 2 * np.sqrt(error * (1 - error) / 500)
    assert np.exp(evidence[:, 20]).mean() <= 1.1  # its expectation is 1 at any time


def test_a_share_that_varies_below_its_bound_raises_no_more_alarms() -> None:
    """The bound holds whatever came before: here the share alternates, by the hour, and stays below."""
    shares = np.tile([0.02, 0.1], 250).repeat(2)
    hits = np.random.default_rng(3).binomial(10, shares, (200, 1000))
    assert (log_evidence(hits, np.full(1000, 10), 0.1).max(axis=1) >= np.log(20)).mean() <= 0.05


def test_a_shift_after_months_is_noticed_within_days() -> None:
    rng, delays = np.random.default_rng(4), []
    for _ in range(10):
        log = shifted(rng, 4000, 2000, Device(shares=(0.5, 0.2, 0.1, 0.1, 0.1)))
        alarms = monitor("0toy", point(), Device().reference(rng, 1000), log).alarms
        delays.append(min((alarm.raised_answer - 4000 for alarm in alarms), default=np.inf))
    assert min(delays) > 0 and np.median(delays) < 800


@pytest.mark.parametrize("doubt", [0.05, 0.1, 0.2, 0.3])
def test_accuracy_without_labels_covers_the_accuracy_where_confidence_means_what_it_meant(doubt: float) -> None:
    rng, covered = np.random.default_rng(5), 0
    for _ in range(300):
        _, confidence, right = Device().draw(rng, 2000)
        _, other, truth = Device(doubt=doubt).draw(rng, 2000)
        estimate = accuracy_without_labels(Sureness(confidence, right), other)
        covered += estimate.low <= truth.mean() <= estimate.high
    assert covered / 300 >= 0.92
