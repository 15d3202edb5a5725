"""Energy that is only known relative to the most accurate uncompressed variant."""

import numpy as np
import pytest

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.domain.objective import Limits
from odviz.execution.executor import execute
from odviz.objectives import ENERGY
from tests.fakes import TOY, World, plan, point

RECIPES = ("fp32", "int8-static", "prune-structured:50")


@pytest.fixture
def analysis(store):
    benchmark = store.create_benchmark(plan(*RECIPES[1:]), [point(recipe) for recipe in RECIPES])
    execute(store, benchmark, TOY, lambda _: None, make_child=World().child)
    return analyse(load_benchmark_data(store, benchmark))


def test_the_reference_is_one_and_what_is_common_cancels(analysis):
    energy = analysis.own(ENERGY)
    assert (energy.unit, energy.relative) == ("×", True)
    reference, *others = (candidate.estimates[energy] for candidate in analysis.candidates)
    assert reference.low == reference.high == 1
    for ratio in others:
        assert ratio.high / ratio.low < ratio.absolute.high / ratio.absolute.low / 10
        assert ratio.absolute.unit == "J"


def test_fronts_are_those_of_the_joules(analysis):
    rows = range(len(analysis.candidates))
    joules = analysis.draw(ENERGY, rows)
    for row, candidate in enumerate(analysis.candidates):
        estimate = candidate.estimates[ENERGY]
        ends = np.quantile(joules[:, row] / joules[:, 0], [0.025, 0.975])
        assert (estimate.low, estimate.high) == pytest.approx(tuple(ends))


def test_a_limit_in_joules_is_satisfied_perhaps_and_drawn_nowhere(analysis):
    limited = analysis.under(Limits({ENERGY: 1.0}))
    assert all(candidate.uncertain == (ENERGY,) and not candidate.violates for candidate in limited.candidates)
    assert not limited.drawn_limits and next(iter(limited.limits)).unit == "J"
    beyond = analysis.under(Limits({ENERGY: 1e-15}))
    assert all(candidate.violates == (ENERGY,) for candidate in beyond.candidates)
    assert beyond.best_reached[ENERGY].unit == "J"


def test_a_damaged_table_of_energies_hides_energy_and_nothing_else(store, monkeypatch, tmp_path):
    for folder in ("models", "data"):
        (tmp_path / folder).mkdir()
    (tmp_path / "data" / "energy_per_op.csv").write_text("operation,pJ_7nm\n")
    monkeypatch.setenv("ODVIZ_ROOT", str(tmp_path))
    benchmark = store.create_benchmark(plan(*RECIPES[1:]), [point(recipe) for recipe in RECIPES])
    execute(store, benchmark, TOY, lambda _: None, make_child=World().child)
    analysis = analyse(load_benchmark_data(store, benchmark)).under(Limits({ENERGY: 1.0}))
    assert len(analysis.candidates) == 3
    for candidate in analysis.candidates:
        assert "energy_per_op.csv" in candidate.missing[ENERGY]
        assert {objective.name for objective in candidate.estimates} >= {"accuracy", "latency", "memory", "size"}
    assert analysis.fronts[ENERGY] == ()
    assert analysis.under(Limits({})).recommendation is not None
