"""Run the whole fault matrix and write its figures: `python -m tests.faults [NAME]... [--times N]`.

With names, only faults whose names contain one of them are done, and nothing is written.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks._common import table
from odviz.domain.result import Stage
from odviz.measurement.environment import snapshot
from tests.faults.matrix import FAULTS, PHASES, Fault, Outcome, run
from tests.faults.place import ROOT, measure_before

DOCUMENT = ROOT / "docs" / "reliability.md"
TITLES = {Stage.COMPRESS: "while files are made", Stage.ACCURACY: "while predicting", Stage.LATENCY: "while timing"}
_HEADING = """# Reliability

What happens to a benchmark when something breaks. Each cell is a command that measures in a process of its own, with
real workers and a database that holds an earlier benchmark; in the phase that the column names, the fault of the row is
done to it. *Handled* means: it ended with the exit code that the fault has, or went on where it can; it printed no
traceback; no worker, lease or temporary file of it was left; and the next odviz reads every benchmark, none of which is
called running. *Lost* counts the stored blocks of times that were there before the fault and not after it (where the
fault itself takes the database away, after it was put back). A dash: the fault is not tried in that phase.

`python -m tests.faults` does all of it and writes this page; `make test` does a part (`tests/faults/test_matrix.py`).

A model that is being added is tried likewise (`python -m tests.faults.adding`): the command was killed at each of its
15 file operations, and each time nothing half was listed, the next addition worked, and removing left no file.
"""

Outcomes = Mapping[tuple[Fault, Stage], list[Outcome]]


def main() -> int:
    """Run the cases; the exit code is 1 if one was not handled or something was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="part of the name of a fault; all by default")
    parser.add_argument("--times", type=int, default=1, help="how often each case is done")
    options = parser.parse_args()
    outcomes: dict[tuple[Fault, Stage], list[Outcome]] = {}
    with tempfile.TemporaryDirectory(prefix="odviz-faults-") as folder:
        before = measure_before(Path(folder) / "before")
        for fault in FAULTS:
            if options.names and not any(name in fault.name for name in options.names):
                continue
            for stage in fault.phases:
                outcomes[fault, stage] = cases = []
                for _ in range(options.times):
                    cases.append(run(fault, stage, before, Path(folder) / "case"))
                    print(f"{fault.name}, {TITLES[stage]}: {cases[-1]}", file=sys.stderr, flush=True)
    print(matrix(outcomes))
    if not options.names:
        write(outcomes)
    return any(case.faults or case.lost for cases in outcomes.values() for case in cases)


def write(outcomes: Outcomes) -> None:
    """Write the document."""
    machine = snapshot()
    when = f"{datetime.now(UTC):%Y-%m-%d}"
    footer = f"*{when}, {machine.system}, Python {machine.python}, {machine.usable_cores} cores.*"
    DOCUMENT.write_text(f"{_HEADING}\n{matrix(outcomes)}\n\n{footer}\n", "utf-8")


def matrix(outcomes: Outcomes) -> str:
    """The table in Markdown, and the sums."""
    rows = []
    for fault in dict.fromkeys(fault for fault, _ in outcomes):
        mine = [case for (other, _), cases in outcomes.items() if other is fault for case in cases]
        cells = [_handled(outcomes.get((fault, stage), [])) for stage in PHASES]
        rows.append([fault.name, *cells, str(sum(case.samples for case in mine)), str(sum(case.lost for case in mine))])
    every = [case for cases in outcomes.values() for case in cases]
    handled = sum(not case.faults for case in every)
    columns = ["Fault", *(f"Handled {TITLES[stage]}" for stage in PHASES), "Blocks stored before", "Lost"]
    sums = f"Tried {len(every)}, handled {handled}, blocks of times lost {sum(case.lost for case in every)}."
    return f"{table(columns, rows)}\n\n{sums}"


def _handled(cases: list[Outcome]) -> str:
    return f"{sum(not case.faults for case in cases)} of {len(cases)}" if cases else "–"


if __name__ == "__main__":
    sys.exit(main())
