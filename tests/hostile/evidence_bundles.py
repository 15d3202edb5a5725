"""Hostile evidence bundles: damaged archives, manifests and claims that no odviz writes, signed as they should be."""

import io
import json
import random
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from unittest import mock

import numpy as np

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.item_groups import KnownItems
from odviz.analysis.unlike import Side
from odviz.domain.errors import FileRefused
from odviz.domain.gate import Clause, Policy
from odviz.execution import latency
from odviz.execution.executor import execute
from odviz.objectives.groups import group_items
from odviz.report.evidence import evidence
from odviz.report.evidence_text import headline
from odviz.services.evidence_check import verify
from odviz.services.evidence_file import MANIFEST, SIGNATURE, manifest_of, pack, unpack
from odviz.services.evidence_subject import subject_of_sides
from odviz.store import open_store
from tests.fakes import ITEMS, TOY, World, plan, point
from tests.hostile.attempt import Attempt, words_of
from tests.hostile.library_files import NO_JSON

SEED, CUTS, FLIPS = 21, 8, 24
CLAIMS, POLICY = "claims.json", "policy.toml"

Path = tuple[str | int, ...]
"""Where a value of JSON stands."""

BAD_MANIFESTS: Mapping[Path, tuple[object, ...]] = {
    ("format",): ("", "odviz evidence 2", 5, None),
    ("version",): (0, 2, -1, "1", None, 10**400),
    ("odviz",): (5, None),
    ("files",): (None, [], {}, {"claims.json": None}, {"../x": {"sha256": "0" * 64, "size_bytes": 1}}),
    ("files", CLAIMS, "sha256"): ("", "x", "0" * 64, 5, None),
    ("files", CLAIMS, "size_bytes"): (-1, 0, 1.5, "9", 10**400),
}
BAD_CLAIMS: Mapping[Path, tuple[object, ...]] = {
    ("benchmarks",): ([], None, {}, [5]),
    ("benchmarks", 0, "id"): ("", "../../x", "a/b", "other", "\x1b[31m", 5),
    ("benchmarks", 0, "elsewhere"): ("no", 5),
    ("sides",): ([], None, [5]),
    ("sides", 0, "benchmark"): ("other", "", 5),
    ("sides", 0, "text"): ("\x1b[31m", 5),
    ("sides", 0, "device"): ("raspberry-pi-4", "../x", "", 5),
    ("sides", 0, "point"): ("no such point", 5),
    ("devices",): (["raspberry-pi-4"], ["../x"], [""], None),
    ("models",): ([{"benchmark": "x", "variant": "x", "files": ["../x"]}], [5], None),
    ("release",): ("\x1b[31m", 5),
    ("claims", "figures"): ([], None, {}, [5]),
    ("claims", "figures", 0, "objective"): ("\x1b[31m", 5),
    ("claims", "figures", 0, "estimate", "value"): (0.1, -1, 1e308, "inf", "nan", "x"),
    ("claims", "figures", 0, "estimate", "low"): ("-inf", 2, None),
    ("claims", "figures", 0, "estimate", "provenance"): ("imported", "divine", None),
    ("claims", "figures", 0, "estimate", "n"): (10**400, 1.5),
    ("claims", "recommendations"): (None,),
    ("claims", "recommendations", 0, "verdict"): ("certain", 5),
    ("claims", "gate"): (None, {}, 5),
    ("claims", "gate", "verdict"): ("pass", "perfect", None),
    ("claims", "gate", "decisions"): ([], None, [5]),
    ("claims", "gate", "decisions", 0, "worst"): ("inf", None),
    ("claims", "gate", "decisions", 0, "clause", "margin"): (-1, "x"),
}
BAD_POLICIES = (
    b"",
    b"x",
    b"title = 'x'",
    b"\xff",
    b"[[clauses]]\nobjective = 'accuracy'\nabsolute = 0.5\n",
    b"a." * 999,
)


def attempts() -> Iterator[Attempt]:
    """Bundles, each with one thing wrong; but for the first ones with all hashes as they should be."""
    whole = _sound()
    for name, content in {**_archives(whole), **_cut_and_flipped(whole)}.items():
        yield Attempt(f"bundle: {name}", lambda content=content: _refusal(content))
    for file in (MANIFEST, CLAIMS):
        for text in NO_JSON:
            yield Attempt(f"{file}: {text[:20]!r}", lambda file=file, text=text: _refusal(_with(file, text.encode())))
    for file, bad in ((MANIFEST, BAD_MANIFESTS), (CLAIMS, BAD_CLAIMS)):
        for path, values in bad.items():
            for value in values:
                name = f"{file}: {'.'.join(map(str, path))} {str(value)[:20]!r}"
                yield Attempt(name, lambda file=file, path=path, value=value: _refusal(_replaced(file, path, value)))
    for text in BAD_POLICIES:
        yield Attempt(f"{POLICY}: {text[:20]!r}", lambda text=text: _refusal(_with(POLICY, text)))
    for name, change in _items().items():
        yield Attempt(f"items: {name}", lambda change=change: _refusal(_with_items(change)))
    for name in ("cards.md", "benchmarks/other.zip", "audit.jsonl"):
        yield Attempt(f"a file more: {name}", lambda name=name: _refusal(_with(name, b"x")))


def _refusal(content: bytes) -> str:
    """In which words a bundle is refused, or said not to hold."""

    def check() -> object:
        report = verify(content, "x.zip")
        if not report.holds:
            raise FileRefused(headline(report))
        return report

    return words_of(check)


@cache
def _sound() -> bytes:
    """The bundle of a verdict that holds."""
    targets = TOY.test().targets
    known = KnownItems(targets, (group_items("people", [f"p{place % 5}" for place in range(ITEMS)]),))
    world = World(accuracy={"fp32": 0.9, "int8-static": 0.8})
    with mock.patch.object(latency, "REPAID", 0.0), open_store("sqlite://") as store:
        identity = store.create_benchmark(plan("int8-static"), [point(), point("int8-static")])
        execute(store, identity, TOY, lambda _: None, make_child=world.child)
        data = replace(load_benchmark_data(store, identity), known=known)
        policy = Policy("Mine", (Clause("accuracy", 0.01, is_relative=False),))
        content = evidence(subject_of_sides(store, (Side(data, "fp32"), Side(data, "int8")), policy)).content
    assert verify(content, "x.zip").holds
    return content


@cache
def _files() -> Mapping[str, bytes]:
    return unpack(_sound(), "x.zip").files


def _with(file: str, content: bytes) -> bytes:
    """The bundle with another file, or another manifest."""
    files = {**_files()}
    if file == MANIFEST:
        return pack(files, content, None)
    files[file] = content
    return pack(files, manifest_of(files), None)


def _replaced(file: str, path: Path, value: object) -> bytes:
    document = json.loads(unpack(_sound(), "x.zip").manifest_bytes if file == MANIFEST else _files()[file])
    *above, last = path
    place = document
    for key in above:
        place = place[key]
    assert place[last] != value
    place[last] = value
    return _with(file, json.dumps(document, indent=1, ensure_ascii=False).encode())


def _zip(files: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive, mock.patch("warnings.warn"):
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _archives(whole: bytes) -> dict[str, bytes]:
    files = {**_files(), MANIFEST: unpack(whole, "x").manifest_bytes}
    at = whole.index(b"PK\x01\x02")
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive, mock.patch("warnings.warn"):
        for name, content in [*files.items(), (CLAIMS, b"{}")]:
            archive.writestr(name, content)
    names = (
        "../x",
        "/x",
        "a/../../x",
        "..\\x",
        "C:x",
        "x\x00y",
        "a/b/c/d",
        ".x",
        "é",
        "a b",
        "x" * 200,
        "\u202ex",
        "a/",
    )
    return {
        **{f"without {name}": _zip({other: files[other] for other in files if other != name}) for name in files},
        **{f"and {name[:12]!r}": _zip({**files, name: b"x"}) for name in names},
        "compressed": _zip(files, zipfile.ZIP_DEFLATED),
        "a bomb": _zip({**files, CLAIMS: bytes(300 << 20)}, zipfile.ZIP_DEFLATED),
        "packed anew": _zip(files),
        "an entry twice": twice.getvalue(),
        "1,001 files": _zip({**files, **{f"x{number}": b"" for number in range(1001)}}),
        "claims 4 GB": whole[: at + 20] + struct.pack("<II", 2**32 - 2, 2**32 - 2) + whole[at + 28 :],
        "encrypted": whole[: at + 8] + b"\x01\x00" + whole[at + 10 :],
        "unknown packing": whole[: at + 10] + b"\x63\x00" + whole[at + 12 :],
        "entry elsewhere": whole[: at + 42] + struct.pack("<I", 2**31) + whole[at + 46 :],
        "a bundle in a bundle": _zip({"a.zip": whole}),
        "a signature without a key": _zip({**files, SIGNATURE: bytes(64)}),
        "a key without a signature": _with("public_key.pem", b"x"),
        "something before": b"x" + whole,
        "something behind": whole + b"x",
        "a remark": whole[:-2] + b"\x01\x00x",
        "nothing": b"",
        "text": b"x" * 999,
        "no entries": _zip({}),
    }


def _cut_and_flipped(whole: bytes) -> dict[str, bytes]:
    rng, changed = random.Random(SEED), {}
    for share in range(1, CUTS):
        changed[f"cut after {share} of {CUTS}"] = whole[: len(whole) * share // CUTS]
    for number in range(FLIPS):
        content = bytearray(whole)
        content[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
        changed[f"flipped bit {number}"] = bytes(content)
    return changed


def _items() -> dict[str, Callable[[dict[str, np.ndarray]], None]]:
    def index(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[dict[str, np.ndarray]], None]:
        return lambda arrays: arrays.update(index=change(arrays["index"]))

    def targets(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[dict[str, np.ndarray]], None]:
        return lambda arrays: arrays.update(targets=change(arrays["targets"]))

    return {
        "no groups": lambda arrays: arrays.pop("index"),
        "a group that is none": index(lambda array: array + 4),
        "a negative group": index(lambda array: array - 1),
        "fewer": index(lambda array: array[:-1]),
        "fractions": index(lambda array: array.astype(float)),
        "an axis more": index(lambda array: array[:, None]),
        "other groups": index(lambda array: array[::-1] * 0),
        "other labels": targets(lambda array: array[::-1]),
        "fewer labels": targets(lambda array: array[:-1]),
        "labels as text": targets(lambda array: array.astype(str)),
        "labels as objects": targets(lambda array: array.astype(object)),
        "labels beyond the classes": targets(lambda array: array + 99),
        "a label": targets(lambda array: array[0]),
        "an array more": lambda arrays: arrays.update(other=np.zeros(3)),
    }


def _with_items(change: Callable[[dict[str, np.ndarray]], None]) -> bytes:
    (name,) = (name for name in _files() if name.endswith(".npz"))
    with np.load(io.BytesIO(_files()[name])) as loaded:
        arrays = dict(loaded)
    change(arrays)
    content = io.BytesIO()
    np.savez(content, **arrays)
    return _with(name, content.getvalue())
