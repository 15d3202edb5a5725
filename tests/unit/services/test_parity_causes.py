"""Planted faults: runtimes that saturate, round, or read items otherwise, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from odviz.analysis.parity import differences, largest
from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Layout
from odviz.domain.parity import Cause, Change, RuntimeParity
from odviz.formats import FORMATS
from odviz.services import parity_causes
from odviz.services.parity_causes import Pair
from tests.toys.integers import (
    FULL,
    NARROW,
    WIDTH,
    ReferenceRuntime,
    items,
    network,
    saturating_product,
    truncating_product,
)

FAITHFUL = ReferenceRuntime("faithful")
ITEMS = 8


class InProcess:
    """A probe without children."""

    threads, time_is_up = 1, False

    def __init__(self, path: Path, runtimes: dict[str, ReferenceRuntime]) -> None:
        self.original, self._runtimes, self.looks = path, runtimes, 0
        self._copy = path.with_name("copy.onnx")

    def predict(self, runtime, path, batch, *, plain=False, threads=None):
        chosen = self._runtimes[runtime].plain if plain else self._runtimes[runtime]
        session = chosen.load(path, Layout.TOKENS, 1)
        return tuple(map(np.stack, zip(*map(session.predict, batch), strict=True)))

    def layers(self):
        return FORMATS["onnx"].layers(self.original)

    def exposed(self, tensors):
        self.looks += 1
        return self._copy, FORMATS["onnx"].expose(self.original, self._copy, tensors)

    def requantized(self, change):
        copy = self.original.with_name("weights.onnx")
        return copy if FORMATS["onnx"].requantize(self.original, copy, change) else None


@pytest.fixture
def disagreement(tmp_path, monkeypatch):
    """A function that lets a faithful runtime and another one predict a network of three layers."""

    def made(other: ReferenceRuntime, *most: int) -> tuple[Pair, InProcess]:
        runtimes = {"faithful": FAITHFUL, other.name: other}
        monkeypatch.setattr(parity_causes, "RUNTIMES", runtimes)
        probe = InProcess(network(tmp_path / "net.onnx", *most), runtimes)
        reference, outputs = (probe.predict(name, probe.original, items(ITEMS)) for name in runtimes)
        order = np.argsort(-differences(outputs, reference))
        reference, outputs = ((one[0][order],) for one in (reference, outputs))
        return Pair(
            probe, "faithful", other.name, items(ITEMS)[order], reference, outputs, (largest(reference[0]),)
        ), probe  # fmt: skip

    return made


def causes(pair: Pair) -> list[Cause]:
    row = RuntimeParity("other", "1", experiments=pair.experiments())
    return [one.cause for one in row.causes]


@pytest.mark.parametrize(("most", "layer"), [((NARROW, FULL, NARROW), 1), ((FULL, NARROW, NARROW), 0)])
def test_a_saturating_layer_is_named_and_so_is_saturation(disagreement, most, layer):
    pair, probe = disagreement(ReferenceRuntime("saturating", {"MatMulInteger": saturating_product}), *most)
    parting = pair.parting()
    assert (parting.layer.name, parting.layer.operator) == (f"Product {layer}", "MatMulInteger")
    assert parting.read == 0 and parting.steps > 1 and not parting.unseen
    assert probe.looks < parting.layers
    assert causes(pair)[0] is Cause.SATURATION
    shown = next(one for one in pair.experiments() if one.change is Change.SEVEN_BITS)
    assert shown.before > 0.01 and shown.after == 0


def test_narrow_weights_never_saturate(disagreement):
    pair, _ = disagreement(
        ReferenceRuntime("saturating", {"MatMulInteger": saturating_product}), NARROW, NARROW, NARROW
    )
    assert not differences(pair.outputs, pair.reference).any()
    assert pair.parting() is None


def test_rounding_at_the_first_product_is_named(disagreement):
    plain = ReferenceRuntime("plain")
    pair, _ = disagreement(
        ReferenceRuntime("truncating", {"MatMulInteger": truncating_product}, plain), FULL, FULL, FULL
    )
    assert pair.parting().layer.name == "Product 0"
    named = causes(pair)
    assert Cause.SATURATION not in named
    assert {Cause.OPTIMISATION, Cause.ROUNDING} <= set(named)


def test_items_that_are_read_otherwise(disagreement, monkeypatch):
    monkeypatch.setattr(parity_causes, "prepared_otherwise", lambda batch: [("flipped", batch[:, ::-1])])
    pair, _ = disagreement(ReferenceRuntime("flipping", flip=True), NARROW, NARROW)
    (first, *_) = [one for one in pair.experiments() if one.explains]
    assert (first.cause, first.detail, first.after) == (Cause.PREPARATION, "flipped", 0.0)


def test_a_layer_that_cannot_be_looked_at_is_skipped(disagreement):
    pair, probe = disagreement(
        ReferenceRuntime("saturating", {"MatMulInteger": saturating_product}), NARROW, FULL, NARROW
    )
    expose = probe.exposed

    def refused(tensors):
        if tensors == ("product1",):
            raise RunFailed(Failure(FailureKind.UNSUPPORTED, "no"))
        return expose(tensors)

    probe.exposed = refused
    parting = pair.parting()
    assert parting.layer.name == "Cast 1" and parting.unseen == 1 and parting.read == 0


def test_a_layer_of_other_shapes_is_skipped(disagreement):
    pair, probe = disagreement(
        ReferenceRuntime("saturating", {"MatMulInteger": saturating_product}), NARROW, FULL, NARROW
    )
    predict = probe.predict

    def turned(runtime, path, batch, **options):
        outputs = predict(runtime, path, batch, **options)
        return tuple(one.reshape(-1) if one.shape == (1, WIDTH) and runtime == "saturating" else one for one in outputs)

    probe.predict = turned
    assert pair.parting() is not None
