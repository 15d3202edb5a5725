import pytest

from odviz.domain.model import Variant
from odviz.domain.target import OperatingPoint
from odviz.execution.executor import execute
from odviz.execution.progress import Phase
from odviz.store import open_store
from tests.fakes import TOY, World, plan, point


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'test.db'}") as opened:
        yield opened


def reports(store, **effort):
    """Every snapshot of a scripted benchmark of one variant."""
    snapshots, world, jitter = [], World(), iter(range(10**9))
    world.hook = lambda recipe, do: world.ns.update(fp32=1_000_000 + 10_000 * (next(jitter) % 7))
    benchmark = store.create_benchmark(plan(**effort), [point()])
    execute(store, benchmark, TOY, snapshots.append, make_child=world.child)
    return snapshots


def test_each_phase_names_the_variant_that_it_has_finished(store):
    snapshots = reports(store, launches=1, rounds=2)
    finished = {snapshot.phase: snapshot.variant or snapshot.point for snapshot in snapshots}
    assert isinstance(finished[Phase.PREPARE], Variant) and isinstance(finished[Phase.PREDICTIONS], OperatingPoint)
    assert "net fp32 (onnx)" in [snapshot.label for snapshot in snapshots]


def test_progress_of_timing_has_its_time_limit(store):
    snapshots = reports(store, launches=2, rounds=2, confidence=0.5, time_s=9)
    assert {snapshot.phase for snapshot in snapshots if snapshot.within_s} == {Phase.LATENCY}
    assert all(
        0 <= snapshot.left_s <= snapshot.within_s == 9 for snapshot in snapshots if snapshot.phase is Phase.LATENCY
    )


def test_labels_of_timing_have_the_launch_and_the_widest_interval(store):
    labels = [
        snapshot.label
        for snapshot in reports(store, launches=2, rounds=2, confidence=0.5, time_s=9)
        if snapshot.within_s
    ]
    assert labels[0].startswith("starting") and labels[0].endswith("launch 1")
    assert "launch 2" in labels[-1] and "p50" in labels[-1] and labels[-1].endswith("± 50 %")
