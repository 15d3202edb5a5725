"""Adds the plug-ins of `tests/toys` to the real registries."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from odviz.registry import Registry

_TOYS = Path(__file__).parent


@contextmanager
def added(*registries: Registry[Any]) -> Iterator[None]:
    """Let registries find the files of the toy folder that is named like their package, until the end of the block."""
    packages = [importlib.import_module(registry.package) for registry in registries]
    folders = [str(_TOYS / package.__name__.rpartition(".")[2]) for package in packages]
    for registry, package, folder in zip(registries, packages, folders, strict=True):
        package.__path__.append(folder)
        vars(registry).pop("_plugins", None)
    try:
        yield
    finally:
        for registry, package, folder in zip(registries, packages, folders, strict=True):
            package.__path__.remove(folder)
            vars(registry).pop("_plugins", None)
            for path in Path(folder).glob("*.py"):
                sys.modules.pop(f"{package.__name__}.{path.stem}", None)
