import numpy as np
import pytest

from odviz.analysis import benchmark_estimates
from odviz.analysis.analysis import analyse, analyse_estimates
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.benchmark_estimates import BenchmarkEstimates
from odviz.analysis.estimates import summarise
from odviz.analysis.on_device import find_target
from odviz.execution.executor import execute
from odviz.objectives import ACCURACY, SIZE
from tests.fakes import TOY, World, plan, point

RECIPES = ("fp32", "int8-static", "int8-dynamic", "prune-structured:50")
DEVICES = ("host", "raspberry-pi-5", "jetson-nano", "nrf5340")


@pytest.fixture
def data(store):
    points = [point(recipe, runtime="litert", fmt="tflite") for recipe in RECIPES] + [point(one) for one in RECIPES]
    benchmark = store.create_benchmark(plan(*RECIPES[1:]), points)
    world = World(accuracy=dict(zip(RECIPES, (0.95, 0.9, 0.94, 0.85), strict=True)))
    execute(store, benchmark, TOY, lambda _: None, make_child=world.child)
    return load_benchmark_data(store, benchmark)


@pytest.fixture
def shared(data):
    return BenchmarkEstimates(data, summarise(data))


@pytest.mark.parametrize("device", DEVICES)
def test_sharing_changes_no_figure(data, shared, device, monkeypatch):
    for other in DEVICES:  # whatever was asked before
        analyse_estimates(shared, *find_target(other))
    one = analyse_estimates(shared, *find_target(device))
    profile, target = find_target(device)
    own = analyse(data, device=profile, target=target)
    monkeypatch.setattr(benchmark_estimates, "_MOST_POINTS", 0)
    drawn_anew = analyse(data, device=profile, target=target)
    assert not drawn_anew.draw.kept
    assert one == own == drawn_anew
    assert one.recommendation == own.recommendation == drawn_anew.recommendation
    rows = range(1, len(one.candidates))
    for objective in one.objectives:
        own_rows = [row for row in rows if objective in one.candidates[row].estimates]
        if own_rows:
            draws = [analysis.draw(objective, own_rows) for analysis in (one, own, drawn_anew)]
            assert np.array_equal(draws[0], draws[1]) and np.array_equal(draws[0], draws[2])


def test_items_are_drawn_once_for_all_devices(shared):
    first, second = (analyse_estimates(shared, *find_target(device)) for device in DEVICES[1:3])
    assert first.draw.kept is second.draw.kept
    assert ACCURACY in first.draw.kept
    assert all(one is other for one, other in zip(first.draw.samples, second.draw.samples, strict=True))


def test_what_depends_on_the_file_alone_is_that_of_the_host(shared):
    here = {one.host_point: one for one in shared.candidates}
    candidates = analyse_estimates(shared, *find_target(DEVICES[1])).candidates
    for objective in (ACCURACY, SIZE):
        assert all(one.estimates[objective] is here[one.host_point].estimates[objective] for one in candidates)
