"""Where things lie: what is shipped, and what is made on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from odviz.domain.errors import InputError
from odviz.library.files import shown


def root() -> Path:
    """The folder that holds `models/` and `data/`: ODVIZ_ROOT, else the checkout this package lies in.

    Raises:
        InputError: neither holds them.
    """
    chosen = os.environ.get("ODVIZ_ROOT")
    folder = Path(chosen).expanduser() if chosen else Path(__file__).resolve().parents[2]
    if not (folder / "models").is_dir() or not (folder / "data").is_dir():
        raise InputError(f"{folder} has no models/ and data/: set ODVIZ_ROOT to the odviz checkout.")
    return folder


def models_dir() -> Path:
    """The folder of the trained models."""
    return root() / "models"


def data_dir() -> Path:
    """The folder of held-out sets, device profiles and published figures."""
    return root() / "data"


def own_folder() -> Path | None:
    """ODVIZ_HOME as a whole path, its ~ spelled out; None where it is not set.

    Raises:
        InputError: it cannot be a folder.
    """
    chosen = os.environ.get("ODVIZ_HOME")
    if not chosen:
        return None
    try:
        folder = Path(chosen).expanduser().absolute()
    except RuntimeError as error:
        raise InputError(f"ODVIZ_HOME is {chosen!r}, and there is nobody of that name here: name a folder.") from error
    if folder.exists() and not folder.is_dir():
        raise InputError(f"ODVIZ_HOME is {shown(folder)}, which is a file: set it to a folder, which may be a new one.")
    return folder


def home(kind: str) -> Path:
    """A folder on this machine for what odviz makes: ODVIZ_HOME/kind, else the system's place for it.

    Args:
        kind: "cache" (can be made again) or "data" (cannot).

    Raises:
        InputError: ODVIZ_HOME is no folder.
    """
    chosen = own_folder()
    if chosen:
        return chosen / kind
    return Path(platformdirs.user_cache_dir("odviz") if kind == "cache" else platformdirs.user_data_dir("odviz"))
