"""The protocols of runtimes and their sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from odviz.arrays import Array
from odviz.domain.model import Layout


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a runtime can be used here.

    Attributes:
        version: installed version; empty if it is not available.
        reason: why it is not available and what would help; empty if it is.
    """

    version: str = ""
    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


class Session(Protocol):
    """A loaded model."""

    def predict(self, item: Array) -> tuple[Array, ...]:
        """Run one inference.

        Args:
            item: one canonical input without the batch axis (channels last, or tokens); a record for several inputs,
                see `odviz.library.items`.

        Returns:
            Every output of the model in the file's order, without the batch axis. Quantized outputs are dequantized
            to float32; others keep the type of the file.
        """
        ...

    def prepare(self, item: Array) -> Callable[[], object]:
        """Return a function that runs one inference on `item`, for timing.

        The function feeds the input and fetches every output. Layout and type of the input are converted beforehand.
        """
        ...


@dataclass(frozen=True, slots=True)
class OperatorRun:
    """One operator in one inference, as a profiler reports it.

    Attributes:
        operator: its type, as the runtime names it.
        name: of the operator.
        reads: types of the numbers that it reads ("uint8"), in order.
        time_s: seconds, with what the profiler adds.
    """

    operator: str
    name: str
    reads: tuple[str, ...]
    time_s: float


class ProfiledSession(Session, Protocol):
    """A loaded model whose operators are timed."""

    def runs(self) -> list[tuple[OperatorRun, ...]]:
        """The operators of every inference so far, in the order in which they ran; ends the profile."""
        ...


class Runtime(Protocol):
    """A runtime; a plug-in."""

    name: str
    title: str
    formats: tuple[str, ...]
    """Names of the formats it reads, the preferred one first."""
    backend: str
    snippet: str
    """Python lines that load the file @file, run it on one item with the batch axis, @item, and leave its first output
    in `scores`; empty where the runtime predicts nothing."""

    @property
    def plain(self) -> Runtime | None:
        """The same runtime without what makes it fast: optimisations of the graph, a delegate, integer kernels.

        None if it computes in one way only.
        """
        ...

    @property
    def profiled(self) -> Runtime | None:
        """The same runtime with its profiler on: its sessions are `ProfiledSession`. None if it has no profiler."""
        ...

    def available(self) -> Availability:
        """Whether it can be used here; does not raise, and is cheap to call again."""
        ...

    def load(self, path: Path, layout: Layout, threads: int) -> Session:
        """Load a model file.

        Raises:
            Unavailable: the runtime cannot be used here.
            FileRefused: the runtime cannot load this file, with its reason.
        """
        ...
