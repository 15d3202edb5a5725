"""What people call benchmarks, and the baseline of each task."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from odviz.domain.errors import UnknownName
from odviz.domain.label import BenchmarkLabel
from odviz.serialization import to_json
from odviz.store.base import Connected
from odviz.store.schema import benchmark


class BenchmarkLabels(Connected):
    """The part of the store that holds names, tags, notes and baselines, in columns of the table of benchmarks."""

    def set_label(self, benchmark_id: str, label: BenchmarkLabel) -> None:
        """Replace what a benchmark is called.

        Raises:
            UnknownName: the benchmark does not exist.
        """
        with self._writing() as connection:
            mine = benchmark.update().where(benchmark.c.id == benchmark_id)
            if not connection.execute(mine.values(**label_columns(label))).rowcount:
                raise UnknownName("benchmark", benchmark_id, ())

    def set_baseline(self, benchmark_id: str, is_baseline: bool) -> None:
        """Make a benchmark the baseline of its task in place of any other, or no baseline.

        Raises:
            UnknownName: the benchmark does not exist.
        """
        mine = benchmark.c.id == benchmark_id
        with self._writing() as connection:
            task = connection.scalar(select(benchmark.c.task).where(mine))
            if task is None:
                raise UnknownName("benchmark", benchmark_id, ())
            if is_baseline:
                connection.execute(benchmark.update().where(benchmark.c.task == task).values(baseline=mine))
            else:
                connection.execute(benchmark.update().where(mine).values(baseline=False))


def label_columns(label: BenchmarkLabel) -> Mapping[str, str]:
    """The columns of the table `benchmark` that hold a label."""
    return {"name": label.name, "tags": to_json(label.tags), "note": label.note}
