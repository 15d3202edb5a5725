"""The progress of a benchmark in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from odviz.execution.progress import Phase
from odviz.execution.progress import Progress as Snapshot


class ProgressBar:
    """A progress bar on standard error with one line per phase; silent where that is no terminal."""

    def __enter__(self) -> Callable[[Snapshot], None]:
        self._progress = Progress(
            TextColumn("{task.description:<18}"),
            BarColumn(),
            TextColumn("{task.completed:>4}/{task.total:<4}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[label]}", style="dim"),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._rows: dict[Phase, TaskID] = {}
        self._progress.start()
        return self._report

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _report(self, snapshot: Snapshot) -> None:
        for phase, row in self._rows.items():
            if phase is not snapshot.phase:
                self._progress.stop_task(row)
        if snapshot.phase not in self._rows:
            self._rows[snapshot.phase] = self._progress.add_task(snapshot.phase.value, total=snapshot.total, label="")
        self._progress.update(
            self._rows[snapshot.phase], completed=snapshot.done, total=snapshot.total, label=snapshot.label
        )
