"""Members and their mean on data whose answer is known."""

import math

import numpy as np
import pytest

from odviz.domain.published import Processor
from odviz.projection import ensemble
from odviz.projection.ensemble import FamilyEffect
from odviz.projection.features import COLUMNS, Features, matrix
from odviz.projection.proportions import MICROCONTROLLER, designs

FIVE = (0, 1, 2, 3, 4)
ALL = tuple(range(len(COLUMNS)))
COSTS = np.array([1e-10, 7e-10, 3e-10, 5e-5, 1e-9])
"""Of a MAC, what a depthwise one costs beyond, an activation, a layer and a parameter."""

PROCESSORS = pytest.mark.parametrize("processor", list(Processor))


def networks(count, seed=0):
    draw = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        macs = float(np.exp(draw.uniform(np.log(1e7), np.log(5e9))))
        parts = dict(zip(COLUMNS[5:], macs * draw.dirichlet(np.ones(5)) * 0.8, strict=True))
        made.append(
            Features(
                macs,
                depthwise_macs=macs * 0.2,
                activations=macs * draw.uniform(0.005, 0.05),
                compute_layers=draw.integers(10, 80),
                parameters=macs * draw.uniform(0.002, 0.05),
                **parts,
            )
        )
    return matrix(made)


def seconds(counts):
    return 2e-3 + counts[:, :5] @ COSTS


def fitted(processor, count=60, columns=FIVE, families=None):
    counts = networks(count)
    return ensemble.fit(counts, seconds(counts), families, columns, processor)


@pytest.mark.parametrize("processor", [Processor.CPU, Processor.ACCELERATOR])
def test_predicts_what_it_describes(processor):
    fresh = networks(40, seed=1)
    error = np.abs(fitted(processor).log_seconds(fresh) - np.log(seconds(fresh)))
    assert np.quantile(error, 0.9) < 0.2


@PROCESSORS
@pytest.mark.parametrize("columns", [(0,), (0, 4), FIVE, ALL])
def test_no_prediction_falls_when_a_count_rises(processor, columns):
    model = fitted(processor, columns=columns)
    counts = networks(30, seed=1)
    for column in range(len(COLUMNS)):
        more = counts.copy()
        more[:, column] *= 1.5
        assert (model.log_seconds(more) >= model.log_seconds(counts)).all()


def test_unit_of_time_does_not_matter():
    counts, fresh = networks(30), networks(20, seed=1)
    ours, scaled = (
        ensemble.fit(counts, scale * seconds(counts), None, FIVE, Processor.CPU).log_seconds(fresh)
        for scale in (1, 1e3)
    )
    assert scaled - ours == pytest.approx(math.log(1e3), abs=1e-2)


def test_kinds_of_macs_are_told_apart_where_all_are_known():
    assert [design.by_kind for design in designs(ALL, Processor.CPU)] == [False, True]
    assert [design.by_kind for design in designs(ALL[:-1], Processor.CPU)] == [False]


def test_a_tiny_network_costs_little_more_than_a_call():
    counts = networks(60)
    times = 1e-5 + 1e-10 * counts[:, 0]
    model = ensemble.fit(counts, times, None, (0, 1, 2, 3, 4), Processor.CPU)
    tiny = matrix([Features(2e3, depthwise_macs=0, activations=66, compute_layers=2, parameters=2e3)])
    assert math.exp(model.log_seconds(tiny)[0]) < 2e-4


def test_four_networks_at_usual_proportions_predict_a_fifth():
    (design,) = designs(FIVE, Processor.MICROCONTROLLER)
    counts = networks(5)
    times = 1e-9 * design.terms(counts) @ design.usual
    model = ensemble.fit(counts[:4], times[:4], None, FIVE, Processor.MICROCONTROLLER)
    assert model.log_seconds(counts[4:]) == pytest.approx(np.log(times[4:]), abs=0.02)
    assert design.proportions is MICROCONTROLLER


def test_relatives_tell_what_counts_do_not():
    counts = networks(60)
    families = ["slow" if index % 6 == 0 else "abcde"[index % 5] for index in range(60)]
    times = seconds(counts) * np.where(np.array(families) == "slow", 2.0, 1.0)
    model = ensemble.fit(counts, times, families, FIVE, Processor.CPU)
    probe = counts[:1]
    alone, related, stranger = (model.log_seconds(probe, names)[0] for names in (None, ["slow"], ["new"]))
    assert alone == stranger
    assert related - alone == pytest.approx(math.log(2) * 10 / 11, abs=0.15)


def test_the_effect_of_a_family_fades_beyond_its_relatives_and_never_faster_than_latency_rises():
    effect = FamilyEffect(log_factor=3.0, low=-5.0, high=-3.0)
    grid = np.linspace(-12, 4, 400)
    assert effect.at(-4.0) == 3.0 and effect.at(-12.0) == effect.at(4.0) == 0.0
    for signed in (effect, FamilyEffect(-3.0, -5.0, -3.0)):
        assert (np.diff([at + signed.at(at) for at in grid]) >= -1e-12).all()
