"""The user's own devices: validated, saved in their folder, deleted. Built-in profiles are never changed."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path

from odviz.domain.device import DeviceProfile
from odviz.domain.errors import FileRefused, InputError, StoreError, UnknownName
from odviz.domain.rights import Right
from odviz.domain.text import quoted, shortened
from odviz.library.device_toml import parse_device
from odviz.library.devices import LARGEST, built_in_files, user_files
from odviz.library.files import decoded, printable, read_bytes, write_bytes
from odviz.library.rights import require
from odviz.library.sources import user
from odviz.services.device_draft import file_stem
from odviz.services.target_reports import checked_report, without_measurements


class NameOwner(Enum):
    """Whose device has a name."""

    NOBODY = "nobody"
    USER = "the user"
    ODVIZ = "odviz"


def owner_of(name: str) -> NameOwner:
    """Whose device has this name."""
    if name in built_in_files():
        return NameOwner.ODVIZ
    return NameOwner.USER if name in user_files() else NameOwner.NOBODY


def read_upload(file_name: str, content: bytes) -> tuple[str, str]:
    """A device's name and its TOML, from an uploaded file.

    Args:
        file_name: as the person's machine calls it; only its last part counts.
        content: of the file.

    Raises:
        FileRefused: its name cannot name a device, it is too large, or not UTF-8.
    """
    last = file_name.replace("\\", "/").rpartition("/")[2]
    name = file_stem(re.sub(r"\.toml$", "", last, flags=re.IGNORECASE))
    if not name:
        raise FileRefused(
            f"{quoted(last) if last else 'The file'} cannot name a device; call it such as my-board.toml."
        )
    return name, decoded(content, shortened(printable(last)), LARGEST, "device profile")


def validate(name: str, text: str) -> DeviceProfile:
    """Parse a profile and fit its points.

    Args:
        name: of the device.
        text: TOML.

    Raises:
        FileRefused: an entry is missing or implausible, or nothing can be fitted; says what and where.
    """
    place = shortened(printable(f"{name}.toml"))
    device = parse_device(name, text, place)
    empty = without_measurements([checked_report(device, target) for target in device.targets])
    if empty:
        raise FileRefused.at(place, "targets", f"{', '.join(empty)} has no [[points]], and nothing is published.")
    return device


def save(name: str, text: str, replace: bool = False) -> Path:
    """Save a profile in the user's folder: the whole file or nothing.

    Args:
        name: of the device.
        text: TOML.
        replace: whether a device of theirs of the same name may be replaced.

    Returns:
        The file.

    Raises:
        FileRefused: it is not a valid profile.
        InputError: another device has the name.
        StoreError: the folder cannot be written.
    """
    device = validate(name, text)
    owner = owner_of(device.name)
    if owner is NameOwner.ODVIZ:
        raise InputError(f"{device.name!r} is the name of a built-in device: choose another name.")
    if owner is NameOwner.USER and not replace:
        raise InputError(f"{device.name!r} is the name of a device of yours: replace it, or choose another name.")
    path = user().devices / f"{device.name}.toml"
    write_bytes(path, text.encode())
    return path


def content_of(name: str) -> bytes:
    """The file of a user's device as it is, valid or not.

    Raises:
        Forbidden: this session may not do that.
        UnknownName: the user has no device of this name.
        FileRefused: it cannot be read, or is too large for a profile.
    """
    require(Right.CHANGE)
    return read_bytes(_file(name), LARGEST, "device profile")


def remove(name: str) -> Path:
    """Delete a user's device; a built-in one of the same name is listed again.

    Raises:
        Forbidden: this session may not do that.
        UnknownName: the user has no device of this name.
        StoreError: the file cannot be deleted.
    """
    require(Right.CHANGE)
    path = _file(name)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path} cannot be deleted: {error.strerror or error}.") from error
    return path


def _file(name: str) -> Path:
    files = user_files()
    if name not in files:
        raise UnknownName("device of your own", name, files)
    return files[name]
