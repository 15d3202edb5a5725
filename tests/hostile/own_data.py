"""Hostile data that come with a sound model: archives, images, sounds, tables and folders."""

import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from tests.hostile.adding import add
from tests.hostile.attempt import Attempt
from tests.toys.colours import SIDE, network

SEED, CUTS, FLIPS, EACH = 14, 8, 12, 4
SKIPPED = ("entry elsewhere",)
"""Archives of which one image is left out, which is said."""

EVIL = ("\x1b[31mred", "<script>", "=1+1", "a\u202eb")


def attempts() -> Iterator[Attempt]:
    """Every hostile archive, image, sound, table and folder."""
    for name, content in {**_archives(), **_damaged(_zip(_pictures()))}.items():
        yield _attempt(f"zip: {name}", "data.zip", content, sound="flipped" in name or name in SKIPPED)
    for name, content in _images().items():
        files = {f"{label}/{number}.png": content for label in "ab" for number in range(EACH)}
        yield _attempt(f"images: {name}", "data.zip", _zip(files))
    for name, content in _sounds().items():
        files = {f"{label}/{number}.wav": content for label in "ab" for number in range(EACH)}
        yield _attempt(f"sounds: {name}", "data.zip", _zip(files), _line)
    for name, content in _tables().items():
        yield _attempt(f"table: {name}", "data.csv", content, _line)
    for name, content in _arrays().items():
        yield _attempt(f"npz: {name}", "data.npz", content)
    for name in EVIL:
        pictures = {file.replace("a/", f"{name}/", 1): content for file, content in _pictures().items()}
        yield _attempt(f"class named {name!r}", "data.zip", _zip(pictures), sound=True)
    for name, make in _folders().items():
        yield Attempt(f"folder: {name}", lambda make=make: _brought(_network, make, "data"))


def _attempt(
    name: str, file: str, content: bytes, model: Callable[[Path], Path] | None = None, *, sound: bool = False
) -> Attempt:
    model = model or _network
    return Attempt(name, lambda: _brought(model, lambda path: path.write_bytes(content), file, sound=sound))


def _brought(model: Callable[[Path], Path], make: Callable[[Path], object], file: str, *, sound: bool = False) -> str:
    with TemporaryDirectory() as folder:
        data = Path(folder) / file
        make(data)
        return add(model(Path(folder) / "net.onnx"), data, sound=sound)


def _network(path: Path) -> Path:
    return network(path)


def _line(path: Path) -> Path:
    """A model of ten numbers."""
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])], "g", [value("x", TensorProto.FLOAT, [1, 10])],
        [value("y", TensorProto.FLOAT, [1, 2])],
        [numpy_helper.from_array(np.random.default_rng(0).normal(size=(10, 2)).astype(np.float32), "w")],
    )  # fmt: skip
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))
    return path


def _png(value: int = 0, side: int = SIDE) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.full((side, side, 3), value, np.uint8)).save(out, "PNG")
    return out.getvalue()


def _pictures() -> dict[str, bytes]:
    return {f"{label}/{number}.png": _png(40 * number) for label in "ab" for number in range(EACH)}


def _zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _archives() -> dict[str, bytes]:
    pictures, good = _pictures(), _zip(_pictures())
    link = io.BytesIO()
    with zipfile.ZipFile(link, "w") as archive:
        entry = zipfile.ZipInfo("a/0.png")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    at = good.index(b"PK\x01\x02")
    claims = good[: at + 24] + struct.pack("<I", 2**32 - 2) + good[at + 28 :]
    encrypted = good[: at + 8] + b"\x01\x00" + good[at + 10 :]
    far = good[: at + 42] + struct.pack("<I", 2**31) + good[at + 46 :]
    paths = ("../a.png", "/a.png", "a/../../b.png", "C:/a.png", "..\\a.png", "a/" * 40 + "b.png", "a/\x00/b.png")
    return {
        **{f"path {name[:12]!r}": _zip({**pictures, name: _png()}) for name in paths[:6]},
        "link": link.getvalue(),
        "claims 4 GB": claims,
        "encrypted": encrypted,
        "entry elsewhere": far,
        "other packing": _zip(pictures, zipfile.ZIP_BZIP2),
        "archive in an archive": _zip({"a.zip": _zip({"b.zip": good})}),
        "bomb": _zip({"a/0.png": bytes(50 << 20), "b/0.png": bytes(50 << 20)}),
        "nothing": _zip({}),
        "text only": _zip({"a.txt": b"x"}),
        "scripts": _zip({"a/run.sh": b"#!/bin/sh", "b/run.py": b"import os"}),
        "a pickle": _zip({"archive/data.pkl": b"cos\nsystem\n(S'true'\ntR."}),
        "no archive": b"x" * 999,
        "empty": b"",
    }


def _damaged(whole: bytes) -> dict[str, bytes]:
    rng = random.Random(SEED)
    damaged = {f"cut after {len(whole) * share // CUTS}": whole[: len(whole) * share // CUTS] for share in range(CUTS)}
    for number in range(FLIPS):
        flipped = bytearray(whole)
        flipped[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
        damaged[f"flipped bit {number}"] = bytes(flipped)
    return damaged


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _images() -> dict[str, bytes]:
    good = _png()
    head = b"\x89PNG\r\n\x1a\n"
    huge = head + _chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)) + good[33:]
    none = head + _chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 0, 8, 2, 0, 0, 0)) + good[33:]
    text = good[:33] + _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(80 << 20))) + good[33:]
    return {
        "cut": good[:42], "head only": good[:33], "huge": huge, "none": none, "packed text of 80 MB": text,
        "text": b"x" * 100, "nothing": b"", "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(ls) system\n", "pickle": b"\x80\x04.",
    }  # fmt: skip


def _wav(channels: int, rate: int, bits: int, kind: int, size: int, content: bytes) -> bytes:
    block = channels * bits // 8
    format = struct.pack("<HHIIHH", kind, channels, rate, (rate * block) % 2**32, block, bits)
    body = b"WAVEfmt " + struct.pack("<I", len(format)) + format + b"data" + struct.pack("<I", size) + content
    return b"RIFF" + struct.pack("<I", min(len(body), 2**32 - 1)) + body


def _sounds() -> dict[str, bytes]:
    return {
        "no channel": _wav(0, 16_000, 16, 1, 40, bytes(40)), "no rate": _wav(1, 0, 16, 1, 0, b""),
        "unknown coding": _wav(1, 16_000, 16, 0x7777, 40, bytes(40)), "no bits": _wav(1, 16_000, 0, 1, 40, bytes(40)),
        "no samples": _wav(1, 16_000, 16, 1, 0, b""), "cut": _wav(1, 16_000, 16, 1, 40, bytes(40))[:30],
        "text": b"RIFF" + b"x" * 99, "nothing": b"", "MP3": b"ID3\x03" + bytes(99),
    }  # fmt: skip


def _tables() -> dict[str, bytes]:
    row = ",".join("1" * 10)
    heading = ",".join(f"c{number}" for number in range(10))
    return {
        "nothing": b"", "headings only": f"{heading},y\n".encode(), "binary": bytes(range(256)) * 9,
        "NaN only": f"{heading},y\n{','.join(['nan'] * 10)},0\n".encode() * 9,
        "formulas": f"{heading},y\n{','.join(['=1+1'] * 10)},0\n".encode(),
        "ragged": f"{heading},y\n{row},0\n{row}\n{row},0,9,9\n".encode(),
        "open quotation mark": f'{heading},y\n"{row},0\n'.encode() * 5,
        "20,000 columns": (",".join(["1"] * 20_000) + "\n").encode() * 3,
        "UTF-16": f"{heading},y\n{row},0\n".encode("utf-16"), "zero bytes": bytes(5000),
        "too few columns": b"a,y\n1,0\n2,1\n" * 30,
        "digits": (f"{heading},y\n" + "9" * 5000 + "," + row + "\n").encode(),
    }  # fmt: skip


def _npz(**arrays: object) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def _arrays() -> dict[str, bytes]:
    x, y = np.zeros((20, SIDE, SIDE, 3), np.float32), np.arange(20) % 3
    return {
        "objects": _npz(x=x.astype(object), y=y), "objects as labels": _npz(x=x, y=y.astype(object)),
        "text as items": _npz(x=np.full((20, 3), "a"), y=y), "NaN only": _npz(x=x * np.nan, y=y),
        "infinity only": _npz(x=x + np.inf, y=y), "no items": _npz(x=x[:0], y=y[:0]), "one axis": _npz(x=y, y=y),
        "other sizes": _npz(x=x[:, :2], y=y), "fewer labels": _npz(x=x, y=y[:9]), "labels beyond": _npz(x=x, y=y + 900),
        "negative labels": _npz(x=x, y=y - 9), "complex": _npz(x=x.astype(complex), y=y),
        "dates": _npz(x=x.astype("M8[s]"), y=y),
        "one number": _npz(x=np.float32(1), y=1), "labels of five axes": _npz(x=x, y=x[..., None]), "no x": _npz(a=x),
    }  # fmt: skip


def _folders() -> dict[str, Callable[[Path], object]]:
    def linked(path: Path) -> None:
        path.mkdir()
        (path / "a").symlink_to("/etc")
        (path / "b").symlink_to(path)

    def pipes(path: Path) -> None:
        (path / "a").mkdir(parents=True)
        os.mkfifo(path / "a" / "0.png")

    def deep(path: Path) -> None:
        below = path.joinpath(*["d"] * 60)
        below.mkdir(parents=True)
        (below / "0.png").write_bytes(_png())

    return {"links": linked, "pipes": pipes, "deep": deep, "nothing": Path.mkdir}
