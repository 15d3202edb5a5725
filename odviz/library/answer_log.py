"""Logs of what a device answered, in lines of JSON or as CSV; read line by line, bounded in length and number.

The format is described in docs/monitoring.md.
"""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import msgspec
import numpy as np
from msgspec import UNSET, UnsetType
from numpy.typing import NDArray

from odviz.arrays import Floats
from odviz.domain.errors import FileRefused
from odviz.domain.text import quoted, shortened, visible
from odviz.library.files import open_file, printable

Classes = NDArray[np.int64]

MOST_LINES = 5_000_000
LONGEST_LINE = 4096
"""Bytes."""

LONGEST_TEXT = 200
"""Characters of an input or a release."""

UNLABELLED = -1

_LATEST = 4e9
"""Seconds since 1970: October 2096."""

_LONGEST_REASON = 200


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    """One line; the annotations are what it may hold."""

    time: Annotated[datetime, msgspec.Meta(tz=True)] | float
    prediction: str | int
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)]
    latency_ms: Annotated[float, msgspec.Meta(ge=1e-6, lt=1e9)] | UnsetType | None = UNSET
    label: str | int | UnsetType | None = UNSET
    input: Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)] | UnsetType | None = UNSET
    release: Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)] | UnsetType | None = UNSET


_TEXT_IN_JSON = re.compile(r'"(?:[^"\\]|\\.)*"')

COLUMNS = _Answer.__struct_fields__
REQUIRED = COLUMNS[:3]


@dataclass(frozen=True, eq=False)
class AnswerLog:
    """The answers of a log in the order of their times; shape (N,) each.

    Attributes:
        times: seconds since 1970.
        predicted: class of each.
        confidence: that the device gave to it.
        latency_s: NaN where it is not logged.
        labels: right class; `UNLABELLED` where it is not known.
        set_back: number of lines whose time is before that of the line above.
        set_back_line: first of them, from 1; 0 for none.
        others: number of answers of other releases, which are left out.
    """

    times: Floats
    predicted: Classes
    confidence: Floats
    latency_s: Floats
    labels: Classes
    set_back: int = 0
    set_back_line: int = 0
    others: int = 0

    def __len__(self) -> int:
        """Number of answers."""
        return len(self.times)

    def time(self, answer: int) -> datetime:
        """When an answer was given."""
        return datetime.fromtimestamp(float(self.times[answer]), UTC)


def read_log(path: Path, classes: Sequence[str], release: str = "") -> AnswerLog:
    """Read the log in a file.

    Args:
        path: of the file.
        classes: see `read_answers`.
        release: likewise.

    Raises:
        FileRefused: see `read_answers`; or it is no file that can be read.
    """
    with _opened(path) as file:
        return read_answers(file, printable(path), classes, release)


def first_release(path: Path) -> str:
    """The release that the first answer in a file names; empty if it names none.

    Raises:
        FileRefused: see `read_log`.
    """
    with _opened(path) as file:
        return next((_release_of(answer) for _, answer in _answers(file, printable(path))), "")


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with open_file(path) as file:
            yield file
    except OSError as error:
        raise FileRefused(f"The log {printable(path)} cannot be read: {error.strerror or error}.") from error


def read_answers(file: BinaryIO, name: str, classes: Sequence[str], release: str = "") -> AnswerLog:
    """Read a log.

    Args:
        file: open at its begin.
        name: of the file, for messages.
        classes: names of the classes in the order of the task; a log has names or numbers from 0.
        release: id of a release: answers that name another one are left out. Empty if no answer may name another
            than the first.

    Raises:
        FileRefused: a line is malformed, too long, or names no class; too many lines; no answer; several releases.
    """
    numbers: dict[str | int, int] = {place: place for place in range(len(classes))}
    numbers |= {str(place): place for place in range(len(classes))}
    numbers |= {title: place for place, title in enumerate(classes)}
    times, confidence, latency_ms = array("d"), array("d"), array("d")
    predicted, labels = array("q"), array("q")
    set_back = set_back_line = others = 0
    first = None
    for line, answer in _answers(file, name):
        own = _release_of(answer)
        first = own if first is None else first
        if release and own and own != release and not release.endswith(f"/{own}"):
            others += 1
            continue
        if not release and own != first:
            reason = f"{quoted(own)} is not that of the lines above, {quoted(first)}; name the release that is meant."
            raise FileRefused.at(f"{name}, line {line}", "release", reason)
        seconds = answer.time.timestamp() if isinstance(answer.time, datetime) else answer.time
        if not 0 < seconds < _LATEST:
            raise FileRefused.at(f"{name}, line {line}", "time", "is not between 1970 and 2096.")
        if answer.prediction not in numbers:
            raise _no_class(f"{name}, line {line}", "prediction", answer.prediction, classes)
        label, latency = answer.label, answer.latency_ms
        if isinstance(label, str | int) and label not in numbers:
            raise _no_class(f"{name}, line {line}", "label", label, classes)
        if times and seconds < times[-1]:
            set_back, set_back_line = set_back + 1, set_back_line or line
        times.append(seconds)
        predicted.append(numbers[answer.prediction])
        confidence.append(answer.confidence)
        latency_ms.append(latency if isinstance(latency, float) else np.nan)
        labels.append(numbers[label] if isinstance(label, str | int) else UNLABELLED)
    if not times:
        raise FileRefused(f"{name} has no answers{f' of {release}' if others else ''}.", place=name)
    order = np.argsort(times, kind="stable")
    return AnswerLog(
        np.array(times)[order],
        np.array(predicted)[order],
        np.array(confidence)[order],
        np.array(latency_ms)[order] / 1000,
        np.array(labels)[order],
        set_back,
        set_back_line,
        others,
    )


def _release_of(answer: _Answer) -> str:
    return answer.release if isinstance(answer.release, str) else ""


def _no_class(place: str, field: str, value: str | int, classes: Sequence[str]) -> FileRefused:
    known = shortened(", ".join(classes), _LONGEST_REASON)
    return FileRefused.at(place, field, f"{quoted(str(value))} is no class of the task: {known}.")


def _answers(file: BinaryIO, name: str) -> Iterator[tuple[int, _Answer]]:
    """Number of the line and content of each answer."""
    lines = _lines(file, name)
    first = next(lines, None)
    if first is None:
        return
    if first[1].lstrip().startswith("{"):
        yield from _from_json(first, lines, name)
    else:
        yield from _from_csv(first, lines, name)


def _lines(file: BinaryIO, name: str) -> Iterator[tuple[int, str]]:
    """Lines that are not blank, with their numbers."""
    for number in range(1, MOST_LINES + 2):
        line = file.readline(LONGEST_LINE + 1)
        if not line:
            return
        if number > MOST_LINES:
            raise FileRefused(f"{name} has more than {MOST_LINES:,} lines; split it.", place=name)
        if len(line) > LONGEST_LINE:
            raise FileRefused(f"{name}, line {number} is longer than {LONGEST_LINE:,} bytes.", place=name)
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise FileRefused(f"{name}, line {number} is not text in UTF-8.", place=name) from None
        if "\0" in text:
            raise FileRefused(f"{name}, line {number} has zero bytes, as after a loss of power.", place=name)
        if not text.isspace():
            yield number, text


def _from_json(first: tuple[int, str], lines: Iterator[tuple[int, str]], name: str) -> Iterator[tuple[int, _Answer]]:
    decode = msgspec.json.Decoder(_Answer).decode
    for number, text in chain([first], lines):
        try:
            answer = decode(text)
        except (msgspec.DecodeError, RecursionError) as error:
            raise _unreadable(name, number, error) from error
        entries = len(COLUMNS) - msgspec.structs.astuple(answer).count(UNSET)
        # Of two entries of one name JSON keeps the last; text may have colons, too.
        if text.count(":") > entries and _TEXT_IN_JSON.sub("", text).count(":") > entries:
            raise FileRefused.at(f"{name}, line {number}", "entries", "one of them stands twice.")
        yield number, answer


def _from_csv(first: tuple[int, str], lines: Iterator[tuple[int, str]], name: str) -> Iterator[tuple[int, _Answer]]:
    number, heading = first
    columns = [cell.strip() for cell in heading.split(",")]
    missing = [column for column in REQUIRED if column not in columns]
    if missing or len(set(columns)) < len(columns) or set(columns) - set(COLUMNS):
        raise FileRefused(
            f"{name} is no log of answers: its first line must name {', '.join(REQUIRED)}, and may name "
            f"{', '.join(COLUMNS[len(REQUIRED) :])}, each once, with commas between them. It is "
            f"{quoted(visible(heading.strip()))}.",
            place=name,
        )
    for number, text in lines:
        try:
            (cells,) = csv.reader([text], strict=True)
            if len(cells) != len(columns):
                raise ValueError(f"it has {len(cells)} cells under {len(columns)} headings")
            cell_of: dict[str, Any] = {column: cell for column, cell in zip(columns, cells, strict=True) if cell}
            yield number, msgspec.convert(cell_of, _Answer, strict=False)
        except (csv.Error, msgspec.ValidationError, ValueError) as error:
            raise _unreadable(name, number, error) from error


def _unreadable(name: str, number: int, error: Exception) -> FileRefused:
    reason = shortened(visible(str(error)), _LONGEST_REASON)
    return FileRefused(f"{name}, line {number} cannot be read: {reason}.", place=f"{name}, line {number}")
