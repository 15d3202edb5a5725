import numpy as np
import pytest

from odviz.domain.estimate import Estimate, Provenance
from odviz.measurement import device_power
from odviz.objectives import ENERGY, LATENCY, OBJECTIVES
from odviz.objectives.base import Draw, HostSamples
from odviz.objectives.intervals import from_intervals
from odviz.services import devices
from tests.unit.charts.candidates import candidate

N = 4000


def projected(value, factor):
    return Estimate(value, value / factor, value * factor, "s", Provenance.PROJECTED, n=20, level=0.9)


def drawn(*estimates, models=None, shared=0.0):
    names = models or [str(place) for place, _ in enumerate(estimates)]
    return from_intervals(list(estimates), names, N, np.random.default_rng(0), shared)


def test_a_projection_spreads_in_its_logarithm_as_its_interval_says():
    values = drawn(projected(2e-3, 3.0))[:, 0]
    inside = ((values > 2e-3 / 3) & (values < 6e-3)).mean()
    assert (values > 0).all() and inside == pytest.approx(0.9, abs=0.02)
    assert np.median(values) == pytest.approx(2e-3, rel=0.05)


def test_variants_of_one_model_err_together_as_far_as_they_share_it():
    pair = (projected(1e-3, 2.0), projected(1e-3, 2.0))
    for shared in (0.0, 0.5, 1.0):
        one, other = np.log(drawn(*pair, models=["a", "a"], shared=shared)).T
        assert np.corrcoef(one, other)[0, 1] == pytest.approx(shared, abs=0.06)
    apart = np.log(drawn(*pair, models=["a", "b"], shared=1.0)).T
    assert abs(np.corrcoef(*apart)[0, 1]) < 0.06


def test_what_is_the_same_for_one_model_does_not_hide_which_variant_is_faster():
    slow, fast = drawn(projected(2e-3, 3.0), projected(1e-3, 3.0), models=["a", "a"], shared=1.0).T
    assert (fast < slow).all()


def test_an_exact_figure_does_not_move_and_a_range_stays_within_its_ends():
    exact = Estimate(5.0, 5.0, 5.0, "s", Provenance.PUBLISHED, n=1, level=1.0)
    between = Estimate(None, 1.0, 3.0, "J", Provenance.MODELLED)
    found = drawn(exact, between)
    assert (found[:, 0] == 5.0).all()
    assert found[:, 1].min() >= 1.0 and found[:, 1].max() <= 3.0


def test_ranges_that_share_nothing_are_drawn_apart():
    between = Estimate(None, 1.0, 3.0, "B", Provenance.MODELLED)
    one, other = drawn(between, between).T
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.06


def test_the_power_of_a_device_is_the_same_for_all_its_variants():
    board = devices.profile("raspberry-pi-5")
    times = [projected(1.0e-2, 1.02), projected(1.8e-2, 1.02)]
    figures = [{LATENCY: each, ENERGY: device_power.energy(board, each)} for each in times]
    samples = [HostSamples(candidate(0.9, 1e-3, model=name).result) for name in "ab"]
    draw = Draw(ENERGY, samples, figures, N, np.random.default_rng(0))
    cheap, dear = OBJECTIVES["energy"].replicates(draw).T
    assert (cheap < dear).all()
    assert cheap.min() > 0.95 * 2.8 * 1e-2 and cheap.max() < 1.05 * 9.7 * 1e-2 and cheap.max() > 2 * cheap.min()
