"""What is written is read back, and any JSON reader can read it."""

from __future__ import annotations

import copy
import json
import math
import pickle
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Artifact, Checkpoint, GraphFacts, Layout, Variant
from odviz.domain.plan import BenchmarkPlan, Effort
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.domain.result import Accuracy, BenchmarkResult, Block, Latency, Note, NoteKind, PointResult, State
from odviz.domain.target import OperatingPoint, Precision, Scenario, Target
from odviz.serialization import from_json, to_builtins, to_json

NAMES = st.text(max_size=20)
COUNTS = st.integers(min_value=0, max_value=2**62)
WORDS = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
VALUES = st.from_regex(r"[A-Za-z0-9_.%-]{1,6}", fullmatch=True)


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
NOTES = st.builds(Note, kind=st.sampled_from(NoteKind), message=NAMES, failure=st.none() | FAILURES)
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
TARGETS = st.builds(
    Target,
    device=NAMES,
    runtime=NAMES,
    backend=NAMES,
    threads=st.integers(1, 8),
    precision=st.sampled_from(Precision),
)
POINTS = st.builds(
    OperatingPoint,
    variant=st.builds(Variant, task=NAMES, model=NAMES, recipe=recipes(), format=st.sampled_from(["onnx", "tflite"])),
    target=TARGETS,
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
VERSIONS = st.dictionaries(NAMES, NAMES, max_size=3)
ENVIRONMENTS = st.builds(
    BenchmarkEnvironment,
    taken=st.none() | st.datetimes(timezones=st.just(UTC)),
    cpu=NAMES,
    flags=st.none() | st.lists(NAMES, max_size=3).map(tuple),
    load_1m=st.none() | st.floats(0, 100),
    packages=VERSIONS,
    runtimes=VERSIONS,
    data_sha256=NAMES,
    made_of=VERSIONS,
)
MAYBE = st.none() | estimates()
RESULTS = st.builds(
    BenchmarkResult,
    id=NAMES,
    plan=PLANS,
    state=st.sampled_from(State),
    created=st.datetimes(timezones=st.just(UTC)),
    environment=st.none() | ENVIRONMENTS,
    points=st.lists(
        st.builds(
            PointResult,
            point=POINTS,
            facts=st.none() | FACTS,
            notes=st.lists(NOTES, max_size=2).map(tuple),
            accuracy=st.none() | st.builds(Accuracy, value=estimates(), difference=MAYBE, agreement=MAYBE),
            latency=st.none()
            | st.builds(
                Latency,
                minimum=estimates(),
                p50=estimates(),
                p90=MAYBE,
                p99=MAYBE,
                cpu_p50=estimates(),
                between_launches=st.none() | st.floats(0, 10),
                noisy=st.booleans(),
                speedup=MAYBE,
                needs=st.dictionaries(st.sampled_from(("p90", "p99")), COUNTS),
            ),
            memory=MAYBE,
            failure=st.none() | FAILURES,
        ),
        max_size=2,
    ).map(tuple),
    failure=st.none() | FAILURES,
)
BLOCKS = st.builds(Block, launch=COUNTS, round=COUNTS, wall_ns=st.lists(COUNTS).map(tuple), cpu_ns=COUNTS)


@settings(max_examples=60)
@given(st.one_of(PLANS, FAILURES, FACTS, estimates(), POINTS, ARTIFACTS, CHECKPOINTS, BLOCKS, ENVIRONMENTS))
def test_round_trip(value: object) -> None:
    assert from_json(type(value), to_json(value)) == value


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(RESULTS)
def test_a_whole_result_round_trips_through_json_that_any_reader_can_read(result: BenchmarkResult) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    text = to_json(result)
    json.loads(text, parse_constant=refuse)
    assert from_json(BenchmarkResult, text) == result


@settings(max_examples=30)
@given(PLANS)
def test_a_recipe_keeps_the_name_a_person_gave_it(plan: BenchmarkPlan) -> None:
    again = from_json(BenchmarkPlan, to_json(plan))
    assert [recipe.name for recipe in again.recipes] == [recipe.name for recipe in plan.recipes]


def test_the_written_form_is_what_a_person_would_write() -> None:
    plan = BenchmarkPlan("t", ("m",), (parse_recipe("till = int8-static:entropy"), Recipe()), ("onnxruntime",))
    written = to_builtins(plan)
    assert written["recipes"] == ["till = int8-static:entropy", "fp32"]
    assert written["scenario"] == "SingleStream"
    assert to_builtins(Estimate(None, -math.inf, math.inf, "s", Provenance.MODELLED))["high"] == "inf"
    assert to_builtins(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00Z"
    assert from_json(datetime, '"2026-01-02T00:00:00+00:00"') == datetime(2026, 1, 2, tzinfo=UTC)  # as written before


def test_an_old_record_stays_readable() -> None:
    written = '{"kind": "crash", "reason": "It fell.", "a field that was taken out since": 1}'
    assert from_json(Failure, written) == Failure(FailureKind.CRASH, "It fell.")


@pytest.mark.parametrize(
    ("kind", "text", "place"),
    [
        (Failure, '{"kind": "crash"}', "reason"),
        (Failure, '{"kind": "bored", "reason": ""}', "kind"),
        (Failure, "[]", "object"),
        (Block, '{"launch": 0, "round": true, "wall_ns": [], "cpu_ns": 0}', "round"),
        (Block, '{"launch": 0, "round": 0, "wall_ns": [1, "2"], "cpu_ns": 0}', r"wall_ns\[1\]|wall_ns\[...\]"),
        (Block, '{"launch": 0, "round": 0, "wall_ns": 1, "cpu_ns": 0}', "wall_ns"),
        (Effort, '{"launches": 0}', "launches"),
        (Effort, '{"time_s": "long"}', "time_s"),
        (Effort, '{"time_s": 1e999}', "range"),
        (Effort, '{"time_s": NaN}', "malformed"),
        (Variant, '{"task": "t", "model": "m", "recipe": "+", "format": "onnx"}', "empty step"),
        (Variant, '{"task": "t", "model": "m", "recipe": 1, "format": "onnx"}', "recipe"),
        (Estimate, '{"value": 2.0, "low": 3, "high": 4, "unit": "s", "provenance": "measured"}', "low"),
        (BenchmarkResult, '{"id": "", "plan": {}}', "plan"),
        (tuple[datetime, ...], '["today"]', "datetime"),
        (tuple[int, int], "[1]", "length"),
        (dict, '{"a":' * 100_000, "nested"),
        (dict, "\udcff", "surrogates"),
    ],
)
def test_what_does_not_fit_is_named_by_its_place(kind: type, text: str, place: str) -> None:
    with pytest.raises(ValueError, match=place):
        from_json(kind, text)


def test_what_has_no_written_form_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        to_builtins({"x": [math.nan]})
    with pytest.raises(TypeError, match="complex"):
        to_builtins(1j)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_a_recipe_is_copied_with_its_name(copied: Callable[[Recipe], Recipe]) -> None:
    recipe = parse_recipe("till = int8-static:entropy")
    assert copied(recipe) == recipe and copied(recipe).name == "till"
