import pytest

from odviz.execution.executor import execute
from odviz.store import open_store
from tests.fakes import TOY, World, plan, point, scripted_launches


@pytest.fixture(autouse=True)
def launches_of_scripted_children(monkeypatch):
    scripted_launches(monkeypatch)


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'test.db'}") as opened:
        yield opened


@pytest.fixture
def measured(store):
    """A function that runs a scripted benchmark and returns its id."""

    def run(world=None, *recipes):
        benchmark = store.create_benchmark(plan(*recipes), [point(), *map(point, recipes)])
        execute(store, benchmark, TOY, lambda _: None, make_child=(world or World()).child)
        return benchmark

    return run
