"""A person's own devices: looked over, kept in their folder, taken out again. What is shipped is never touched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from odviz.domain.device import DeviceProfile
from odviz.domain.errors import FileRefused, InputError, StoreError, UnknownName
from odviz.library.devices import LARGEST, files_in, folders, parse_device, read_device
from odviz.library.files import atomic_write, read_bytes
from odviz.services import measurements
from odviz.services.device_draft import name_of
from odviz.services.user_measurements import LONGEST, MOST_NETWORKS


class Taken(StrEnum):
    """Who has a name already."""

    NO = "free"
    OWN = "a device of yours"
    SHIPPED = "a device that odviz ships"


def own_files() -> dict[str, Path]:
    """A person's own profiles by device name, whether they can be read or not."""
    return files_in(folders()[1])


def broken() -> dict[str, str]:
    """A person's own files that cannot be read, by device name, and what is wrong with each."""
    found = {}
    for name, path in own_files().items():
        try:
            read_device(path)
        except FileRefused as error:
            found[name] = str(error)
    return found


def taken(name: str) -> Taken:
    """Whether a device of this name exists, and whose it is."""
    if name in files_in(folders()[0]):
        return Taken.SHIPPED
    return Taken.OWN if name in own_files() else Taken.NO


def read_upload(file_name: str, content: bytes) -> tuple[str, str]:
    """A device's name and its TOML, as they come in a file.

    Args:
        file_name: as the person's machine calls it; only its last part counts.
        content: of the file.

    Raises:
        FileRefused: it is too large or no text.
    """
    last = file_name.replace("\\", "/").rpartition("/")[2]
    name = name_of(re.sub(r"\.toml$", "", last, flags=re.IGNORECASE))
    if not name:
        raise FileRefused(f"{last or 'The file'} has no name that a device could have; call it such as my-board.toml.")
    if len(content) > LARGEST:
        raise FileRefused(f"{last} is larger than a device profile can be (1 MB).")
    try:
        return name, content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(f"{last} is not text in UTF-8, so it is no TOML; save it as UTF-8.") from None


def accept(name: str, text: str) -> DeviceProfile:
    """Look a profile over with the reader that reads all of them, then fit what it brings along.

    Args:
        name: of the device.
        text: TOML.

    Raises:
        FileRefused: something in it makes no sense; says what and where.
    """
    device = parse_device(name, text, f"{name}.toml")
    for words in _shown_alone(device):
        if len(words) > LONGEST:
            raise FileRefused(f"{name}.toml: “{words[:30]}…” is longer than {LONGEST} characters; shorten it.")
        if not words.isprintable():
            raise FileRefused(f"{name}.toml: {words!r} holds a character that cannot be shown; take it out.")
    if len(device.points) > MOST_NETWORKS:
        raise FileRefused(f"{name}.toml has {len(device.points)} [[points]]; {MOST_NETWORKS} is the most.")
    seen: set[tuple[str, str]] = set()
    for row in device.points:
        same = row.target, row.model.casefold()  # nobody tells networks apart by capitals
        if same in seen:
            raise FileRefused(f"{name}.toml has two [[points]] for {row.model} on {row.target}; keep one of them.")
        seen.add(same)
    reports = [measurements.report(device, each) for each in device.targets]
    empty = [each.target.key for each in reports if not each.published]
    if empty:
        raise FileRefused(
            f"{name}.toml: nothing is published under {', '.join(empty)}, and it has no [[points]] for it."
        )
    return device


def _shown_alone(device: DeviceProfile) -> Iterator[str]:
    """Texts of a profile that have a line of the page, a cell or a choice to themselves."""
    yield from (device.title, device.processor)
    for each in device.targets:
        yield from (each.key, each.target.runtime, each.target.backend)
    yield from (row.model for row in device.points)


def save(name: str, text: str, replace: bool = False) -> Path:
    """Keep a profile in the person's folder: the whole file or nothing.

    Args:
        name: of the device.
        text: TOML.
        replace: whether a device of theirs of the same name may be replaced.

    Returns:
        The file.

    Raises:
        FileRefused: the profile makes no sense.
        InputError: the name is taken.
        StoreError: the folder cannot be written.
    """
    device = accept(name, text)
    whose = taken(device.name)
    if whose is Taken.SHIPPED or (whose is Taken.OWN and not replace):
        more = "choose another name" if whose is Taken.SHIPPED else "replace it, or choose another name"
        raise InputError(f"{device.name!r} is the name of {whose} already: {more}.")
    folder = folders()[1]
    path = folder / f"{device.name}.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as file:
            file.write(text.encode())
    except OSError as error:
        raise StoreError(
            f"The device could not be kept in {folder}: {error.strerror or error}. Nothing was changed."
        ) from error
    return path


def content_of(name: str) -> bytes:
    """The file of a person's own device, as it stands, whether it makes sense or not.

    Raises:
        UnknownName: there is none of this name.
        FileRefused: it cannot be read, or is too large for a profile.
    """
    return read_bytes(_file(name), LARGEST, "device profile")


def remove(name: str) -> Path:
    """Delete a person's own device; a shipped one of the same name comes to light again.

    Raises:
        UnknownName: there is none of this name; shipped ones cannot be deleted.
        StoreError: the file cannot be deleted.
    """
    path = _file(name)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path} cannot be deleted: {error.strerror or error}.") from error
    return path


def _file(name: str) -> Path:
    files = own_files()
    if name not in files:
        raise UnknownName("device of your own", name, files)
    return files[name]
