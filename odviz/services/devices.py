"""Device profiles, this host's among them, and networks known by their counts whose latency is predicted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from odviz.domain.device import DeviceKind, DeviceProfile, Fact
from odviz.domain.environment import Environment
from odviz.domain.errors import FileRefused
from odviz.domain.target import HOST
from odviz.library import devices as library
from odviz.library.files import printable
from odviz.library.published import COLUMNS, KIND, check_names, parse_numbers
from odviz.library.tables import read_table
from odviz.measurement.environment import snapshot
from odviz.projection.features import COLUMNS as FEATURE_FIELDS
from odviz.projection.features import Features


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A device file, or a folder of them, that cannot be listed.

    Attributes:
        name: of the device; empty for a folder.
        reason: what is wrong with it.
        user_supplied: whether it is a file of the user's own, which they can delete.
    """

    name: str
    reason: str
    user_supplied: bool


@dataclass(frozen=True, slots=True)
class QueriedNetwork:
    """A network to predict, known by its counts.

    Attributes:
        target: key of the target that it is predicted for.
        model: its name.
        features: its counts; None if its MACs are missing.
        latency_s: what its row states; None if it states no time.
    """

    target: str
    model: str
    features: Features | None
    latency_s: float | None


def names() -> tuple[str, ...]:
    """Every device: this host, then the profiles by name."""
    return (HOST, *(name for name in sorted(library.device_files()) if name != HOST))


def cache_key() -> tuple[tuple[str, int], ...]:
    """A value that changes whenever a device file is added, changed or removed, or a folder becomes unreadable."""
    return tuple(state for folder in library.folders() for state in _states(folder))


def _states(folder: Path) -> list[tuple[str, int]]:
    """Name and time of change of each file in a folder, or why it cannot be listed."""
    try:
        with os.scandir(folder) as entries:  # for each rerun of a page; `Path.iterdir` takes five times as long
            return sorted((printable(entry.name), _modified(entry)) for entry in entries)
    except OSError as error:
        return [(printable(str(error)), 0)]


def _modified(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_mtime_ns
    except OSError:  # removed since it was listed; reading it reports that
        return 0


def profiles() -> tuple[tuple[DeviceProfile, ...], tuple[Unlisted, ...]]:
    """Every device whose file can be read, this host first, and the files and folders that cannot."""
    devices = [host_profile()]
    unlisted = [Unlisted("", str(error), False) for error in library.folder_errors()]
    user_files = library.user_files()
    for name, path in sorted(library.device_files().items()):
        try:
            devices.append(library.read_device(path))
        except FileRefused as error:
            unlisted.append(Unlisted(name, str(error), name in user_files))
    return tuple(devices), tuple(unlisted)


def profile(name: str) -> DeviceProfile:
    """One device.

    Raises:
        UnknownName: no device has this name.
        FileRefused: its file is not a valid profile.
    """
    return host_profile() if name == HOST else library.load_device(name)


@cache
def host() -> Environment:
    """This machine; described once, for it does not change while odviz runs."""
    return snapshot()


def host_profile() -> DeviceProfile:
    """This machine as a device. It has no targets, because everything is measured on it."""
    machine = host()
    source = "read from the operating system now"
    facts = {"ram_bytes": Fact(machine.memory_bytes, source, True), "cores": Fact(machine.usable_cores, source, True)}
    return DeviceProfile(HOST, "This machine", DeviceKind.HOST, machine.cpu, facts, note="Measured, never projected.")


def read_networks(path: Path) -> tuple[tuple[QueriedNetwork, ...], str]:
    """Networks of a CSV file with the columns of data/published/measurements.csv; target and model are required.

    Returns:
        The networks, and how their numbers were read if they could mean something else; see `Table.guessed`.

    Raises:
        FileRefused: not such a table, or an implausible cell, with its line.
    """
    table = read_table(path, ("target", "model"), KIND, COLUMNS)
    return tuple(_network(cells, place) for place, cells in table.rows), table.guessed


def _network(cells: Mapping[str, str], place: str) -> QueriedNetwork:
    check_names(cells, place)
    numbers = parse_numbers(cells, place)
    features = Features(**{field: numbers[field] for field in FEATURE_FIELDS}) if numbers["macs"] else None  # type: ignore[arg-type]
    return QueriedNetwork(cells["target"], cells["model"], features, numbers["latency_s"])
