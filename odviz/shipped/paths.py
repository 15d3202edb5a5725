"""Where things lie: what is shipped, and what is made on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from odviz.domain.errors import InputError


def root() -> Path:
    """The folder that holds `models/` and `data/`: ODVIZ_ROOT, else the checkout this package lies in.

    Raises:
        InputError: neither holds them.
    """
    chosen = os.environ.get("ODVIZ_ROOT")
    folder = Path(chosen) if chosen else Path(__file__).resolve().parents[2]
    if not (folder / "models").is_dir() or not (folder / "data").is_dir():
        raise InputError(f"{folder} has no models/ and data/: set ODVIZ_ROOT to the odviz checkout.")
    return folder


def models_dir() -> Path:
    """The folder of the trained models."""
    return root() / "models"


def data_dir() -> Path:
    """The folder of held-out sets, device profiles and published figures."""
    return root() / "data"


def home(kind: str) -> Path:
    """A folder on this machine for what odviz makes: ODVIZ_HOME/kind, else the system's place for it.

    Args:
        kind: "cache" (can be made again) or "data" (cannot).
    """
    chosen = os.environ.get("ODVIZ_HOME")
    if chosen:
        return Path(chosen) / kind
    return Path(platformdirs.user_cache_dir("odviz") if kind == "cache" else platformdirs.user_data_dir("odviz"))
