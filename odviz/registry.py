"""Finds one-file plugins: a module in a package is a plugin if it has a `plugin` attribute."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from odviz.domain.errors import UnknownName


class Named(Protocol):
    """What every plugin has."""

    @property
    def name(self) -> str:
        """As typed by a person; unique within its kind."""
        ...


T = TypeVar("T", bound=Named)


class Registry(Generic[T]):
    """All plugins of one kind.

    Args:
        kind: in words, for messages ("runtime").
        package: dotted name of the package whose modules are looked through.
    """

    def __init__(self, kind: str, package: str) -> None:
        self.kind, self.package = kind, package

    @cached_property
    def _plugins(self) -> dict[str, T]:
        root = importlib.import_module(self.package)
        found: dict[str, T] = {}
        for module in sorted(pkgutil.iter_modules(root.__path__), key=lambda info: info.name):
            plugin = getattr(importlib.import_module(f"{self.package}.{module.name}"), "plugin", None)
            if plugin is None:
                continue
            if plugin.name in found:
                raise RuntimeError(f"two {self.kind} plugins are named {plugin.name!r}")
            found[plugin.name] = plugin
        return found

    def names(self) -> tuple[str, ...]:
        """Every name, sorted by module."""
        return tuple(self._plugins)

    def __iter__(self) -> Iterator[T]:
        return iter(self._plugins.values())

    def __getitem__(self, name: str) -> T:
        """The plugin of that name.

        Raises:
            UnknownName: with the names that exist.
        """
        try:
            return self._plugins[name]
        except KeyError:
            raise UnknownName(self.kind, name, self.names()) from None
