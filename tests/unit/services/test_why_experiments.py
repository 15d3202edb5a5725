"""What is changed in an experiment, and what is made of its times, with a probe that has scripted times."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from odviz.analysis.why import RULES
from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Artifact, Layout
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import Block
from odviz.domain.why import BATCH, SpeedCause, SpeedChange
from odviz.services.why_experiments import Trials
from odviz.store import StoredArtifact
from odviz.worker.request import Load
from tests.toys.why import VARIANT
from tests.unit.analysis.test_why import FACTS, FLOAT, INTEGER, evidence

SHAPES = ((28, 28, 1),)


class ScriptedProbe:
    """A probe whose files take as long as their names say: "80.onnx" takes 80 µs."""

    def __init__(self, folder, times):
        self._folder, self._times, self.recipes = folder, times, []

    def _file(self, change):
        if change not in self._times:
            raise RunFailed(Failure(FailureKind.ERROR, "It cannot be made."))
        path = self._folder / f"{self._times[change]}.onnx"
        path.write_bytes(str(path).encode())
        return path

    def varied(self, change):
        return self._file(change)

    def requantized(self, change):
        return self._file(SpeedChange(change.value))

    def made(self, variant, shapes):
        self.recipes.append(str(variant.recipe))
        path = self._file(SpeedChange.STATIC)
        return StoredArtifact("", Artifact(str(path), "", 1, "onnx", Layout.CHANNELS_FIRST), FACTS)

    def items(self, items):
        self.shape = items.shape
        return self._folder / "items.npy"

    def race(self, loads):
        turns = [(launch, number) for launch in range(3) for number in range(4)]
        return [[block(Path(load.path).stem, *turn) for turn in turns] for load in loads]


def block(microseconds, launch, number):
    times = tuple(round(1e3 * int(microseconds) * spread) for spread in (0.99, 1.0, 1.01))
    return Block(launch, number, times, 1, 3)


@pytest.fixture
def tried(tmp_path):
    """A function that makes the experiment of a cause with scripted times."""
    np.save(tmp_path / "in.npy", np.zeros((2, 28, 28, 1), np.float32))
    own = tmp_path / "100.onnx"
    own.write_bytes(b"own")
    load = Load("onnxruntime", str(own), "onnx", Layout.CHANNELS_FIRST, str(tmp_path / "in.npy"))

    def made(cause, change, case, recipe="int8-dynamic", **times):
        probe = ScriptedProbe(tmp_path, {SpeedChange(name.replace("_", "-")): time for name, time in times.items()})
        parent = tmp_path / f"{times.get('parent', 100)}.onnx"
        parent.write_bytes(b"parent")
        variant = replace(VARIANT, recipe=parse_recipe(recipe))
        trials = Trials(probe, variant, load, msgspec.structs.replace(load, path=str(parent)), SHAPES, case)
        rule = next(rule for rule in RULES if (rule.cause, rule.change) == (cause, change))
        return trials.experiments((rule,)), probe

    return made


def test_a_change_that_is_faster_confirms(tried):
    (one,), probe = tried(
        SpeedCause.DYNAMIC, SpeedChange.STATIC, evidence(), "prune-magnitude:50+int8-dynamic", static=50
    )
    assert probe.recipes == ["prune-magnitude:50+int8-static"]
    assert one.confirms and one.ratio.value == pytest.approx(2.0)
    assert (one.before.value, one.after.value) == pytest.approx((100e-6, 50e-6))


def test_one_that_makes_no_difference_does_not(tried):
    (one,), _ = tried(SpeedCause.DYNAMIC, SpeedChange.STATIC, evidence(), static=99)
    assert not one.confirms


def test_zeros_are_the_cause_where_numbers_take_as_long(tried):
    (one,), _ = tried(SpeedCause.ZEROS, SpeedChange.FILLED, evidence(), filled=101)
    assert one.confirms
    (other,), _ = tried(SpeedCause.ZEROS, SpeedChange.FILLED, evidence(), filled=180)
    assert not other.confirms


def test_several_items_are_compared_by_the_time_of_one(tried):
    (one,), probe = tried(SpeedCause.DISPATCH, SpeedChange.BATCH, evidence(), batch=160)
    assert one.after.value == pytest.approx(20e-6) and one.ratio.value == pytest.approx(5.0) and one.confirms
    assert probe.shape == (1, BATCH, 1, 28, 28)


def test_what_cannot_be_made_is_left_out(tried):
    assert tried(SpeedCause.DYNAMIC, SpeedChange.STATIC, evidence())[0] == []


def test_kernels_are_compared_by_the_profile(tried):
    (one,), _ = tried(SpeedCause.SLOW_INTEGERS, SpeedChange.KERNELS, evidence(INTEGER))
    assert (one.before.value, one.after.value) == pytest.approx((80e-6, 95e-6)) and not one.confirms
    assert tried(SpeedCause.SLOW_INTEGERS, SpeedChange.KERNELS, evidence(FLOAT))[0] == []


def test_an_empty_network_shows_the_share_of_dispatch(tried):
    (one,), _ = tried(SpeedCause.DISPATCH, SpeedChange.EMPTY, evidence(replace(FLOAT, call_s=49e-6)))
    assert one.confirms and one.after.value == pytest.approx(50e-6) and one.detail == "2 operators"
