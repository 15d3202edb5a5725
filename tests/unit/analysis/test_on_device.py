import csv
import io
import json

import pytest

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.on_device import find_target
from odviz.domain.device import Fit
from odviz.domain.errors import UnknownName
from odviz.domain.estimate import Provenance
from odviz.domain.objective import Limits
from odviz.execution.executor import execute
from odviz.library.sources import user
from odviz.objectives import ACCURACY, ENERGY, LATENCY, MEMORY, SIZE
from odviz.report.documents import document
from odviz.report.tables import as_csv
from odviz.serialization import to_json
from odviz.services import devices
from tests.fakes import TOY, World, plan, point

RECIPES = ("fp32", "int8-static", "int8-dynamic", "prune-structured:50")
WORLD = {
    "accuracy": {"fp32": 0.95, "int8-static": 0.9, "int8-dynamic": 0.94, "prune-structured:50": 0.85},
    "ns": {"fp32": 2_000_000, "int8-static": 1_000_000, "int8-dynamic": 1_500_000, "prune-structured:50": 900_000},
}
OWN = """
title = "My board"
kind = "board"
processor = "2× Cortex-A55"
[[targets]]
key = "my-board-tflite-cpu2-fp32"
runtime = "TFLite 2.14"
backend = "cpu"
threads = 2
precision = "fp32"
[[points]]
target = "my-board-tflite-cpu2-fp32"
model = "net"
latency_ms = 80.0
gmacs = 0.000005
source = "measured by me"
[[points]]
target = "my-board-tflite-cpu2-fp32"
model = "net+prune-structured:50"
latency_ms = 50.0
source = "measured by me"
"""


@pytest.fixture
def evidence(store):
    """Four recipes, each answered by ONNX Runtime and by LiteRT."""
    onnx = [point(recipe) for recipe in RECIPES]
    tflite = [point(recipe, runtime="litert", fmt="tflite") for recipe in RECIPES]
    benchmark = store.create_benchmark(plan(*RECIPES[1:]), [*onnx, *tflite])
    execute(store, benchmark, TOY, lambda _: None, make_child=World(**WORLD).child)
    return load_benchmark_data(store, benchmark)


@pytest.fixture
def own_board():
    folder = user().devices
    folder.mkdir(parents=True)
    (folder / "my-board.toml").write_text(OWN, encoding="utf-8")


def on(data, device, target=""):
    profile, way = find_target(device, target)
    return analyse(data, device=profile, target=way)


def candidate_of(analysis, recipe):
    return next(each for each in analysis.candidates if str(each.result.point.variant.recipe) == recipe)


def test_each_variant_stands_once_with_the_file_that_the_runtime_reads(evidence):
    analysis = on(evidence, "raspberry-pi-4")
    assert [str(each.result.point.variant.recipe) for each in analysis.candidates] == list(RECIPES)
    assert {each.result.point.variant.format for each in analysis.candidates} == {"tflite"}
    assert {each.result.point.target.device for each in analysis.candidates} == {"raspberry-pi-4"}
    assert {each.host_point.target.runtime for each in analysis.candidates} == {"litert"}
    ncnn = on(evidence, "raspberry-pi-5")
    assert {each.host_point.target.runtime for each in ncnn.candidates} == {"onnxruntime"}


def test_accuracy_is_that_of_this_host_and_time_is_projected_with_its_own_target(evidence):
    analysis = on(evidence, "raspberry-pi-4")
    fp32, int8 = candidate_of(analysis, "fp32"), candidate_of(analysis, "int8-static")
    assert fp32.estimates[ACCURACY].provenance is Provenance.MEASURED
    assert fp32.estimates[LATENCY].provenance is Provenance.PROJECTED
    assert fp32.result.latency is None
    assert (fp32.result.point.target.precision, int8.result.point.target.precision) == ("fp32", "int8")
    assert fp32.estimates[MEMORY].value is None and fp32.fit is Fit.FITS
    assert set(fp32.membership) == set(analysis.axes)


def test_what_cannot_be_backed_is_no_point_and_says_why(evidence):
    dynamic = candidate_of(on(evidence, "raspberry-pi-4"), "int8-dynamic")
    assert LATENCY not in dynamic.estimates and LATENCY not in dynamic.membership
    assert "Nobody published how int8-dynamic runs" in dynamic.missing[LATENCY]
    assert ENERGY not in dynamic.estimates, "first principles beside a wall meter would look frugal"
    assert SIZE in dynamic.membership


def test_a_projection_never_dominates_what_was_measured(evidence, own_board):
    # what was measured for the uncompressed network is slow; a projected rival would be faster and as accurate
    analysis = on(evidence, "my-board")
    fp32, pruned = candidate_of(analysis, "fp32"), candidate_of(analysis, "prune-structured:50")
    assert fp32.estimates[LATENCY].provenance is Provenance.OWN
    assert fp32.estimates[LATENCY].value == pytest.approx(0.08)
    assert pruned.estimates[LATENCY].value == pytest.approx(0.05)
    assert fp32.membership[LATENCY] == "front" and pruned.membership[LATENCY] == "front"


def test_another_way_to_run_can_be_chosen(evidence):
    analysis = on(evidence, "raspberry-pi-4", "rpi4-ncnn-cpu4-fp")
    assert analysis.target.key == "rpi4-ncnn-cpu4-fp"
    assert candidate_of(analysis, "int8-dynamic").missing
    with pytest.raises(UnknownName):
        on(evidence, "raspberry-pi-4", "nonsense")
    with pytest.raises(UnknownName):
        on(evidence, "nonsense")


def test_the_host_is_weighed_as_measured_and_has_no_target(evidence):
    assert find_target() == (None, None)
    assert analyse(evidence).device is None
    with pytest.raises(ValueError, match="no target"):
        analyse(evidence, device=devices.host_profile())


def test_wrong_answers_are_left_out_there_too(store, measured):
    benchmark = measured(World(accuracy={"int8-dynamic": 0.25}), "int8-dynamic")
    analysis = on(load_benchmark_data(store, benchmark), "raspberry-pi-4")
    assert len(analysis.candidates) == 1 and analysis.excluded[0].result.failure.kind == "wrong-predictions"


def test_limits_are_those_of_the_device(evidence):
    analysis = on(evidence, "raspberry-pi-4")
    tight = analysis.under(Limits({LATENCY: 1e-9}))
    assert tight.certain == 0 and tight.binding.objective == LATENCY
    assert tight.device is analysis.device


def test_exports_say_device_target_provenance_and_what_is_not_backed(evidence):
    analysis = on(evidence, "raspberry-pi-4")
    rows = list(csv.DictReader(io.StringIO(as_csv(evidence, analysis))))
    assert [row["recipe"] for row in rows] == list(RECIPES)
    assert rows[0]["device"] == "raspberry-pi-4" and rows[0]["runtime"] == "TFLite 2.7"
    assert rows[0]["latency_provenance"] == "projected" and float(rows[0]["latency_level"]) == 0.9
    assert rows[0]["latency_source"].startswith("fitted on")
    assert rows[0]["fits_device"] == "fits" and rows[2]["not_backed"].startswith("latency: Nobody published")
    found = json.loads(to_json(document(evidence, analysis)))
    assert found["device"]["name"] == "raspberry-pi-4" and len(found["on_device"]) == 4
