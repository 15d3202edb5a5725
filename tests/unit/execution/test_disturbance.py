from dataclasses import replace

import pytest

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.domain.environment import Environment
from odviz.domain.result import BackgroundLoad
from odviz.execution.executor import execute
from odviz.stats import usual_full_speed_ns
from odviz.stats.full_speed import SENSITIVITY, SENSITIVITY_SD
from tests.fakes import TOY, World, plan, point

BRIEF = {"launches": 1, "rounds": 3, "confidence": 0.5, "time_s": 0.2}


def measure(store, world, **effort):
    benchmark = store.create_benchmark(plan(**(BRIEF | effort)), [point()])
    execute(store, benchmark, TOY, lambda _: None, make_child=world.child)
    return summarise(load_benchmark_data(store, benchmark))


def test_a_machine_that_is_slowed_throughout_is_known_by_earlier_benchmarks(store):
    before = measure(store, World()).points[0].latency
    assert not before.noisy and before.slowdown == 1
    slowed = measure(store, World(reference_ns=lambda _: 600_000)).points[0].latency
    assert slowed.noisy and slowed.slowdown == 2
    half = 2 ** (1.96 * SENSITIVITY_SD)  # no launch shows by how much this network is slowed
    assert slowed.p50.low <= slowed.p50.centre / half and slowed.p50.high >= slowed.p50.centre * half
    assert slowed.p50.centre == pytest.approx(before.p50.centre / 2**SENSITIVITY, rel=0.01)  # as timed, over that


def test_variants_at_different_speeds_are_compared_round_by_round(store):
    measure(store, World())
    benchmark = store.create_benchmark(plan(**BRIEF), [point(), point("int8-static")])
    world = World(ns={"fp32": 2_000_000})
    world.reference_ns = lambda request: 300_000 if world.requests[-1][0] == "fp32" else 600_000
    execute(store, benchmark, TOY, lambda _: None, make_child=world.child)
    own = summarise(load_benchmark_data(store, benchmark)).points[1].latency
    assert own.noisy and own.speedup.centre == pytest.approx(2, rel=0.02)


def test_another_processor_has_another_full_speed(store):
    measure(store, World())
    other = measure(store, World(cpu="another", reference_ns=lambda _: 600_000)).points[0].latency
    assert not other.noisy and other.slowdown == 1


def test_variants_are_timed_until_enough_blocks_were_at_full_speed(store):
    times = iter([600_000, 300_000] * 100)
    result = measure(store, World(reference_ns=lambda _: next(times)), time_s=30.0)
    blocks = store.blocks(result.id)[point().key]
    assert sum(block.reference_ns == 300_000 for block in blocks) == 3 and len(blocks) in (5, 6)


def test_launches_remember_how_fast_the_machine_was(store):
    measure(store, World(), launches=2)
    machine = Environment(cpu="scripted")
    assert store.full_speeds(machine) == [300_000, 300_000]
    assert store.full_speeds(replace(machine, python="2.7")) == []


def test_one_lucky_launch_does_not_decide_what_full_speed_is():
    assert usual_full_speed_ns([300.0] * 9 + [100.0]) == 300
    assert usual_full_speed_ns([]) == 0


@pytest.mark.parametrize(("others", "stolen", "busy"), [(0.05, 0.0, False), (0.9, 0.0, True), (0.0, 0.5, True)])
def test_what_others_take_is_a_disturbance_from_a_seventh_of_a_core_on(others, stolen, busy):
    assert BackgroundLoad(0, 1.0, others, stolen).is_busy == busy
