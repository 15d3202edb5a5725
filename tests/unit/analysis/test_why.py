"""Suspicions and what confirms them."""

from dataclasses import replace

import pytest

from odviz.analysis.why import RULES, ExpectedTime, ProfileEvidence, bound, confirms, layer_times, removed_layers, role
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.model import GraphFacts
from odviz.domain.why import (
    Bound,
    LayerWork,
    OperatorRole,
    OperatorTime,
    ProfileMethod,
    Roofline,
    SpeedCause,
    TimeProfile,
)

FACTS = GraphFacts(100_000, 90_000, 25_000, 25_000, 1_000_000, 1000, 0.0, 5, {})


def of(value, width=0.02, unit="1"):
    return Estimate(value, value * (1 - width), value * (1 + width), unit, Provenance.MEASURED, 36)


def profile(*operators, p50=100e-6, call=3e-6, node=0.5e-6):
    """A profile of (type, what it reads, microseconds)."""
    times = (OperatorTime(kind, kind, role(kind, reads), time * 1e-6, reads) for kind, reads, time in operators)
    return TimeProfile(ProfileMethod.PROFILER, of(p50, unit="s"), tuple(times), call, node)


FLOAT = profile(("Conv", ("float",), 90), ("Relu", ("float",), 5))
INTEGER = profile(("QLinearConv", ("uint8", "float"), 80), ("QuantizeLinear", ("float",), 10))


def evidence(own=FLOAT, parent=FLOAT, speed=1.0, **others):
    fields = {"facts": FACTS, "parent_facts": FACTS, "threads": 1, "bound": Bound.COMPUTE, "has_plain": True}
    return ProfileEvidence(own, parent, of(speed), **(fields | others))


@pytest.mark.parametrize(
    ("operator", "reads", "expected"),
    [
        ("QLinearConv", ("uint8", "float"), OperatorRole.INTEGER),
        ("MatMulInteger", ("int8", "int8"), OperatorRole.INTEGER),
        ("DynamicQuantizeMatMul", ("float", "int8"), OperatorRole.INTEGER),
        ("Conv", ("float",), OperatorRole.FLOAT),
        ("MatMulNBits", ("float", "uint8"), OperatorRole.FLOAT),
        ("QuantizeLinear", ("float", "float", "uint8"), OperatorRole.CONVERSION),
        ("Transpose", ("uint8",), OperatorRole.CONVERSION),
        ("Equal", ("int64", "int64"), OperatorRole.OTHER),
        ("Shape", (), OperatorRole.OTHER),
    ],
)
def test_roles(operator, reads, expected):
    assert role(operator, reads) is expected


def test_shares_are_of_time_and_operators_with_the_rest_are_the_p50():
    assert INTEGER.share(OperatorRole.INTEGER) == pytest.approx(80 / 90)
    assert INTEGER.operators_s + INTEGER.rest_s == pytest.approx(INTEGER.p50.centre)
    assert INTEGER.overhead == pytest.approx(4e-6 / 100e-6)


@pytest.mark.parametrize(
    ("case", "cause"),
    [
        (evidence(), SpeedCause.UNCHANGED),
        (evidence(facts=replace(FACTS, nonzero_parameters=5_000)), SpeedCause.ZEROS),
        (evidence(profile(("ConvInteger", ("uint8", "int8"), 90)), speed=0.3), SpeedCause.DYNAMIC),
        (evidence(profile(("QLinearConv", ("int8", "float"), 90)), speed=0.9), SpeedCause.SIGNED),
        (evidence(profile(("Conv", ("float",), 90), ("Cast", ("float16",), 9)), speed=0.7), SpeedCause.HALF),
        (evidence(facts=replace(FACTS, quantized_ops=1.0)), SpeedCause.STORED_ONLY),
        (evidence(profile(("Conv", ("float",), 60), ("QGemm", ("uint8",), 20))), SpeedCause.FLOAT_LEFT),
        (evidence(profile(("Cast", ("float",), 60), ("QGemm", ("uint8",), 20))), SpeedCause.CONVERSIONS),
        (evidence(INTEGER, speed=0.9), SpeedCause.NO_KERNEL),
        (evidence(profile(("QLinearConv", ("uint8",), 99)), speed=0.9), SpeedCause.SLOW_INTEGERS),
        (evidence(threads=4), SpeedCause.THREADS),
        (evidence(replace(FLOAT, call_s=60e-6)), SpeedCause.DISPATCH),
        (evidence(bound=Bound.MEMORY), SpeedCause.MEMORY),
        (evidence(facts=replace(FACTS, macs=500_000), speed=1.9), SpeedCause.FEWER_MACS),
        (evidence(INTEGER, speed=2.0), SpeedCause.INTEGERS),
    ],
)
def test_each_cause_is_suspected_where_it_is_planted(case, cause):
    assert cause in {rule.cause for rule in RULES if rule.suspects(case)}


def test_a_plain_network_is_suspected_of_nothing():
    alone = evidence(parent=None, parent_facts=None)
    assert not [rule for rule in RULES if rule.suspects(replace(alone, speedup=None))]


@pytest.mark.parametrize(
    ("outcome", "ratio", "confirmed"),
    [
        (ExpectedTime.FASTER, of(1.2), True),
        (ExpectedTime.FASTER, of(1.2, 0.2), False),
        (ExpectedTime.SLOWER, of(0.8), True),
        (ExpectedTime.SLOWER, of(0.99), False),
        (ExpectedTime.SAME, of(1.04), True),
        (ExpectedTime.SAME, of(1.2), False),
        (ExpectedTime.NOT_SLOWER, of(1.5), True),
        (ExpectedTime.NOT_SLOWER, of(0.9), False),
    ],
)
def test_outcomes(outcome, ratio, confirmed):
    assert confirms(outcome, ratio) is confirmed


@pytest.mark.parametrize(
    ("macs", "size", "call", "expected"),
    [
        (10**9, 10**5, 1e-6, Bound.COMPUTE),
        (10**6, 10**9, 1e-6, Bound.MEMORY),
        (10**5, 10**4, 90e-6, Bound.DISPATCH),
    ],
)
def test_bounds(macs, size, call, expected):
    line = Roofline("cpu", 1e11, 4e11, 1e10)
    facts = replace(FACTS, macs=macs, file_bytes=size)
    assert bound(replace(FLOAT, call_s=call), facts, line) is expected


def test_times_of_layers_are_differences_that_never_fall_and_add_up():
    times = layer_times([1.0, 3.0, 2.8, 6.0, 6.1])
    assert sum(times) == pytest.approx(5.1) and min(times) >= 0
    assert times[2] == pytest.approx(6.0 - 2.9)
    assert sum(layer_times([1.0, 5.0, 9.0, 8.0])) == pytest.approx(7.0)


def test_layers_are_matched_by_their_place():
    before = [LayerWork("a", "Conv", 100, 10, 0), LayerWork("b", "Gemm", 50, 5, 0)]
    now = [LayerWork("x", "QLinearConv", 50, 5, 1), LayerWork("y", "QGemm", 25, 3, 0)]
    first, _ = removed_layers(before, now)
    assert (first.name, first.operator, first.macs_before, first.macs, first.zeros) == ("a", "Conv", 100, 50, 1)
    assert removed_layers(before, now[:1]) == ()
