"""Two benchmarks or variants, figure by figure."""

from dataclasses import replace

import numpy as np
import pytest

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.comparison import compare, recommended
from odviz.analysis.flips import flips
from odviz.analysis.harm import harm
from odviz.analysis.pair_details import pair_details
from odviz.analysis.unlike import Side
from odviz.domain.comparison import ChangeKind, FileFact, Unlikeness
from odviz.domain.errors import InputError
from odviz.domain.result import BackgroundLoad
from odviz.execution.executor import execute
from odviz.objectives import ACCURACY, LATENCY, MEMORY, SIZE
from odviz.objectives.groups import ItemGroups
from odviz.stats import HIGHEST_SENSITIVITY
from odviz.store import open_store
from tests.fakes import EFFORT, ITEMS, TOY, World, plan, point

MS = 1_000_000


@pytest.fixture
def measured():
    """Benchmarks of one network and its int8 variant, measured in the worlds that are asked for."""
    with open_store() as store:

        def measure(world, task="toy", threads=1):
            wanted = replace(plan("int8-static"), task=task, effort=EFFORT, threads=threads)
            benchmark = store.create_benchmark(wanted, [point(), point("int8-static")])
            execute(store, benchmark, TOY, lambda _: None, make_child=world.child)
            return replace(load_benchmark_data(store, benchmark), background=())  # what runs beside the tests

        yield measure


def world(**settings):
    return World(ns={"fp32": 2 * MS, "int8-static": MS}, accuracy={"fp32": 0.9, "int8-static": 0.8}, **settings)


def kinds(pair):
    return {change.objective: change.kind for change in pair.changes}


def test_variants_of_one_benchmark_are_paired_by_items_and_rounds(measured):
    data = measured(world())
    compared = compare(Side(data, "fp32"), Side(data, "int8"))
    assert not compared.unlike and not compared.only_base and not compared.only_new
    (pair,) = compared.pairs
    changes = {change.objective: change for change in pair.changes}
    assert changes[LATENCY].change.value == pytest.approx(0.5, rel=0.02) and changes[LATENCY].is_ratio
    assert changes[ACCURACY].change.value == pytest.approx(-0.1) and not changes[ACCURACY].is_ratio
    assert kinds(pair)[LATENCY] is ChangeKind.BETTER and kinds(pair)[ACCURACY] is ChangeKind.WORSE
    assert all(change.paired for change in pair.changes)
    assert (pair.predicted_otherwise, pair.items) == (ITEMS // 10, ITEMS)
    assert pair.launches == EFFORT.launches


def test_the_order_of_the_sides_turns_every_change_round(measured):
    data = measured(world())
    (there,), (back,) = (
        compare(Side(data, first), Side(data, second)).pairs for first, second in (("fp32", "int8"), ("int8", "fp32"))
    )
    for change, other in zip(there.changes, back.changes, strict=True):
        turned = 1 / other.change.value if change.is_ratio and other.change.value else other.change.value
        if change.change.value is not None:
            assert change.change.value == pytest.approx(turned if change.is_ratio else -turned)


def test_equal_benchmarks_differ_in_nothing(measured):
    first, second = measured(world()), measured(world())
    compared = compare(Side(first), Side(second))
    assert [unlike.kind for unlike in compared.unlike] == [Unlikeness.SESSIONS]
    assert len(compared.pairs) == 2
    for pair in compared.pairs:
        assert not pair.of(ChangeKind.BETTER) and not pair.of(ChangeKind.WORSE)
        by_objective = {change.objective: change for change in pair.changes}
        assert by_objective[ACCURACY].paired and by_objective[ACCURACY].change.value == 0
        assert by_objective[SIZE].kind is ChangeKind.EQUAL
        assert not by_objective[LATENCY].paired and by_objective[LATENCY].kind is ChangeKind.OPEN


def test_other_sessions_have_wider_intervals_than_turns(measured):
    first, second = measured(world()), measured(world())
    (turns,) = compare(Side(first, "fp32"), Side(first, "int8")).pairs
    (sessions,) = compare(Side(first, "fp32"), Side(second, "int8")).pairs
    for objective in (LATENCY, MEMORY):
        narrow, wide = (
            next(one.change for one in pair.changes if one.objective == objective) for pair in (turns, sessions)
        )
        assert wide.high / wide.low > narrow.high / narrow.low


def test_a_machine_at_another_speed_is_allowed_for(measured):
    usual, slow = measured(world()), measured(world(reference_ns=lambda _: 330_000))
    ends = [compare(Side(usual, "fp32"), Side(other, "fp32")).pairs[0].changes for other in (measured(world()), slow)]
    same, other = (next(one.change for one in changes if one.objective == LATENCY) for changes in ends)
    assert other.high / other.low == pytest.approx(same.high / same.low * 1.1 ** (2 * HIGHEST_SENSITIVITY))


def unlike(base, new):
    return {one.kind for one in compare(Side(base), Side(new)).unlike}


def test_another_speed_of_the_machine_is_said(measured):
    usual, slow = measured(world()), measured(world(reference_ns=lambda _: 330_000))
    assert Unlikeness.SPEED in unlike(usual, slow) and Unlikeness.SPEED not in unlike(usual, measured(world()))


def test_a_benchmark_without_the_reference_loop_leaves_the_speed_unknown(measured):
    usual, old = measured(world()), measured(world(reference_ns=lambda _: 0))
    (found,) = (one for one in compare(Side(usual), Side(old)).unlike if one.kind is Unlikeness.UNKNOWN_SPEED)
    assert found.base != found.new
    assert Unlikeness.UNKNOWN_SPEED in unlike(old, usual) and Unlikeness.SPEED not in unlike(usual, old)
    assert Unlikeness.UNKNOWN_SPEED not in {one.kind for one in compare(Side(old, "fp32"), Side(old, "int8")).unlike}


def test_at_an_unknown_speed_no_time_is_better_or_worse_for_certain(measured):
    usual, old = measured(world()), measured(world(reference_ns=lambda _: 0))
    for base in (usual, old):
        (pair,) = compare(Side(base, "fp32"), Side(old, "int8")).pairs
        kinds = {one.objective: one.kind for one in pair.changes}
        assert (kinds[LATENCY] is ChangeKind.OPEN) == (base is usual)
        assert kinds[SIZE] is not ChangeKind.OPEN


def test_facts_that_differ_are_values(measured):
    data = measured(world())
    (pair,) = compare(Side(data, "fp32"), Side(data, "int8")).pairs
    facts = {one.fact: (one.base, one.new) for one in pair.facts}
    assert facts[FileFact.RECIPE] == ("fp32", "int8-static") and FileFact.RUNTIME not in facts
    before, now = (data.files[one].file for one in pair.scored)
    assert facts.get(FileFact.SHA256, (before.sha256, before.sha256)) == (before.sha256, now.sha256)
    (same,) = compare(Side(data, "fp32"), Side(measured(world()), "fp32")).pairs
    assert not same.facts


def test_the_recommended_variant_is_a_side(measured):
    data = measured(world())
    side = recommended(Side(data))
    assert side.point == analyse(data).recommendation.candidate.host_point
    other = next(point for point in data.points if point != side.point)
    (pair,) = compare(Side(data, point=other), side).pairs
    assert pair.scored == (other, side.point)


def test_items_and_groups_are_those_of_one_benchmark_whichever_the_sides_are_from(measured):
    data, again = measured(world()), measured(world())
    groups = ItemGroups("halves", ("a", "b"), np.arange(ITEMS) % 2)
    details = []
    for base in (data, again):
        (pair,) = compare(Side(base, "fp32"), Side(data, "int8")).pairs
        details.append(pair_details(base, data, pair, groups))
    inside, across = details
    assert inside == across and len(inside.groups.variants) == 1 and inside.groups.comparisons == 2
    whole = harm(data, groups)
    assert inside.groups == whole and inside.flips == flips(data, point("int8-static"))
    (same,) = compare(Side(data, "int8"), Side(again, "int8")).pairs
    assert all(not one.items for one in pair_details(data, again, same, groups).flips)
    assert pair_details(data, data, same, groups) is None
    environment = replace(again.record.environment, data_sha256="0" * 64)
    other = replace(again, record=replace(again.record, environment=environment))
    assert pair_details(other, data, same, groups) is None


def test_what_makes_a_comparison_unfair_is_typed(measured):
    first = measured(world())
    second = measured(world(cpu="another"))
    assert [unlike.kind for unlike in compare(Side(first), Side(second)).unlike] == [Unlikeness.MACHINE]
    busy = replace(second, background=(BackgroundLoad(0, 1.0, 0.8),))
    assert Unlikeness.LOAD in {unlike.kind for unlike in compare(Side(first), Side(busy)).unlike}
    environment = replace(
        first.record.environment, data_sha256="0" * 64, runtimes={"onnxruntime": "9"}, packages={"onnx": "1"}
    )
    other = replace(first, record=replace(first.record, id="other", environment=environment))
    compared = compare(Side(first), Side(other))
    assert Unlikeness.DATA in {unlike.kind for unlike in compared.unlike}
    assert Unlikeness.RUNTIME in {unlike.kind for unlike in compared.unlike}
    accuracy = compared.pairs[0].changes[0]
    assert accuracy.objective == ACCURACY and not accuracy.paired and compared.pairs[0].predicted_otherwise is None


def test_what_cannot_be_compared_is_refused_with_what_could(measured):
    data = measured(world())
    other_task = replace(data, record=replace(data.record, plan=replace(data.record.plan, task="exercise")))
    for base, new, words in (
        (Side(data), Side(other_task), "different tasks"),
        (Side(data, "int4"), Side(data), "net int8-static · onnxruntime"),
        (Side(data), Side(data), "name one of each"),
    ):
        with pytest.raises(InputError, match=words):
            compare(base, new)
