"""The interface of a stress test plug-in, and what it may use while it runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from odviz.arrays import Array
from odviz.domain.target import OperatingPoint
from odviz.metrics.base import Metric, Outputs
from odviz.objectives.base import Outcome
from odviz.store import StoredArtifact
from odviz.stress.settings import Setting
from odviz.tasks.base import Examples, Task
from odviz.worker.request import Load, Request

R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class StressData:
    """What a stress test starts from, the same for all variants.

    Attributes:
        task: of the benchmark.
        examples: its test set.
        metric: of the task.
        seed: of the benchmark.
        settings: of stress tests, as its plan has them.
    """

    task: Task
    examples: Examples
    metric: Metric
    seed: int
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ItemSet:
    """Items in a file, which variants predict.

    Attributes:
        path: `.npy` file of inputs, shape (N, …).
        fingerprint: of the items; their predictions are stored under it.
        count: number of items.
    """

    path: Path
    fingerprint: str
    count: int


class Tester(Protocol):
    """A child process."""

    def request(self, request: Request[R]) -> R:
        """Send a request.

        Raises:
            RunFailed: it failed, or the child ended.
        """
        ...


class Bench(Protocol):
    """One variant under test.

    Attributes:
        point: the variant on its runtime.
        artifact: its file.
    """

    point: OperatingPoint
    artifact: StoredArtifact

    def predict(self, items: ItemSet) -> Outputs:
        """Outputs on all items; those that are stored are used again.

        Raises:
            RunFailed: they cannot be predicted, or the benchmark was cancelled.
        """
        ...

    def load(self, inputs: Path) -> Load:
        """The request that loads the variant in a child, with the inputs of a `.npy` file."""
        ...

    def child(self, folders: Iterable[Path] = ()) -> AbstractContextManager[Tester]:
        """A child process that may write to these folders; cancelling the benchmark ends it."""
        ...


Trial = Callable[[Bench], Outcome]
"""Tries a variant, and returns what was found, not empty, to be stored.

Raises RunFailed if it could not be tried, and ValueError if its outputs do not fit the metric.
"""


class StressTest(ABC):
    """A way in which variants are tried; a plug-in.

    An objective that needs the test names it (`ObjectivePlugin.stress`) and reads its outcome.

    Attributes:
        name: as typed ("corruptions").
        title: as shown.
        summary: one sentence for a person who knows no machine learning.
        version: increased when outcomes change; a benchmark does not mix versions.
        alone: whether one variant is tried at a time and nothing else runs, because it is timed.
        seconds: about how long it takes to try one variant of a small network.
        settings: how much it does, as far as a person can choose that.
    """

    name: str
    title: str
    summary: str
    version: int = 1
    alone: bool = False
    seconds: float = 5.0
    settings: tuple[Setting[Any], ...] = ()

    def unsupported(self, task: Task, metric: Metric) -> str:  # noqa: ARG002 - for those that depend on it
        """Why it cannot be run on a task, as a sentence; empty if it can."""
        return ""

    def refused(self, task: Task, settings: Mapping[str, str]) -> str:  # noqa: ARG002 - for those that depend on it
        """Why settings do not fit a task, as a sentence; empty if they do.

        Raises:
            InputError: one cannot be read.
        """
        for setting in self.settings:
            setting.read(settings)
        return ""

    @abstractmethod
    def prepare(self, data: StressData, folder: Path) -> Trial:
        """Make what all variants share, once in a benchmark.

        Args:
            data: of the benchmark.
            folder: for files; removed when the benchmark ends.

        Returns:
            What tries a variant.

        Raises:
            RunFailed: no variant can be tried.
        """


def write_items(path: Path, parts: Iterable[Array], count: int) -> ItemSet:
    """Write items to a file, a part at a time, so that they never are in memory together.

    Args:
        path: `.npy` file to write.
        parts: arrays of the same dtype and item shape.
        count: number of all items.
    """
    import hashlib

    import numpy as np

    digest, start, rows = hashlib.sha256(), 0, None
    for part in parts:
        if rows is None:
            rows = np.lib.format.open_memmap(  # type: ignore[no-untyped-call]
                path, "w+", part.dtype, (count, *part.shape[1:])
            )
            digest.update(f"{part.dtype.str}{rows.shape}".encode())
        rows[start : start + len(part)] = part
        digest.update(np.ascontiguousarray(part).data)
        start += len(part)
    if start != count or rows is None:
        raise ValueError(f"{start} items, not {count}")
    rows.flush()
    return ItemSet(path, digest.hexdigest(), count)
