"""Alarms and accuracies of a log."""

from dataclasses import replace

import numpy as np
import pytest

from odviz.analysis.monitoring import TEST_ERROR, monitor
from odviz.domain.estimate import Provenance
from odviz.domain.monitoring import DriftKind
from odviz.report import monitor_text
from odviz.serialization import from_json, to_json
from tests.fakes import point
from tests.monitor_data import BEGIN, P50, Device, shifted

BEFORE, AFTER = 2000, 3000


def report(changed=None, seed=1, deadline=None, **options):
    rng = np.random.default_rng(seed)
    reference = Device().reference(rng, **options)
    return monitor("0toy", point(), reference, shifted(rng, BEFORE, AFTER, changed or Device()), deadline)


def test_a_device_that_answers_as_in_the_benchmark_raises_no_alarm():
    quiet = report()
    assert not quiet.alarms and quiet.answers == BEFORE + AFTER and quiet.judged_from == 1
    assert {curve.kind for curve in quiet.evidence} == set(DriftKind)
    assert all(max(curve.strengths) < 1 and len(curve.times) <= 400 for curve in quiet.evidence)
    assert quiet.accuracy_estimated.low <= 0.9 <= quiet.accuracy_estimated.high
    assert quiet.accuracy_labelled.low <= 0.9 <= quiet.accuracy_labelled.high and 400 < quiet.labelled < 600


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        (Device(shares=(0.1, 0.25, 0.4, 0.15, 0.1)), DriftKind.CLASS),
        (Device(doubt=0.25), DriftKind.CONFIDENCE),
        (Device(slowness=1.3), DriftKind.LATENCY),
        (Device(wrong=0.4), DriftKind.ACCURACY),
    ],
)
def test_a_shift_is_an_alarm_of_its_kind_with_figures_before_and_after(changed, kind):
    drifted = report(changed)
    may_follow = {DriftKind.UNSEEN, DriftKind.ACCURACY} if kind is DriftKind.CONFIDENCE else set()
    kinds = {alarm.kind for alarm in drifted.alarms}
    assert kind in kinds and not kinds - may_follow - {kind}
    first = next(alarm for alarm in drifted.alarms if alarm.kind is kind)
    assert abs(first.since_answer - BEFORE) < 300 and first.raised_answer > BEFORE
    assert first.e_value >= first.needed > 1 / TEST_ERROR
    assert first.since.timestamp() == BEGIN + 60 * (first.since_answer - 1)
    assert (first.after.value > first.before.value) == first.risen
    assert first.after.provenance is Provenance.OWN
    curve = next(curve for curve in drifted.evidence if curve.kind is kind)
    assert max(curve.strengths) >= 1


def test_a_class_that_is_gone_is_named():
    gone = report(Device(shares=(0.0, 0.25, 0.5, 0.15, 0.1)))
    changes = {(alarm.class_name, alarm.risen) for alarm in gone.alarms if alarm.kind is DriftKind.CLASS}
    assert changes == {("coat", False), ("shoe", True)}


def test_accuracy_follows_the_shift_without_labels():
    drifted = report(Device(doubt=0.3))
    assert drifted.judged_from > 1500
    assert drifted.accuracy_estimated.low <= 0.7 <= drifted.accuracy_estimated.high < drifted.accuracy_before.low


def test_a_class_with_a_confidence_that_it_never_had_is_unseen():
    rng = np.random.default_rng(3)
    reference, log = Device(doubt=0.02).reference(rng), Device(doubt=0.02).log(rng, 3000)
    log.confidence[1000:] = 0.25
    kinds = [alarm.kind for alarm in monitor("0toy", point(), reference, log).alarms]
    assert DriftKind.UNSEEN in kinds


def test_a_deadline_takes_the_place_of_the_measured_times():
    assert not report(Device(slowness=1.3), deadline=1.0).alarms
    (late,) = report(Device(slowness=1.6), deadline=1.5 * P50.value).alarms
    assert (late.kind, late.threshold) == (DriftKind.LATENCY, 1.5 * P50.value)


def test_what_is_not_logged_or_not_measured_is_not_monitored():
    rng = np.random.default_rng(4)
    log = Device().log(rng, 95, labelled=0)
    unknown = monitor("0toy", point(), Device().reference(rng, slow=()), log)
    assert {curve.kind for curve in unknown.evidence} == {DriftKind.CLASS, DriftKind.CONFIDENCE, DriftKind.UNSEEN}
    assert unknown.accuracy_labelled is None and unknown.labelled == 0
    log.latency_s[:] = np.nan
    assert monitor("0toy", point(), Device().reference(rng), log).evidence[-1].kind is DriftKind.UNSEEN


def test_frames_of_one_scene_are_noticed_and_a_shift_is_not_taken_for_them():
    rng = np.random.default_rng(5)
    log = Device().log(rng, 900)
    for values in (log.predicted, log.confidence):
        values[1::3], values[2::3] = values[::3], values[::3]
    assert monitor("0toy", point(), Device().reference(rng), log).dependent
    assert not report(Device(shares=(0.6, 0.1, 0.1, 0.1, 0.1))).dependent and report().repeated < 0.05


def test_a_clock_that_was_set_back_is_said():
    rng = np.random.default_rng(6)
    log = replace(Device().log(rng, 100), set_back=3, set_back_line=1042)
    doubtful = monitor("0toy", point(), Device().reference(rng), log)
    (warning,) = monitor_text.warnings(doubtful)
    assert "1,042" in warning and doubtful.set_back == 3 and not monitor_text.warnings(report())


def test_a_report_can_be_written_and_read():
    drifted = report(Device(doubt=0.3))
    assert from_json(type(drifted), to_json(drifted)) == drifted
