"""Comparing the runtimes that load a file, in real workers."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

from odviz.domain.errors import Busy
from odviz.domain.failure import FailureKind
from odviz.domain.model import Variant
from odviz.domain.parity import Cause, ParityReport, RuntimeParity
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.execution.lease import lease
from odviz.library.models import load_model
from odviz.runtimes import RUNTIMES
from odviz.runtimes.base import Availability
from odviz.services import own_models, parity
from odviz.services.variants import make_all
from odviz.store import open_store
from tests.toys.colours import network, pictures

pytestmark = pytest.mark.real


@pytest.fixture
def store():
    with open_store() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _few_items(monkeypatch):
    monkeypatch.setattr(parity, "ITEMS", 40)


def rows(report: ParityReport) -> dict[str, RuntimeParity]:
    return {row.runtime: row for row in report.runtimes}


def needs(name: str) -> None:
    if not RUNTIMES[name].available():
        pytest.skip(RUNTIMES[name].available().reason)


def test_a_network_of_a_persons_own_with_several_outputs(tmp_path, store):
    needs("openvino")
    items, labels = pictures()
    np.savez(tmp_path / "pictures.npz", x=items, y=labels)
    path = network(tmp_path / "two.onnx", label_first=True)
    model = onnx.load(str(path))
    model.graph.output.reverse()
    onnx.save(model, str(path))
    added = own_models.add([path], tmp_path / "pictures.npz")
    variant = Variant(added.task, added.model, Recipe(), "onnx")
    report = parity.compare(store, variant, None)
    assert list(rows(report)) == ["onnxruntime", "openvino"]
    other = rows(report)["openvino"]
    assert not report.disagreeing and other.parting is None and not other.experiments
    assert other.agreement.centre == 1 and other.difference < 1e-3 and other.original is None
    assert report.items <= 40 and parity.kept(variant, report.sha256, 1) == report
    assert parity.kept(variant, report.sha256, 2) is None
    assert parity.kept(variant, "0" * 64, 1) is None


def test_weights_with_a_scale_per_channel_in_tflite_runtime(store, monkeypatch):
    needs("tflite-runtime")
    monkeypatch.setattr(RUNTIMES["openvino"], "available", lambda: Availability(reason="Left out, for time."))
    variant = Variant("product-images", "ds-cnn-0.25", parse_recipe("int8-dynamic"), "tflite")
    report = parity.compare(store, variant, None)
    wrong = rows(report)["tflite-runtime"]
    assert report.first.runtime == "litert" and wrong in report.disagreeing
    assert wrong.agreement.centre < 0.4 and wrong.quality.high < report.first.quality.low
    parting = wrong.parting
    assert (parting.layer.operator, parting.position) == ("FULLY_CONNECTED", parting.layers)
    assert parting.read < 0.1 and parting.difference > 0.5
    assert wrong.causes[0].cause is Cause.CHANNEL_SCALES and wrong.causes[0].after < 0.05
    (made,) = make_all(variant.task, [variant.model], [variant.recipe], [variant.format]).files
    assert report.sha256 == made.file.sha256 and report.first.original.centre > 0.9


def test_nothing_is_compared_while_a_benchmark_is_measured(store):
    artifact = load_model("exercise", "cnn").dense.artifacts["onnx"]
    with lease("benchmark"), pytest.raises(Busy):
        parity.compare(store, Variant("exercise", "cnn", Recipe(), "onnx"), artifact)


def test_what_takes_too_long_is_cut_short_and_not_kept(store, monkeypatch):
    monkeypatch.setattr(parity, "TIME_S", 0.0)
    variant = Variant("exercise", "cnn", Recipe(), "onnx")
    report = parity.compare(store, variant, None)
    assert report.cut_short and report.first is None
    assert {row.failure.kind for row in report.runtimes} == {FailureKind.TIMEOUT}
    assert parity.kept(variant, report.sha256, 1) is None


def test_items_with_large_outputs_are_fewer(store, monkeypatch):
    monkeypatch.setattr(parity, "OUTPUT_BYTES", 7 * 4 * 3)  # seven classes
    report = parity.compare(store, Variant("exercise", "cnn", Recipe(), "onnx"), None)
    assert report.items == 3 and report.first.agreement is None
