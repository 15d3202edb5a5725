"""What the codec writes it reads back, and it is JSON that anybody can read."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odviz.domain.codec import decode, encode, from_json, to_json
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Artifact, Checkpoint, GraphFacts, Layout, Variant
from odviz.domain.plan import BenchmarkPlan, Effort
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.domain.result import Accuracy, BenchmarkResult, Block, Latency, PointResult, State
from odviz.domain.target import OperatingPoint, Scenario, Target

NAMES = st.text(max_size=20)
COUNTS = st.integers(min_value=0, max_value=2**62)
WORDS = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
VALUES = st.from_regex(r"[A-Za-z0-9_.%-]{1,6}", fullmatch=True)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    steps = [
        method + (":" + ",".join([main, *(f"{key}={value}" for key, value in rest.items())]) if main else "")
        for method, main, rest in draw(
            st.lists(
                st.tuples(WORDS.filter("fp32".__ne__), st.none() | VALUES, st.dictionaries(WORDS, VALUES, max_size=2)),
                max_size=3,
            )
        )
    ]
    name = draw(st.sampled_from(["", "till = ", "my till 2.0 = "]))
    return parse_recipe(name + ("+".join(steps) or "fp32"))


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    low, value, high = sorted(draw(st.tuples(*[st.floats(allow_nan=False)] * 3)))
    return Estimate(
        draw(st.sampled_from([None, value])), low, high, "s", draw(st.sampled_from(Provenance)), draw(COUNTS)
    )


EFFORTS = st.builds(Effort, launches=st.integers(1, 9), confidence=st.floats(1e-4, 1), discard=st.integers(0, 5))
PLANS = st.builds(
    BenchmarkPlan,
    task=NAMES,
    models=st.lists(NAMES, max_size=3).map(tuple),
    recipes=st.lists(recipes(), max_size=3).map(tuple),
    runtimes=st.lists(NAMES, max_size=3).map(tuple),
    threads=st.integers(1, 64),
    effort=EFFORTS,
    scenario=st.sampled_from(Scenario),
    seed=st.integers(min_value=0),
)
FAILURES = st.builds(Failure, kind=st.sampled_from(FailureKind), reason=NAMES, detail=NAMES)
FACTS = st.builds(
    GraphFacts,
    file_bytes=COUNTS,
    compressed_bytes=COUNTS,
    parameters=COUNTS,
    nonzero_parameters=COUNTS,
    macs=COUNTS,
    peak_activation_bytes=st.none() | COUNTS,
    quantized_ops=st.floats(0, 1),
    compute_ops=COUNTS,
    operators=st.dictionaries(NAMES, COUNTS, max_size=4),
)
POINTS = st.builds(
    OperatingPoint,
    variant=st.builds(Variant, task=NAMES, model=NAMES, recipe=recipes(), format=st.sampled_from(["onnx", "tflite"])),
    target=st.builds(Target, device=NAMES, runtime=NAMES, backend=NAMES, threads=st.integers(1, 8), precision=NAMES),
    scenario=st.sampled_from(Scenario),
)
ARTIFACTS = st.builds(
    Artifact,
    path=NAMES,
    sha256=NAMES,
    size_bytes=COUNTS,
    format=st.sampled_from(["onnx", "tflite"]),
    layout=st.sampled_from(Layout),
)
CHECKPOINTS = st.builds(
    Checkpoint,
    nominal=COUNTS,
    removed_macs=st.floats(0, 1),
    test_accuracy=st.floats(0, 1),
    macs=COUNTS,
    parameters=COUNTS,
    artifacts=st.dictionaries(st.sampled_from(["onnx", "tflite"]), ARTIFACTS, max_size=2),
)
MAYBE = st.none() | estimates()
RESULTS = st.builds(
    BenchmarkResult,
    id=NAMES,
    plan=PLANS,
    state=st.sampled_from(State),
    created=st.datetimes(timezones=st.just(UTC)),
    environment=st.dictionaries(NAMES, JSON, max_size=3),
    points=st.lists(
        st.builds(
            PointResult,
            point=POINTS,
            facts=st.none() | FACTS,
            notes=st.lists(NAMES, max_size=2).map(tuple),
            accuracy=st.none() | st.builds(Accuracy, value=estimates(), difference=MAYBE, agreement=MAYBE),
            latency=st.none()
            | st.builds(
                Latency,
                minimum=estimates(),
                p50=estimates(),
                p90=estimates(),
                p99=estimates(),
                cpu_p50=estimates(),
                noisy=st.booleans(),
                speedup=MAYBE,
            ),
            memory=MAYBE,
            failure=st.none() | FAILURES,
        ),
        max_size=2,
    ).map(tuple),
    failure=st.none() | FAILURES,
)
BLOCKS = st.builds(
    Block, launch=COUNTS, round=COUNTS, wall_ns=st.lists(COUNTS).map(tuple), cpu_ns=st.lists(COUNTS).map(tuple)
)


@settings(max_examples=60)
@given(st.one_of(PLANS, FAILURES, FACTS, estimates(), POINTS, ARTIFACTS, CHECKPOINTS, BLOCKS))
def test_round_trip(value: object) -> None:
    assert from_json(type(value), to_json(value)) == value


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(RESULTS)
def test_a_whole_result_round_trips_through_json_that_any_reader_can_read(result: BenchmarkResult) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    text = to_json(result)
    json.loads(text, parse_constant=refuse)
    # The environment is plain JSON, in which an infinite number stays the word it is written as.
    again = from_json(BenchmarkResult, text)
    assert encode(again) == encode(result)
    assert (again.plan, again.points, again.created) == (result.plan, result.points, result.created)


@settings(max_examples=30)
@given(PLANS)
def test_a_recipe_keeps_the_name_a_person_gave_it(plan: BenchmarkPlan) -> None:
    again = from_json(BenchmarkPlan, to_json(plan))
    assert [recipe.name for recipe in again.recipes] == [recipe.name for recipe in plan.recipes]


def test_the_written_form_is_what_a_person_would_write() -> None:
    plan = BenchmarkPlan("t", ("m",), (parse_recipe("till = int8-static:entropy"), Recipe()), ("onnxruntime",))
    written = encode(plan)
    assert written["recipes"] == ["till = int8-static:entropy", "fp32"]
    assert written["scenario"] == "SingleStream"
    assert encode(Estimate(None, -math.inf, math.inf, "s", Provenance.MODELLED))["high"] == "inf"
    assert encode(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00+00:00"


def test_an_old_record_stays_readable() -> None:
    written = encode(Failure(FailureKind.CRASH, "It fell.", "at 0x0"))
    del written["detail"]
    written["a field that was taken out since"] = 1
    assert decode(Failure, written) == Failure(FailureKind.CRASH, "It fell.")


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (Failure, {"kind": "crash"}, "Failure: reason is missing"),
        (Failure, {"kind": "bored", "reason": ""}, "Failure.kind: 'bored' is not one of unsupported"),
        (Failure, [], r"Failure: \[\] is not dict"),
        (Block, {"launch": 0, "round": True, "wall_ns": [], "cpu_ns": []}, "Block.round: True is not int"),
        (Block, {"launch": 0, "round": 0, "wall_ns": [1, "2"], "cpu_ns": []}, r"Block.wall_ns\[1\]: '2' is not int"),
        (Block, {"launch": 0, "round": 0, "wall_ns": 1, "cpu_ns": []}, "Block.wall_ns: 1 is not list"),
        (Effort, {"launches": 0}, "Effort: launches must be at least 1"),
        (Effort, {"time_s": "long"}, "Effort.time_s: 'long' is not int or float"),
        (Variant, {"task": "t", "model": "m", "recipe": "+", "format": "onnx"}, "Variant.recipe: Recipe '\\+'"),
        (Estimate, {"value": 2.0, "low": 3, "high": 4, "unit": "s", "provenance": "measured"}, "Estimate: not low <="),
        (BenchmarkResult, {"id": "", "plan": {}}, "BenchmarkResult: state, created is missing"),
        (tuple[datetime, ...], ["today"], r"tuple\[0\]: Invalid isoformat"),
        (tuple[int, int], [1], "tuple: 1 items where there should be 2"),
    ],
)
def test_what_does_not_fit_is_named_by_its_place(kind: type, data: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        decode(kind, data)


def test_what_has_no_written_form_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        encode({"x": [math.nan]})
    with pytest.raises(TypeError, match="complex has no JSON form"):
        encode(1j)
    with pytest.raises(TypeError, match="text for keys"):
        encode({1: 2})
