"""Limits typed on the command line are read in the units of the task's objectives."""

import click
import pytest

from odviz.cli.limits import LimitedCommand
from odviz.domain.errors import LimitError
from odviz.domain.objective import Limits
from odviz.metrics import METRICS
from odviz.metrics.rmse import Rmse
from odviz.objectives import ACCURACY, LATENCY, objectives_of
from odviz.objectives.groups import NO_GROUPS


def read(metric, *words):
    """The limits in words, for a task with a metric."""

    @click.command(cls=LimitedCommand)
    def command(limits):
        return limits(objectives_of(metric, NO_GROUPS))

    return command.main(words, standalone_mode=False)


def test_a_limit_has_the_unit_of_the_metric():
    celsius = Rmse("rmse-celsius", "°C")
    for typed in ("3", "3°C", "3 °C"):
        assert read(celsius, "--accuracy", typed, "--deadline", "5ms") == {ACCURACY: 3.0, LATENCY: 0.005}
    assert read(METRICS["top1"], "--accuracy", "90%") == Limits({ACCURACY: 0.9})


def test_a_limit_without_a_unit_may_exceed_1():
    assert read(METRICS["rmse"], "--accuracy", "1.5") == {ACCURACY: 1.5}
    with pytest.raises(LimitError) as refusal:
        read(METRICS["top1"], "--accuracy", "1.5")
    assert refusal.value.objective == "accuracy"


@pytest.mark.parametrize("typed", ["90%", "3ms", "warm"])
def test_a_unit_that_the_metric_does_not_have_is_refused(typed):
    with pytest.raises(click.BadParameter) as refusal:
        read(Rmse("rmse-celsius", "°C"), "--accuracy", typed)
    assert refusal.value.param.objective == ACCURACY
