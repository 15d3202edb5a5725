"""Device profiles, built-in and the user's own: one TOML file a device."""

from __future__ import annotations

from pathlib import Path

from odviz.domain.device import DeviceProfile
from odviz.domain.errors import FileRefused, UnknownName
from odviz.domain.target import HOST
from odviz.library.device_toml import parse_device
from odviz.library.files import printable, read_text
from odviz.library.sources import built_in, user

LARGEST = 256 << 10
"""Most bytes of a profile: as many measurements as one may hold, and few enough to be parsed within a second."""


def folders() -> tuple[Path, Path]:
    """The folders of the built-in profiles and of the user's, which need not exist."""
    return built_in().devices, user().devices


def built_in_files() -> dict[str, Path]:
    """Files of the built-in profiles by device name."""
    return _files(built_in().devices)


def user_files() -> dict[str, Path]:
    """Files of the user's profiles by device name, readable or not."""
    return _files(user().devices)


def device_files() -> dict[str, Path]:
    """Profile files by device name; a user's file stands in place of a built-in one of the same name."""
    return built_in_files() | user_files()


def folder_errors() -> tuple[FileRefused, ...]:
    """Why the profiles of a whole folder are not listed, one error a folder."""
    errors = []
    shipped, own = folders()
    if not _files(shipped):
        errors.append(
            FileRefused(
                f"{printable(shipped)} holds no device profile, so that no built-in device is listed: "
                "restore that folder; `odviz verify` says what else is missing."
            )
        )
    try:
        next(own.iterdir(), None)
    except FileNotFoundError:  # the user has added no device
        pass
    except OSError as error:
        errors.append(
            FileRefused(
                f"Devices of your own are not listed: {printable(own)} cannot be read ({error.strerror or error})."
            )
        )
    return tuple(errors)


def load_device(name: str) -> DeviceProfile:
    """One profile.

    Raises:
        UnknownName: no device has this name.
        FileRefused: its file is not a valid profile.
    """
    files = device_files()
    if name not in files:
        raise UnknownName("device", name, (HOST, *files))
    return read_device(files[name])


def read_device(path: Path) -> DeviceProfile:
    """The profile in one file; the device is called like the file.

    Raises:
        FileRefused: it cannot be read, or is not a valid profile.
    """
    return parse_device(printable(path.stem), read_text(path, LARGEST, "device profile"), printable(path))


def _files(folder: Path) -> dict[str, Path]:
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:  # see `folder_errors`
        return {}
    return {printable(name.removesuffix(".toml")): folder / name for name in names if name.endswith(".toml")}
