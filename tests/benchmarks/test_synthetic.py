"""The synthetic benchmark has every figure of every point."""

from benchmarks import _synthetic
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.store import open_store


def test_every_point_has_every_figure():
    identity = _synthetic.fill(30)
    with open_store() as store:
        points = summarise(load_benchmark_data(store, identity)).points
    assert len(points) == 30
    assert all(point.usable and point.accuracy and point.latency and point.memory and point.energy for point in points)
