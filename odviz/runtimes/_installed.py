"""Whether a runtime's package is installed, without importing it; and its import, with a reason."""

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
        package: as it is installed ("ai-edge-litert").
        module: as it is imported ("ai_edge_litert").
    """
    try:
        if find_spec(module) is not None:
            return Availability(version=version(package))
    except (PackageNotFoundError, ValueError):
        pass  # half an installation, which pip can mend like a missing one
    return Availability(reason=f"The package {package} is not installed here; `pip install {package}` adds it.")


def runtime(there: Availability, module: str) -> Any:
    """Import a runtime's module.

    Args:
        there: what `available` said of it.
        module: as it is imported.

    Raises:
        Unavailable: it is not there, or is there and cannot be imported.
    """
    if not there:
        raise Unavailable(there.reason)
    try:
        return import_module(module)
    except ImportError as error:
        raise Unavailable(f"{module} {there.version} is installed but cannot be imported: {error}.") from error
