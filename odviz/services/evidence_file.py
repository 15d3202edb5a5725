"""An evidence bundle as a file: an archive of named files, and the manifest of their hashes that is signed.

The archive is not compressed, so that its bytes follow from the files: whatever was changed in it, added to it or
hidden in it, is no byte of the archive that odviz makes of the same files.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from odviz import __version__
from odviz.domain.errors import FileRefused, InputError
from odviz.domain.text import quoted
from odviz.library.parsing import parse_json
from odviz.serialization import to_json
from odviz.services.archive import unzipped, zipped

LARGEST = 512 << 20
"""Most bytes of a bundle."""

MANIFEST, SIGNATURE = "manifest.json", "signature.ed25519"
FORMAT, VERSION = "odviz evidence", 1

_MOST_FILES = 1000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,119}(?:/[A-Za-z0-9][A-Za-z0-9_.-]{0,119}){0,2}")
"""Names that lead nowhere, and are the same in every character set and on every system."""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of a manifest.

    Attributes:
        sha256: of its bytes.
        size_bytes: how many.
    """

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class EvidenceManifest:
    """What `manifest.json` holds.

    Attributes:
        format: `FORMAT`, so that a signature of it is one of nothing else.
        version: of the format.
        odviz: version of odviz that made the bundle.
        files: all other files by name, without the signature.
    """

    format: str
    version: int
    odviz: str
    files: Mapping[str, ListedFile]


@dataclass(frozen=True, slots=True)
class UnpackedBundle:
    """A bundle that was read.

    Attributes:
        files: content by name, without manifest and signature.
        manifest: as it was read.
        manifest_bytes: what is signed.
        signature: the bytes of the signature; None if there is none.
        exact: whether the archive is byte by byte the one that odviz makes of these files.
    """

    files: Mapping[str, bytes]
    manifest: EvidenceManifest
    manifest_bytes: bytes
    signature: bytes | None
    exact: bool


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """The manifest of files by name, as it is signed."""
    return _written(
        EvidenceManifest(FORMAT, VERSION, __version__, {name: _listed(files[name]) for name in sorted(files)})
    )


def pack(files: Mapping[str, bytes], manifest: bytes, signature: bytes | None) -> bytes:
    """The bundle of files by name.

    Args:
        files: all others.
        manifest: see `manifest_of`.
        signature: of the manifest; None for an unsigned bundle.

    Raises:
        InputError: a name can stand in no bundle.
    """
    for name in files:
        if not _NAME.fullmatch(name):
            raise InputError(f"{quoted(name)} cannot name a file of a bundle: letters, digits, dots and hyphens can.")
    whole = {**files, MANIFEST: manifest} | ({SIGNATURE: signature} if signature is not None else {})
    return zipped({name: whole[name] for name in sorted(whole)}, compressed=False)


def unpack(content: bytes, name: str) -> UnpackedBundle:
    """Read a bundle, which anybody may have made. What its files hold is not looked at.

    Args:
        content: of the bundle.
        name: of it, for messages.

    Raises:
        FileRefused: it is no evidence bundle, damaged, unsafe, too large, or of a newer odviz.
    """
    files = unzipped(content, name, LARGEST, lambda entries: _check(entries, len(content), name))
    exact = zipped({one: files[one] for one in sorted(files)}, compressed=False) == content
    if MANIFEST not in files:
        raise FileRefused(f"{name} is no evidence bundle of odviz: it holds no {MANIFEST}.", place=name)
    manifest_bytes, signature = files.pop(MANIFEST), files.pop(SIGNATURE, None)
    place = f"{name}, {MANIFEST}"
    try:
        manifest = parse_json(EvidenceManifest, manifest_bytes.decode(), place, "manifest of odviz")
    except UnicodeDecodeError:
        raise FileRefused(f"{place} is not text in UTF-8.", place=place) from None
    if manifest.format != FORMAT:
        raise FileRefused.at(place, "format", f"is {quoted(manifest.format)}, not {quoted(FORMAT)}")
    if manifest.version != VERSION:
        raise FileRefused.at(place, "version", f"is {manifest.version}; this odviz reads version {VERSION}")
    return UnpackedBundle(files, manifest, manifest_bytes, signature, exact and _written(manifest) == manifest_bytes)


def matches(content: bytes, listed: ListedFile) -> bool:
    """Whether a file is the one that a manifest lists."""
    return _listed(content) == listed


def _written(manifest: EvidenceManifest) -> bytes:
    return (to_json(manifest, indent=1) + "\n").encode()


def _listed(content: bytes) -> ListedFile:
    return ListedFile(hashlib.sha256(content).hexdigest(), len(content))


def _check(entries: Sequence[zipfile.ZipInfo], size: int, name: str) -> None:
    """Refuse an archive before its files take up memory.

    Raises:
        FileRefused: too many or compressed files, files that overlap, or a name that is unsafe or stands twice.
    """
    if len(entries) > _MOST_FILES:
        raise FileRefused(f"{name} holds {len(entries):,} files; {_MOST_FILES:,} is the most.", place=name)
    for entry in entries:
        if not _NAME.fullmatch(entry.filename):
            raise FileRefused(
                f"{name} holds {quoted(entry.filename)}, which is no name of a file in a bundle.", place=name
            )
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
            raise FileRefused(f"{name} was packed anew: odviz does not compress the files of a bundle.", place=name)
    if len({entry.filename for entry in entries}) < len(entries):
        raise FileRefused(f"{name} holds a file twice.", place=name)
    if sum(entry.file_size for entry in entries) > size:
        raise FileRefused(f"{name} states more bytes than it has.", place=name)
