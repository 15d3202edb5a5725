"""The folders of odviz: the built-in models and data, and the user's results, library and cache."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import platformdirs

from odviz.domain.errors import InputError
from odviz.domain.text import quoted
from odviz.library.files import printable

_CHECKOUT = Path(__file__).resolve().parents[2]


def root() -> Path:
    """The folder that holds the built-in `models/` and `data/`: ODVIZ_ROOT, else the checkout of this package.

    Raises:
        InputError: it lacks one of them.
    """
    return _complete(_chosen("ODVIZ_ROOT") or _CHECKOUT)


@cache
def _complete(folder: Path) -> Path:
    """The folder, which is looked at once: a page needs it thousands of times."""
    if not (folder / "models").is_dir() or not (folder / "data").is_dir():
        raise InputError(f"{printable(folder)} has no models/ and data/: set ODVIZ_ROOT to the odviz checkout.")
    return folder


def models_dir() -> Path:
    """The folder of the built-in models."""
    return root() / "models"


def data_dir() -> Path:
    """The folder of the built-in data sets, device profiles and published measurements."""
    return root() / "data"


def results_dir() -> Path:
    """The folder of the database: ODVIZ_HOME, else the system's folder for a user's data.

    Raises:
        InputError: ODVIZ_HOME is not a folder.
    """
    return _home() or _system_data_dir()


def user_dir() -> Path:
    """The folder of the user's own models, data sets and devices: ODVIZ_HOME/data, else the system's data folder.

    Raises:
        InputError: ODVIZ_HOME is not a folder.
    """
    home = _home()
    return home / "data" if home else _system_data_dir()


def cache_dir() -> Path:
    """The folder of files that can be made again: ODVIZ_HOME/cache, else the system's cache folder.

    Raises:
        InputError: ODVIZ_HOME is not a folder.
    """
    home = _home()
    return home / "cache" if home else Path(platformdirs.user_cache_dir("odviz", appauthor=False))


def _system_data_dir() -> Path:
    return Path(platformdirs.user_data_dir("odviz", appauthor=False))


def _home() -> Path | None:
    """ODVIZ_HOME; None if it is not set."""
    folder = _chosen("ODVIZ_HOME")
    if folder and folder.exists() and not folder.is_dir():
        raise InputError(f"ODVIZ_HOME is {printable(folder)}, a file: set it to a folder, which may be a new one.")
    return folder


def _chosen(variable: str) -> Path | None:
    """The path in a variable of the environment, absolute, with ~ expanded; None if it is not set.

    Raises:
        InputError: no path can be like that.
    """
    chosen = os.environ.get(variable)
    if not chosen:
        return None
    try:
        folder = Path(chosen).expanduser().absolute()
        folder.exists()
    except RuntimeError as error:
        raise InputError(
            f"{variable} is {quoted(chosen)}, and this machine has no such user: name a folder."
        ) from error
    except OSError as error:  # a path has so many characters at most
        raise InputError(f"{variable} is {quoted(chosen)}: {error.strerror}.") from error
    return folder
