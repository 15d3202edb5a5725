"""A part of the fault matrix, fast enough for every run of the tests; `python -m tests.faults` does all of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from odviz.domain.result import Stage
from tests.faults.matrix import FAULTS, run
from tests.faults.place import ROOT, Place, measure_before

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and limits of processes")
CASES = (
    ("database: file may not grow", Stage.LATENCY),
    ("database moved", Stage.ACCURACY),
    ("cache emptied", Stage.LATENCY),
)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return measure_before(tmp_path_factory.mktemp("faults") / "before")


@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize(("name", "stage"), CASES)
def test_a_fault_is_handled_and_nothing_is_lost(name: str, stage: Stage, before: Place, tmp_path: Path) -> None:
    (fault,) = (fault for fault in FAULTS if fault.name == name)
    outcome = run(fault, stage, before, tmp_path / "case")
    assert (outcome.faults, outcome.lost) == ((), 0) and outcome.samples


def test_the_page_of_figures_has_every_fault_and_nothing_lost() -> None:
    text = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    rows = {line.split("|")[1].strip(): line.split("|")[-2].strip() for line in text.splitlines() if line[:1] == "|"}
    assert {fault.name for fault in FAULTS} <= set(rows)
    assert {rows[fault.name] for fault in FAULTS} == {"0"}
