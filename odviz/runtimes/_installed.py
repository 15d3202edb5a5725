"""Looking for a runtime's package without importing it, and importing it."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

from odviz.domain.errors import Unavailable
from odviz.runtimes.base import Availability


def installed(package: str, module: str) -> Availability:
    """Look for a runtime's package.

    Args:
        package: name of the distribution ("ai-edge-litert").
        module: name of the module ("ai_edge_litert").
    """
    try:
        if find_spec(module) is not None:
            return Availability(version=version(package))
    except (PackageNotFoundError, ValueError):
        pass  # an incomplete installation, which pip repairs like a missing one
    return Availability(reason=f"The package {package} is not installed here; `pip install {package}` adds it.")


def runtime(availability: Availability, module: str) -> Any:
    """Import a runtime's module.

    Args:
        availability: what `available` returned for it.
        module: name of the module.

    Raises:
        Unavailable: it is not installed, or cannot be imported.
    """
    if not availability:
        raise Unavailable(availability.reason)
    try:
        return import_module(module)
    except ImportError as error:
        raise Unavailable(f"{module} {availability.version} is installed but cannot be imported: {error}.") from error
