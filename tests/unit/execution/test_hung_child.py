"""The time for which a child hangs is not taken from the others."""

from types import SimpleNamespace

import pytest

from odviz.domain.failure import Failure, FailureKind
from odviz.execution import latency
from odviz.execution.executor import execute
from odviz.store import open_store
from tests.fakes import TOY, World, plan, point

HANG_S = 60
SILENT = Failure(FailureKind.TIMEOUT, "The child process was silent and was ended.")


@pytest.mark.parametrize("phase", ["measure_memory", "time_block"])
def test_the_others_have_all_their_launches(tmp_path, monkeypatch, phase):
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)  # stands still but for the child that hangs
    monkeypatch.setattr(latency, "time", clock)
    faults = {"measure_memory": SILENT, "time_block": [None, None, SILENT]}  # the second block after a warm-up
    world = World(faults={("int8-static", phase): faults[phase]})

    def hang(recipe, do):
        requests = world.requests.count((recipe, do))
        if (recipe, do) == ("int8-static", phase) and requests == (1 if phase == "measure_memory" else 3):
            clock.now += HANG_S

    world.hook = hang
    points = [point(), point("int8-static"), point("int8-dynamic")]
    effort = {"launches": 4, "rounds": 3, "confidence": 0.5, "time_s": HANG_S / 2}
    with open_store(f"sqlite:///{tmp_path / 'test.db'}") as store:
        mine = store.create_benchmark(plan("int8-static", "int8-dynamic", **effort), points)
        execute(store, mine, TOY, lambda _: None, make_child=world.child)
        blocks = store.blocks(mine)
    for other in (points[0], points[2]):
        assert [(block.launch, block.round) for block in blocks[other.key]] == [
            (launch, number) for launch in range(4) for number in range(3)
        ]
