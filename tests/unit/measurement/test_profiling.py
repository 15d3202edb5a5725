"""Time by operator from a profiler that adds to every operator."""

import pytest

from odviz.measurement.profiling import CHAIN, Overheads, mean_times, operator_times, overheads, timed_rounds
from odviz.runtimes._ort_profile import inferences
from odviz.runtimes.base import OperatorRun

MICRO = 1e-6


def run(**microseconds):
    return tuple(OperatorRun("Conv", name, ("float",) * 3, time * MICRO) for name, time in microseconds.items())


def test_overheads_are_those_of_networks_that_compute_nothing():
    medians = {(count, reads): 4 + count * (0.5 + 0.1 * reads) for count in CHAIN for reads in (1, 3)}
    cost = overheads(medians, {1: 0.6 + 2.5 + 0.4, 3: 0.8 + 2.5 + 3 * 0.4})
    assert (cost.call_s, cost.node_s, cost.base_s, cost.read_s) == pytest.approx((4, 0.6, 2.5, 0.4))


def test_what_the_profiler_adds_is_taken_off_and_the_speed_of_a_round_cancels():
    cost = Overheads(4 * MICRO, 0.0, 2.5 * MICRO, 0.5 * MICRO)
    slow = Overheads(8 * MICRO, 0.0, 5 * MICRO, 1 * MICRO)
    rounds = [[run(a=24, b=14)], [run(a=48, b=28)]]
    operators, counted = operator_times(rounds, [cost, slow], [34 * MICRO, 68 * MICRO], 34 * MICRO)
    assert [one.time_s / MICRO for one in operators] == pytest.approx([20, 10])
    assert counted == pytest.approx(1.0)


def test_an_excess_is_taken_from_all_operators_in_proportion():
    operators, counted = operator_times([[run(a=40, b=20)]], [Overheads(10 * MICRO, 0, 0, 0)], [40 * MICRO], 40 * MICRO)
    assert counted == pytest.approx(2.0)
    assert [one.time_s / MICRO for one in operators] == pytest.approx([20, 10])


def test_disturbed_inferences_and_control_flow_are_left_out():
    runs = [run(a=10), run(a=10), run(a=11), (*run(a=9), OperatorRun("If", "whole", (), 9 * MICRO)), run(a=500)]
    assert mean_times(runs) == {("Conv", "a"): pytest.approx(10 * MICRO)}


def test_rounds_have_the_profiled_runs_of_their_blocks_only():
    runs = []
    timed = timed_rounds({"one": lambda: runs.append(len(runs))}, 0.0, lambda: 1)
    rounds = timed.runs("one", runs)
    assert len(rounds) == len(timed.blocks["one"])
    assert [len(kept) for kept in rounds] == [block.timed for block in timed.blocks["one"]]
    assert rounds[-1][-1] == runs[-1]


def test_events_of_onnxruntime_become_inferences():
    node = {"cat": "Node", "name": "c1_kernel_time", "dur": 7}
    node["args"] = {"op_name": "QLinearConv", "input_type_shape": [{"uint8": [1, 4]}, {"float": []}]}
    other = {"cat": "Session", "name": "model_run", "dur": 9, "args": {}}
    events = [{"cat": "Session", "name": "model_loading_uri", "dur": 1}, node, other, node, other]
    assert inferences(events) == [(OperatorRun("QLinearConv", "c1", ("uint8", "float"), pytest.approx(7e-6)),)] * 2
