"""Registry of one-file plugins: the modules of a package that have a `plugin` attribute.

A module is best named like its plugin, with underscores for hyphens: then the plugin is found without importing the
others, which a worker that runs one runtime saves.
"""

from __future__ import annotations

import importlib.util
import pkgutil
from collections.abc import Iterator
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from odviz.domain.errors import UnknownName


class Named(Protocol):
    """Anything with a name."""

    @property
    def name(self) -> str:
        """Name as typed by a user; unique within its kind."""
        ...


T = TypeVar("T", bound=Named)


class Registry(Generic[T]):
    """All plugins of one kind; iteration gives them in the order of their modules.

    Args:
        kind: what a plugin is, for messages ("runtime").
        package: dotted name of the package that contains the modules.
    """

    def __init__(self, kind: str, package: str) -> None:
        self.kind, self.package = kind, package

    @cached_property
    def _plugins(self) -> dict[str, T]:
        root = importlib.import_module(self.package)
        plugins: dict[str, T] = {}
        for module in sorted(pkgutil.iter_modules(root.__path__), key=lambda info: info.name):
            plugin = getattr(importlib.import_module(f"{self.package}.{module.name}"), "plugin", None)
            if plugin is None:
                continue
            if plugin.name in plugins:
                raise RuntimeError(f"two {self.kind} plugins are named {plugin.name!r}")
            plugins[plugin.name] = plugin
        return plugins

    def names(self) -> tuple[str, ...]:
        """Names of all plugins, in the order of their modules."""
        return tuple(self._plugins)

    def __contains__(self, name: object) -> bool:
        return name in self._plugins

    def __iter__(self) -> Iterator[T]:
        return iter(self._plugins.values())

    def __getitem__(self, name: str) -> T:
        """The plugin with this name.

        Raises:
            UnknownName: no plugin has this name.
        """
        if "_plugins" not in vars(self) and (plugin := self._imported_alone(name)):
            return plugin
        try:
            return self._plugins[name]
        except KeyError:
            raise UnknownName(self.kind, name, self.names()) from None

    def _imported_alone(self, name: str) -> T | None:
        """The plugin of the module that is named like it; None if there is no such module."""
        module = f"{self.package}.{name.replace('-', '_')}"
        if not name.replace("-", "_").isidentifier() or importlib.util.find_spec(module) is None:
            return None
        plugin: T | None = getattr(importlib.import_module(module), "plugin", None)
        return plugin if plugin and plugin.name == name else None
