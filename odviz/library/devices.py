"""Reading device profiles: one TOML file each; what is wrong in one is said in a sentence with its place."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from odviz.domain.device import UNSAID, DeviceProfile, DeviceTarget, Fact, Kind
from odviz.domain.errors import FileRefused, UnknownName
from odviz.domain.published import PublishedRow
from odviz.domain.target import HOST, Target
from odviz.library.files import printable, read_text
from odviz.library.published import NUMBERS, WORDS, believed, bounds, row_of
from odviz.library.sources import sources

FACTS = {
    "ram_bytes": "memory for programs and activations",
    "flash_bytes": "storage for the program and the model",
    "cores": "processor cores",
    "clock_hz": "clock of the fastest core",
    "copy_bytes_per_s": "measured memory copy rate",
    "idle_w": "power when nothing runs",
    "busy_w": "power with all cores busy",
    "battery_j": "energy of a full battery",
    "price_usd": "price when it came out",
}
"""Every number a profile may hold, and what it says."""

BELIEVED = {
    "ram_bytes": (16.0, 1e15),
    "flash_bytes": (16.0, 1e15),
    "cores": (1.0, 1e6),
    "clock_hz": (1e3, 1e12),
    "copy_bytes_per_s": (1e3, 1e15),
    "idle_w": (1e-9, 1e5),
    "busy_w": (1e-9, 1e5),
    "battery_j": (1e-3, 1e12),
    "price_usd": (0.01, 1e9),
}
"""The least and the most of each number that a machine can have."""

_TOP = {"title", "kind", "processor", "note", "facts", "targets", "points"}
_POINT = {*WORDS, *(column for column, _ in NUMBERS.values())}
_PRECISIONS = ("fp32", "fp16", "fp", "int8")
_MOST_THREADS = 1024
LARGEST = 1 << 20
"""Bytes of a profile."""


def folders() -> tuple[Path, Path]:
    """The folders of the profiles: the built-in ones, then the user's own."""
    built_in, user = sources()
    return built_in.devices, user.devices


def files_in(folder: Path) -> dict[str, Path]:
    """Profile files of one folder by device name, whether they can be read or not; none where there is no folder."""
    return {printable(path.stem): path for path in sorted(folder.glob("*.toml"))}


def device_files() -> dict[str, Path]:
    """Profile files by device name; a person's own file goes before a shipped one of the same name."""
    shipped, own = map(files_in, folders())
    return shipped | own


def folder_problems() -> tuple[str, ...]:
    """What keeps the profiles of a whole folder from being listed, a sentence for each folder."""
    shipped, own = folders()
    if not files_in(shipped):
        lost = f"{printable(shipped)} holds no device profile, so that no device which odviz ships is listed"
        return (f"{lost}: restore that folder; `odviz verify` says what else is gone.", *_unreadable(own))
    return _unreadable(own)


def _unreadable(folder: Path) -> tuple[str, ...]:
    try:
        next(folder.iterdir(), None)
    except FileNotFoundError:  # nobody added a device yet
        return ()
    except OSError as error:
        return (f"Devices of your own are not listed: {printable(folder)} cannot be read ({error.strerror or error}).",)
    return ()


def load_device(name: str) -> DeviceProfile:
    """One profile.

    Raises:
        UnknownName: there is none of this name.
        FileRefused: its file makes no sense.
    """
    files = device_files()
    if name not in files:
        raise UnknownName("device", name, (HOST, *files))
    return read_device(files[name])


def read_device(path: Path) -> DeviceProfile:
    """The profile in one file; its name is the file's.

    Raises:
        FileRefused: unreadable, or something in it makes no sense; says what and where.
    """
    return parse_device(printable(path.stem), read_text(path, LARGEST, "device profile"), printable(path))


def parse_device(name: str, text: str, place: str) -> DeviceProfile:
    """The profile in a TOML text.

    Args:
        name: of the device.
        text: TOML, as docs/devices.md describes.
        place: what to call the text in a message.

    Raises:
        FileRefused: something in it makes no sense; says what and where.
    """
    if name == HOST or not name.replace("-", "").replace("_", "").isalnum():
        raise FileRefused(
            f"{place}: {name!r} cannot name a device; call the file by letters, digits and '-', and not {HOST!r}."
        )
    try:
        return _profile(name, tomllib.loads(text), place)
    except tomllib.TOMLDecodeError as error:
        raise FileRefused(f"{place} is not TOML: {error}.") from error
    except RecursionError as error:
        raise FileRefused(f"{place} is nested too deeply to be a device profile.") from error
    except (ValueError, OverflowError) as error:  # whole numbers of TOML know no bounds, those that count things do
        raise FileRefused(f"{place} has a number with more digits than any figure can have.") from error


def _profile(name: str, content: Mapping[str, Any], place: str) -> DeviceProfile:
    _no_others(content, _TOP, place)
    targets = tuple(_target(name, entry, f"{place}, target {n}") for n, entry in _tables(content, "targets", place))
    keys = [each.key for each in targets]
    if not keys:
        raise FileRefused(f"{place} has no [[targets]]: name at least one key of the published measurements.")
    if len(set(keys)) < len(keys):
        raise FileRefused(f"{place} names a target twice: {', '.join(sorted(k for k in keys if keys.count(k) > 1))}.")
    points = tuple(_point(entry, keys, f"{place}, point {n}") for n, entry in _tables(content, "points", place))
    return DeviceProfile(
        name=name,
        title=_text(content, "title", place),
        kind=_kind(content, place),
        processor=_text(content, "processor", place),
        facts=_facts(content.get("facts", {}), place),
        targets=targets,
        note=_text(content, "note", place, default=""),
        points=points,
    )


def _kind(content: Mapping[str, Any], place: str) -> Kind:
    kinds = [kind.value for kind in Kind if kind is not Kind.HOST]
    word = _text(content, "kind", place)
    if word not in kinds:
        raise FileRefused(f"{place}: kind is {word!r}; it must be one of {', '.join(kinds)}.")
    return Kind(word)


def _facts(entries: Any, place: str) -> dict[str, Fact]:
    if not isinstance(entries, Mapping):
        raise FileRefused(f"{place}: facts must be a table, such as [facts.ram_bytes].")
    _no_others(entries, FACTS, f"{place}, facts")
    return {name: _fact(entry, BELIEVED[name], f"{place}, facts.{name}") for name, entry in entries.items()}


def _fact(entry: Any, ends: tuple[float, float], place: str) -> Fact:
    if not isinstance(entry, Mapping):
        raise FileRefused(f"{place} must be a table with value, source and checked.")
    _no_others(entry, {"value", "source", "checked"}, place)
    value, checked = entry.get("value"), entry.get("checked")
    if isinstance(value, bool) or not isinstance(value, int | float) or not believed(float(value), ends):
        raise FileRefused(f"{place}: value is {value!r}; it must be a number {bounds(ends)}.")
    if not isinstance(checked, bool):
        raise FileRefused(f"{place}: checked must be true (read at its source) or false.")
    return Fact(float(value), _text(entry, "source", place), checked)


def _target(device: str, entry: Mapping[str, Any], place: str) -> DeviceTarget:
    _no_others(entry, {"key", "runtime", "backend", "threads", "precision", "note"}, place)
    threads = entry.get("threads", UNSAID)
    if isinstance(threads, bool) or not isinstance(threads, int) or not 0 <= threads <= _MOST_THREADS:
        raise FileRefused(
            f"{place}: threads is {threads!r}; it must be a whole number up to {_MOST_THREADS}, or left out if not "
            "known."
        )
    words = [_text(entry, name, place) for name in ("runtime", "backend", "precision")]
    if words[2] not in _PRECISIONS:
        raise FileRefused(f"{place}: precision is {words[2]!r}; it must be one of {', '.join(_PRECISIONS)}.")
    target = Target(device, words[0], words[1], threads, words[2])
    return DeviceTarget(_text(entry, "key", place), target, _text(entry, "note", place, default=""))


def _point(entry: Mapping[str, Any], keys: Sequence[str], place: str) -> PublishedRow:
    _no_others(entry, _POINT, place)
    for name in WORDS:
        _text(entry, name, place, default="")
    row = row_of({name: str(value) for name, value in entry.items()}, place)
    if row.target not in keys:
        raise FileRefused(f"{place}: target {row.target!r} is none of this device's: {', '.join(keys)}.")
    return replace(row, own=True)


def _tables(content: Mapping[str, Any], name: str, place: str) -> list[tuple[int, Mapping[str, Any]]]:
    entries = content.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise FileRefused(f"{place}: {name} must be written as [[{name}]] tables.")
    return list(enumerate(entries, start=1))


def _text(entry: Mapping[str, Any], name: str, place: str, default: str | None = None) -> str:
    value = entry.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise FileRefused(f"{place}: {name} {'is missing' if value is None else f'is {value!r}'}; it must be text.")
    return value.strip()


def _no_others(entry: Mapping[str, Any], known: Any, place: str) -> None:
    strange = [name for name in entry if name not in known]
    if strange:
        raise FileRefused(f"{place}: {', '.join(strange)} is not known here; known are {', '.join(sorted(known))}.")
