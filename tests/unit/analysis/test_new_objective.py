"""An objective declared in one file is found everywhere: fronts, limits, options, tables and exports."""

import csv
import io

import pytest

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.domain.objective import Limits
from odviz.domain.result import Membership
from odviz.objectives import OBJECTIVES
from odviz.report.tables import as_csv
from tests.fakes import World
from tests.new_objectives import LOAD_TIME, STABILITY, declared

WORLD = {"accuracy": {"fp32": 0.95, "int8-static": 0.9}, "ns": {"fp32": 2_000_000, "int8-static": 1_000_000}}


@pytest.fixture(params=[(LOAD_TIME,), (LOAD_TIME, STABILITY)], ids=["one more axis", "two more axes"])
def registered(request, monkeypatch):
    for plugin in request.param:
        monkeypatch.setitem(OBJECTIVES._plugins, plugin.name, plugin)
    return request.param


@pytest.fixture
def benchmark(measured):
    return measured(World(**WORLD), "int8-static")


@pytest.fixture
def data(store, benchmark):
    return load_benchmark_data(store, benchmark)


def recipes(candidates):
    return [str(candidate.result.point.variant.recipe) for candidate in candidates]


def test_it_has_a_front_in_its_direction(registered, data):
    analysis = analyse(data)
    for plugin in registered:
        objective = plugin.objective
        assert objective in analysis.axes and objective in analysis.fronts
        fp32, int8 = analysis.candidates  # fp32 is better in accuracy and in both
        assert fp32.membership[objective] is Membership.FRONT
        assert int8.membership[objective] is Membership.DOMINATED
        assert recipes(analysis.fronts[objective]) == ["fp32"]


def test_its_limit_excludes_and_binds(registered, data):
    analysis = analyse(data).under(Limits({LOAD_TIME.objective: 0.6}))
    fp32, int8 = analysis.candidates
    assert fp32.feasible and int8.violates == (LOAD_TIME.objective,)
    assert analysis.binding.objective == LOAD_TIME.objective
    assert recipes([analysis.recommendation.candidate]) == ["fp32"]
    if STABILITY in registered:
        least = analysis.under(Limits({STABILITY.objective: 25.0}))
        assert recipes(candidate for candidate in least.candidates if candidate.feasible) == ["fp32"]
        none = analysis.under(Limits({STABILITY.objective: 40.0}))
        assert recipes([none.nearest_miss]) == ["fp32"]
        assert none.best_reached[STABILITY.objective].value == 30.0


def test_exports_have_its_columns(registered, data):
    rows = list(csv.DictReader(io.StringIO(as_csv(data, analyse(data)))))
    for plugin in registered:
        name = plugin.name
        assert float(rows[0][f"{name}_low"]) < float(rows[0][name]) < float(rows[0][f"{name}_high"])
        assert rows[0][f"{name}_unit"] == plugin.objective.unit
        assert (rows[0][f"front_{name}"], rows[1][f"front_{name}"]) == ("front", "dominated")


def test_an_estimate_that_is_missing_says_why(monkeypatch, data):
    partial = declared("load_time", "Load time", "s", False, 8, {"fp32": 0.5})
    monkeypatch.setitem(OBJECTIVES._plugins, "load_time", partial)
    fp32, int8 = analyse(data).under(Limits({partial.objective: 0.6})).candidates
    assert partial.objective not in int8.estimates and partial.objective not in int8.membership
    assert int8.missing[partial.objective] and not int8.feasible and fp32.feasible
    assert "load_time: It was not measured." in as_csv(data, analyse(data))


def test_on_a_device_it_is_missing_unless_it_says_otherwise(registered, data):
    from odviz.analysis.on_device import find_target

    device, target = find_target("raspberry-pi-4")
    for candidate in analyse(data, device=device, target=target).candidates:
        assert all(candidate.missing[plugin.objective] for plugin in registered)
