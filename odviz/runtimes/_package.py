"""The base class of runtimes that are installed Python packages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from odviz.domain.errors import FileRefused, Unavailable
from odviz.domain.model import Layout
from odviz.runtimes.base import Availability, Runtime, Session


class PackageRuntime(Runtime, ABC):
    """A runtime that is looked for without importing it, and imported when it loads a model.

    Attributes:
        package: name of the distribution ("ai-edge-litert").
        module: that is imported ("ai_edge_litert.interpreter").
        is_plain: whether this is the plain way of another one; see base.Runtime.
    """

    package: str
    module: str

    def __init__(self, is_plain: bool = False) -> None:
        self.is_plain = is_plain

    @property
    def plain(self) -> Runtime | None:
        """See base.Runtime."""
        return None if self.is_plain else type(self)(is_plain=True)

    @property
    def profiled(self) -> Runtime | None:
        """See base.Runtime. Most packages have no profiler."""
        return None

    def available(self) -> Availability:
        """See base.Runtime."""
        from importlib.metadata import PackageNotFoundError

        try:
            spec = find_spec(self.module.partition(".")[0])
            if spec is not None:
                changed = Path(spec.origin).stat().st_mtime_ns if spec.origin else 0
                return Availability(version=_version(self.package, changed))
        except (PackageNotFoundError, ValueError, OSError):
            pass  # an incomplete installation, which pip repairs like a missing one
        return Availability(
            reason=f"The package {self.package} is not installed here; `pip install {self.package}` adds it."
        )

    def load(self, path: Path, layout: Layout, threads: int) -> Session:
        """See base.Runtime. Its availability is only read for a message: it takes longer than loading a small model."""
        try:
            module = self._import()
        except ImportError as error:
            availability = self.available()
            broken = f"{self.module} {availability.version} is installed but cannot be imported: {error}."
            raise Unavailable(broken if availability else availability.reason) from error
        try:
            model = self._open(module, path, threads)
        except MemoryError:
            raise
        except Exception as error:  # their own error types share no base but this one
            version = self.available().version
            raise FileRefused(f"{self.title} {version} cannot load {path.name}: {error}") from error
        return self._session(module, model, path, layout)

    def _import(self) -> Any:
        """Import the module.

        Raises:
            ImportError: it is not installed, or cannot be used.
        """
        return import_module(self.module)

    @abstractmethod
    def _open(self, module: Any, path: Path, threads: int) -> Any:
        """Load a file; whatever the module raises is shown as the reason of the refusal."""

    @abstractmethod
    def _session(self, module: Any, model: Any, path: Path, layout: Layout) -> Session:
        """The session of a model that `_open` returned.

        Raises:
            FileRefused: odviz cannot feed it.
        """


@cache
def _version(package: str, changed: int) -> str:  # noqa: ARG001 - the version of a package that has changed is read
    from importlib.metadata import version

    return version(package)
