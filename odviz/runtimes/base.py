"""What a runtime is to odviz: a small Protocol; one file each behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from odviz.domain.model import Format, Layout

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a runtime can be used here.

    Attributes:
        version: of the runtime; empty when it is not there.
        reason: why not, and what would help; empty when it is there.
    """

    version: str = ""
    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


class Session(Protocol):
    """A loaded model, ready to answer."""

    def answer(self, item: Array) -> Array:
        """One inference.

        Args:
            item: one canonical input without the batch axis (channels last, or tokens).

        Returns:
            Logits, shape (C,), float32.
        """
        ...

    def prepare(self, item: Array) -> Callable[[], object]:
        """A closure that does exactly one inference on `item` and nothing that is not the runtime's work.

        Feeding the input and fetching the output are inside; converting the layout is not.
        """
        ...

    def operators(self) -> tuple[str, ...]:
        """Delegates or execution providers that really took part ("CPUExecutionProvider", "XNNPACK")."""
        ...


class Runtime(Protocol):
    """A runtime; a plugin."""

    name: str
    title: str
    formats: frozenset[Format]
    backend: str

    def available(self) -> Availability:
        """Whether it can be used here; must not raise and must be cheap to repeat."""
        ...

    def load(self, path: Path, layout: Layout, threads: int) -> Session:
        """Load a model file.

        Raises:
            Unavailable: the runtime is not there.
            FileRefused: the runtime cannot load this file, with its reason.
        """
        ...
