"""The benchmark that speed is measured on is one: every point has every figure."""

from benchmarks import _many
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.store import open_store


def test_every_invented_point_has_every_figure():
    identity = _many.fill(30)
    with open_store() as store:
        points = summarise(load_benchmark_data(store, identity)).points
    assert len(points) == 30
    assert all(each.usable and each.accuracy and each.latency and each.memory and each.energy for each in points)
