import csv
import io
import json

import pytest

from odviz.analysis.analysis import AXES, limited, weigh
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.on_device import weigh_for, weigh_on
from odviz.domain.codec import to_json
from odviz.domain.device import Fit
from odviz.domain.errors import UnknownName
from odviz.domain.estimate import Provenance
from odviz.domain.objective import Budget, Objective
from odviz.execution.executor import execute
from odviz.library.sources import user
from odviz.report.tables import as_csv, document
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
    benchmark = store.create_benchmark(plan(*RECIPES[1:]))
    onnx = [point(recipe) for recipe in RECIPES]
    tflite = [point(recipe, runtime="litert", fmt="tflite") for recipe in RECIPES]
    store.set_points(benchmark, [*onnx, *tflite])
    execute(store, benchmark, TOY, lambda _: None, make_child=World(**WORLD).child)
    return load_benchmark_data(store, benchmark)


@pytest.fixture
def own_board():
    folder = user().devices
    folder.mkdir(parents=True)
    (folder / "my-board.toml").write_text(OWN, encoding="utf-8")


def standing_of(tradeoff, recipe):
    return next(each for each in tradeoff.candidates if str(each.result.point.variant.recipe) == recipe)


def test_each_variant_stands_once_with_the_file_that_the_runtime_reads(evidence):
    tradeoff = weigh_for(evidence, "raspberry-pi-4")
    assert [str(each.result.point.variant.recipe) for each in tradeoff.candidates] == list(RECIPES)
    assert {each.result.point.variant.format for each in tradeoff.candidates} == {"tflite"}
    assert {each.result.point.target.device for each in tradeoff.candidates} == {"raspberry-pi-4"}
    assert {each.measured.target.runtime for each in tradeoff.candidates} == {"litert"}
    ncnn = weigh_for(evidence, "raspberry-pi-5")
    assert {each.measured.target.runtime for each in ncnn.candidates} == {"onnxruntime"}


def test_accuracy_is_that_of_this_host_and_time_is_projected_with_its_own_target(evidence):
    tradeoff = weigh_for(evidence, "raspberry-pi-4")
    fp32, int8 = standing_of(tradeoff, "fp32"), standing_of(tradeoff, "int8-static")
    assert fp32.figures[Objective.ACCURACY].provenance is Provenance.MEASURED
    assert fp32.figures[Objective.LATENCY].provenance is Provenance.PROJECTED
    assert fp32.result.latency is None
    assert (fp32.result.point.target.precision, int8.result.point.target.precision) == ("fp32", "int8")
    assert fp32.figures[Objective.MEMORY].value is None and fp32.fit is Fit.FITS
    assert set(fp32.membership) == set(AXES)


def test_what_cannot_be_backed_is_no_point_and_says_why(evidence):
    dynamic = standing_of(weigh_for(evidence, "raspberry-pi-4"), "int8-dynamic")
    assert Objective.LATENCY not in dynamic.figures and Objective.LATENCY not in dynamic.membership
    assert "Nobody published how int8-dynamic runs" in dynamic.missing[Objective.LATENCY]
    assert Objective.ENERGY not in dynamic.figures, "first principles beside a wall meter would look frugal"
    assert Objective.SIZE in dynamic.membership


def test_a_projection_never_dominates_what_was_measured(evidence, own_board):
    # what was measured for the uncompressed network is slow; a projected rival would be faster and as accurate
    tradeoff = weigh_for(evidence, "my-board")
    fp32, pruned = standing_of(tradeoff, "fp32"), standing_of(tradeoff, "prune-structured:50")
    assert fp32.figures[Objective.LATENCY].provenance is Provenance.OWN
    assert fp32.figures[Objective.LATENCY].value == pytest.approx(0.08)
    assert pruned.figures[Objective.LATENCY].value == pytest.approx(0.05)
    assert fp32.membership[Objective.LATENCY] == "front" and pruned.membership[Objective.LATENCY] == "front"


def test_another_way_to_run_can_be_chosen(evidence):
    tradeoff = weigh_for(evidence, "raspberry-pi-4", "rpi4-ncnn-cpu4-fp")
    assert tradeoff.target.key == "rpi4-ncnn-cpu4-fp"
    assert standing_of(tradeoff, "int8-static").missing
    with pytest.raises(UnknownName):
        weigh_for(evidence, "raspberry-pi-4", "nonsense")
    with pytest.raises(UnknownName):
        weigh_for(evidence, "nonsense")


def test_the_host_is_weighed_as_measured_and_has_no_target(evidence):
    assert weigh_for(evidence).candidates == weigh(evidence).candidates
    with pytest.raises(ValueError, match="no target"):
        weigh_on(evidence, devices.host_profile())


def test_wrong_answers_are_left_out_there_too(store, measured):
    benchmark = measured(World(accuracy={"int8-dynamic": 0.25}), "int8-dynamic")
    tradeoff = weigh_for(load_benchmark_data(store, benchmark), "raspberry-pi-4")
    assert len(tradeoff.candidates) == 1 and tradeoff.out[0].failure.kind == "wrong-predictions"


def test_limits_are_those_of_the_device(evidence):
    tradeoff = weigh_for(evidence, "raspberry-pi-4")
    tight = limited(tradeoff, Budget(deadline_s=1e-9))
    assert tight.satisfying == 0 and tight.binding.objective is Objective.LATENCY
    assert tight.device is tradeoff.device


def test_exports_say_device_target_provenance_and_what_is_not_backed(evidence):
    tradeoff = weigh_for(evidence, "raspberry-pi-4")
    rows = list(csv.DictReader(io.StringIO(as_csv(evidence, tradeoff))))
    assert [row["recipe"] for row in rows] == list(RECIPES)
    assert rows[0]["device"] == "raspberry-pi-4" and rows[0]["runtime"] == "TFLite 2.7"
    assert rows[0]["latency_provenance"] == "projected" and float(rows[0]["latency_level"]) == 0.9
    assert rows[0]["latency_source"].startswith("fitted on")
    assert rows[0]["fits_device"] == "fits" and rows[2]["not_backed"].startswith("latency: Nobody published")
    found = json.loads(to_json(document(evidence, tradeoff=tradeoff)))
    assert found["device"]["name"] == "raspberry-pi-4" and len(found["on_device"]) == 4
