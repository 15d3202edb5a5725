"""Files of data that a person brings: one file, a folder or a zip archive, listed and read within limits."""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from odviz.domain.errors import FileRefused
from odviz.domain.text import quoted
from odviz.library.files import printable, read_bytes
from odviz.units import counted

LARGEST = 1 << 30
"""Most bytes of a file."""

LARGEST_ENTRY, LARGEST_EXPANDED = 256 << 20, 4 << 30
"""Most bytes of a file in an archive, and of all of them."""

MOST_FILES = 100_000

ARCHIVES = (".zip", ".tm")
"""Suffixes of archives; Teachable Machine's projects are zip archives of another name."""

_DEEPEST = 20
"""Folders in folders."""

_SYSTEM = {"__macosx", "thumbs.db", "desktop.ini"}
"""What systems put into folders and archives, in lower case; beside what begins with a dot."""

_DRIVE = re.compile("[A-Za-z]:")
_UTF8 = 0x800
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Python bounds what it unpacks at once for these only."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file.

    Attributes:
        path: relative to the folder or archive.
        read: gives its bytes; raises FileRefused.
    """

    path: PurePosixPath
    read: Callable[[], bytes]

    @property
    def suffix(self) -> str:
        """In lower case."""
        return self.path.suffix.lower()


@dataclass(frozen=True, slots=True)
class Collection:
    """Files that were brought together.

    Attributes:
        name: of the file, folder or archive, for messages.
        entries: the files, sorted by path; without those of the system.
        remarks: what was left out, a sentence each.
    """

    name: str
    entries: tuple[Entry, ...]
    remarks: tuple[str, ...] = ()


def collection(path: Path) -> Collection:
    """The files at a path. The archives at the top of a folder are folders themselves; those within archives are not.

    Raises:
        FileRefused: it cannot be read, is no sound archive, leads outside, or is too large.
    """
    name = printable(path.name)
    remarks: list[str] = []
    if path.is_dir():
        listed = list(_in_folder(path, remarks))
    elif path.suffix.lower() in ARCHIVES:
        listed = list(_in_archive(path, PurePosixPath(), remarks))
    else:
        listed = [Entry(PurePosixPath(name), lambda: read_bytes(path, LARGEST, "data file"))]
    entries = sorted((entry for entry in listed if not _is_of_system(entry.path)), key=lambda entry: entry.path)
    if not entries:
        raise FileRefused(f"{name} holds no file.", place=name)
    return Collection(name, tuple(entries), tuple(remarks))


def _is_of_system(path: PurePosixPath) -> bool:
    return any(part.startswith(".") or part.lower() in _SYSTEM for part in path.parts)


def _in_folder(folder: Path, remarks: list[str]) -> Iterator[Entry]:
    """Files of a folder; links are left out."""
    files, links = 0, 0
    waiting = [folder]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            relative = PurePosixPath(printable(path.relative_to(folder).as_posix()))
            if path.is_symlink():
                links += 1
            elif path.is_dir():
                if len(relative.parts) < _DEEPEST:
                    waiting.append(path)
            elif path.is_file():
                files += 1
                if files > MOST_FILES:
                    raise FileRefused(f"{printable(folder.name)} holds more than {MOST_FILES:,} files.")
                if path.parent == folder and relative.suffix.lower() in ARCHIVES:
                    yield from _in_archive(path, PurePosixPath(relative.stem.removesuffix("-samples")), remarks)
                else:
                    yield Entry(relative, lambda path=path: read_bytes(path, LARGEST, "data file"))  # type: ignore[misc]
    if links:
        remarks.append(f"{counted(links, 'link')} in the folder are not followed.")


def _in_archive(path: Path, below: PurePosixPath, remarks: list[str]) -> Iterator[Entry]:
    """Files of an archive, below a folder of the collection.

    Raises:
        FileRefused: it is not a zip archive, or one that is not safe to unpack.
    """
    name = printable(path.name)
    try:
        archive = zipfile.ZipFile(path)
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise FileRefused(f"{name} is not a zip archive, or is damaged; pack it again.", place=name) from error
    if len(entries) > MOST_FILES:
        raise FileRefused(f"{name} holds {len(entries):,} files; {MOST_FILES:,} is the most.", place=name)
    if sum(entry.file_size for entry in entries) > LARGEST_EXPANDED:
        raise FileRefused(f"{name} is larger than {LARGEST_EXPANDED >> 30} GB when unpacked.", place=name)
    nested = 0
    for entry in entries:
        inner = _safe_path(entry, name)
        if _is_of_system(inner):
            continue
        if inner.suffix.lower() in ARCHIVES:
            nested += 1
        else:
            yield Entry(below / inner, _reader(archive, entry, f"{name}, {printable(str(inner))}"))
    if nested:
        remarks.append(f"{counted(nested, 'archive')} in {name} left closed; unpack them first.")


def _safe_path(entry: zipfile.ZipInfo, archive: str) -> PurePosixPath:
    """Path of an entry.

    Raises:
        FileRefused: it leads outside, is a link, is encrypted or packed in an unusual way, or is too large.
    """
    text = _decoded(entry).replace("\\", "/")
    path = PurePosixPath(unicodedata.normalize("NFC", printable(text)))
    quoted_name = quoted(text)
    if path.is_absolute() or ".." in path.parts or _DRIVE.match(text) or not 0 < len(path.parts) <= _DEEPEST:
        raise FileRefused(f"{archive} holds {quoted_name}, which leads outside of it or too deep.", place=archive)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise FileRefused(f"{archive} holds the link {quoted_name}; pack the file itself.", place=archive)
    if entry.flag_bits & _ENCRYPTED:
        raise FileRefused(f"{archive} is protected by a password; pack it again without one.", place=archive)
    if entry.compress_type not in _METHODS:
        raise FileRefused(f"{archive} is packed in an unusual way; pack it again as an ordinary zip.", place=archive)
    if entry.file_size > LARGEST_ENTRY:
        raise FileRefused(
            f"{archive} holds {quoted_name}, which is larger than {LARGEST_ENTRY >> 20} MB.", place=archive
        )
    return path


def _decoded(entry: zipfile.ZipInfo) -> str:
    """Name of an entry; macOS writes UTF-8 without saying so."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode()
    except UnicodeError:
        return entry.filename


def _reader(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: str) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            return archive.read(entry)
        except Exception as error:  # zipfile and zlib raise anything on a damaged archive
            raise FileRefused(f"{place} is damaged; pack the archive again.", place=place) from error

    return read
