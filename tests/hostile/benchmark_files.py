"""Hostile files of benchmarks: damaged archives, and records and arrays that no odviz writes."""

import io
import json
import random
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any
from unittest import mock

import numpy as np

from odviz.execution import latency
from odviz.execution.executor import execute
from odviz.services import transfer
from odviz.store import Store, open_store
from tests.fakes import TOY, World, plan, point
from tests.hostile.attempt import Attempt, Believed, words_of
from tests.hostile.library_files import NO_JSON

SEED, CUTS, FLIPS = 15, 10, 16
RECORD, TIMES, PREDICTIONS, OUTCOMES = "benchmark.json", "times.npz", "predictions.npz", "outcomes.npz"
LABEL = "label.json"
HUGE = 2**63 - 1

Path = tuple[str | int, ...]
"""Where a value of the record stands."""

BAD_VALUES: Mapping[Path, tuple[object, ...]] = {
    ("version",): (0, 2, -1, "1", None, 10**400),
    ("id",): ("", "../../x", "x" * 17, "ABC", "a b", "a\x00b", "'; --", "\x1b[31m", 5, None),
    ("state",): ("running", "queued", "finished", 5, None),
    ("created",): ("yesterday", "", 5, "0000-00-00T00:00:00Z", "9999-99-99T00:00:00Z", None),
    ("plan",): (None, [], {}, "x"),
    ("plan", "task"): ("", "../x", "a\x1b[31m", "x" * 200, "other", 5),
    ("plan", "models"): ([], None, "net", [5], ["../x"], ["<script>"]),
    ("plan", "recipes", 0): ("int9", "prune-magnitude:500", "", 5, "x" * 9000, "int8-static+" * 500),
    ("plan", "effort", "launches"): (0, -1, 1.5, "2", 10**400),
    ("plan", "effort", "time_s"): (-1, "30", None),
    ("plan", "threads"): (0, -4, "1", None),
    ("environment", "cpu"): (5, [], None),
    ("environment", "packages"): ([], {"onnx": 5}, None),
    ("points",): ([], None, {}, "x"),
    ("points", 0, "variant", "model"): ("../x", "", "a/b", "x" * 500, 5),
    ("points", 0, "variant", "recipe"): ("int9", "../x", None),
    ("points", 0, "variant", "format"): ("../x", "", None),
    ("points", 0, "target", "device"): ("raspberry-pi-4", "", "../x"),
    ("points", 0, "target", "threads"): (0, -1, 1.5, 10**400),
    ("points", 1): ("x", None),
    ("runs",): (None, {}, [5], [None]),
    ("runs", 0, "key"): ("x", "toy/other/fp32@onnx", "../x", 5),
    ("runs", 0, "stage"): ("explode", "", None),
    ("runs", 0, "launch"): (-1, 2**31, 10**400, "0"),
    ("runs", 0, "sha256"): ("x", "A" * 64, "../x", 5),
    ("runs", 0, "test"): ("unknown", "../x", 5),
    ("runs", 0, "outcome"): (["a"], ["a", "a"], [""], "a"),
    ("runs", 4, "readings", 0, "value"): (-1, "5", None, 1e308, -1e308),
    ("runs", 4, "readings", 0, "unit"): ("parsec", 5),
    ("runs", 4, "readings", 0, "method"): ("x" * 300, 5),
    ("background", 1, "launch"): (0, -1, 2**31, "1"),
    ("background", 0, "others"): (-1, "x", None),
    ("background", 0, "programs"): ([], {"x": "y"}, None),
    ("files", 0, "variant"): ("x", "toy/net/int8-static@onnx", 5),
    ("files", 0, "file", "sha256"): ("", "x", "A" * 64),
    ("files", 0, "file", "size_bytes"): (-1, 0, 1.5, "9", 10**400),
    ("files", 0, "facts", "macs"): (-1, 1.5, "9", 10**400),
    ("files", 0, "facts", "compute_ops"): (-1, "x", None),
    ("files", 0, "facts", "operators"): ([], {"Gemm": -1}, {"Gemm": "x"}),
    ("predictions", 0, "position"): (-1, 2, 1, 10**400, "0"),
    ("predictions", 0, "metric"): ("unknown", "../x", "", "mae", 5),
    ("predictions", 0, "outputs"): (-1, 2, 10**9, "1"),
}

BAD_LABELS = (
    *({"name": name} for name in (5, None, "x" * 101, "a\nb", "a\x1b[31m", " a", "\u202e", "Baseline", "\ud800")),
    *({"tags": tags} for tags in ("a", None, [5], [""], ["a", "a"], ["a,b"], ["x" * 41], [*map(str, range(21))])),
    *({"note": note} for note in (5, None, "x" * 2001, "a\x00b", " a")),
    *([], "x", 5, None),
)

_TIME_COLUMNS = ("run", "round", "cpu_ns", "timed", "reference_ns", "inferences", "wall_ns")


def attempts() -> Iterator[Attempt]:
    """Archives, records and arrays, each with one thing wrong."""
    whole = _sound()
    for name, content in {**_archives(), **_cut(whole)}.items():
        yield Attempt(f"file: {name}", lambda content=content: _refusal(content))
    for name, content in _flipped(whole).items():
        yield Attempt(f"file: {name}", lambda content=content: _refusal(content, sound=True))
    for text in NO_JSON:
        yield Attempt(f"record: {text[:20]!r}", lambda text=text: _refusal(_with({RECORD: text.encode()})))
    for path, values in BAD_VALUES.items():
        for value in values:
            name = f"{'.'.join(map(str, path))} {str(value)[:20]!r}"
            yield Attempt(name, lambda path=path, value=value: _refusal(_with({RECORD: _replaced(path, value)})))
    for text in ("", "{", *map(json.dumps, BAD_LABELS)):
        yield Attempt(f"label: {text[:30]!r}", lambda text=text: _refusal(_with({LABEL: text.encode()})))
    for part, arrays in {TIMES: _times(), PREDICTIONS: _predictions(), OUTCOMES: _outcomes()}.items():
        for name, make in arrays.items():
            yield Attempt(f"{part}: {name}", lambda part=part, make=make: _refusal(_with({part: make()})))


def _refusal(content: bytes, *, sound: bool = False) -> str:
    """In which words a file is refused; one whose damage changes nothing may be taken."""
    try:
        return words_of(lambda: transfer.import_benchmark(_arrivals(), content, "x.zip"))
    except Believed:
        if not sound:
            raise
        return "Taken, because nothing of it changed."


@cache
def _arrivals() -> Store:
    return open_store("sqlite://")


@cache
def _sound() -> bytes:
    """The file of a benchmark that went well."""
    with mock.patch.object(latency, "REPAID", 0.0), open_store("sqlite://") as store:
        identity = store.create_benchmark(plan("int8-static"), [point(), point("int8-static")])
        execute(store, identity, TOY, lambda _: None, make_child=World().child)
        return transfer.export_benchmark(store, identity)


@cache
def _parts() -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(_sound())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zip(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _with(parts: Mapping[str, bytes]) -> bytes:
    return _zip({**_parts(), **parts})


def _replaced(path: Path, value: object) -> bytes:
    record = json.loads(_parts()[RECORD])
    *above, last = path
    place = record
    for key in above:
        place = place[key]
    assert place[last] != value
    place[last] = value
    return json.dumps(record).encode()


def _archives() -> dict[str, bytes]:
    good, parts = _sound(), dict(_parts())
    at = good.index(b"PK\x01\x02")
    link = io.BytesIO()
    with zipfile.ZipFile(link, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o120777 << 16
            archive.writestr(entry, b"/etc/passwd" if name == RECORD else content)
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive, mock.patch("warnings.warn"):
        for name, content in [*parts.items(), (RECORD, b"{}")]:
            archive.writestr(name, content)
    paths = (
        "../benchmark.json",
        "/benchmark.json",
        "a/benchmark.json",
        "..\\times.npz",
        "BENCHMARK.JSON",
        "x\x00.json",
    )
    return {
        **{f"without {name}": _zip({other: parts[other] for other in parts if other != name}) for name in parts},
        **{f"and {name!r}": _with({name: b"x"}) for name in paths},
        **{f"empty {name}": _with({name: b""}) for name in parts},
        "links": link.getvalue(),
        "an entry twice": twice.getvalue(),
        "claims 4 GB": good[: at + 24] + struct.pack("<I", 2**32 - 2) + good[at + 28 :],
        "claims 1 byte": good[: at + 24] + struct.pack("<I", 1) + good[at + 28 :],
        "encrypted": good[: at + 8] + b"\x01\x00" + good[at + 10 :],
        "unknown packing": good[: at + 10] + b"\x63\x00" + good[at + 12 :],
        "entry elsewhere": good[: at + 42] + struct.pack("<I", 2**31) + good[at + 46 :],
        "archive in an archive": _zip({"a.zip": good}),
        "bomb": _with({RECORD: bytes(50 << 20)}),
        "bomb of white space": _with({RECORD: b" " * (4 << 20)}),
        "text that is no UTF-8": _with({RECORD: b"\xff\xfe{}"}),
        "a pickle": _with({TIMES: b"cos\nsystem\n(S'true'\ntR."}),
        "nothing": b"",
        "text": b"x" * 999,
        "no entries": _zip({}),
    }


def _cut(whole: bytes) -> dict[str, bytes]:
    return {f"cut after {share} of {CUTS}": whole[: len(whole) * share // CUTS] for share in range(1, CUTS)}


def _flipped(whole: bytes) -> dict[str, bytes]:
    rng = random.Random(SEED)
    flipped = {}
    for number in range(FLIPS):
        content = bytearray(whole)
        content[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
        flipped[f"flipped bit {number}"] = bytes(content)
    return flipped


def _npz(arrays: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def _changed(part: str, **arrays: Callable[[Any], Any]) -> Callable[[], bytes]:
    """An archive of arrays of which some are made anew; None leaves one out."""

    def make() -> bytes:
        with np.load(io.BytesIO(_parts()[part])) as stored:
            all_of_it = {**stored, **{name: change(stored.get(name)) for name, change in arrays.items()}}
        return _npz({name: array for name, array in all_of_it.items() if array is not None})

    return make


def _first(value: int) -> Callable[[Any], Any]:
    """Another first number."""
    return lambda array: np.concatenate([[value], array[1:]]).astype(np.int64)


def _times() -> dict[str, Callable[[], bytes]]:
    made = {}
    for name in _TIME_COLUMNS:
        made |= {
            f"{name} left out": _changed(TIMES, **{name: lambda _: None}),
            f"{name} as fractions": _changed(TIMES, **{name: lambda array: array.astype(float)}),
            f"{name} as objects": _changed(TIMES, **{name: lambda array: array.astype(object)}),
            f"{name} with an axis more": _changed(TIMES, **{name: lambda array: array[:, None]}),
            f"{name} shorter": _changed(TIMES, **{name: lambda array: array[:-1]}),
            f"{name} negative": _changed(TIMES, **{name: _first(-5)}),
        }
    return made | {
        "a run that is none": _changed(TIMES, run=_first(99)),
        "a run of predictions": _changed(TIMES, run=_first(2)),
        "a huge round": _changed(TIMES, round=_first(2**40)),
        "a round twice": _changed(TIMES, round=lambda array: array * 0),
        "no inferences": _changed(TIMES, inferences=_first(0)),
        "huge inferences": _changed(TIMES, inferences=_first(HUGE)),
        "huge times": _changed(TIMES, wall_ns=lambda array: array * 0 + HUGE),
        "no times": _changed(TIMES, wall_ns=lambda array: array * 0),
        "huge processor times": _changed(TIMES, cpu_ns=lambda array: array * 0 + HUGE),
        "huge reference": _changed(TIMES, reference_ns=lambda array: array * 0 + HUGE),
        "an array more": _changed(TIMES, other=lambda _: np.zeros(3)),
        "a header that lies": _lying_header,
        "a path": _changed(TIMES, **{"../x": lambda _: np.zeros(3)}),
    }


def _lying_header() -> bytes:
    content = io.BytesIO()
    np.lib.format.write_array_header_1_0(content, {"descr": "<i8", "fortran_order": False, "shape": (2**40,)})
    return _zip({f"{name}.npy": content.getvalue() for name in _TIME_COLUMNS})


def _predictions() -> dict[str, Callable[[], bytes]]:
    def both(change: Callable[[Any], Any]) -> Callable[[], bytes]:
        return _changed(PREDICTIONS, **{"0-scores": change, "1-scores": change})

    return {
        "scores left out": _changed(PREDICTIONS, **{"0-scores": lambda _: None}),
        "outputs left out": _changed(PREDICTIONS, **{"0-output-0": lambda _: None}),
        "an output more": _changed(PREDICTIONS, **{"0-output-1": lambda _: np.zeros(200)}),
        "of a third point": _changed(PREDICTIONS, **{"2-scores": lambda _: np.zeros(200)}),
        "a path": _changed(PREDICTIONS, **{"../0-scores": lambda _: np.zeros(200)}),
        "fewer items": _changed(PREDICTIONS, **{"0-scores": lambda array: array[:-1]}),
        "no items": both(lambda array: array[:0]),
        "a number": both(lambda _: np.array(1.0)),
        "objects": both(lambda array: array.astype(object)),
        "text": both(lambda array: array.astype(str)),
        "bytes": both(lambda array: array.astype("S3")),
        "dates": both(lambda array: array.astype("M8[s]")),
        "complex": both(lambda array: array.astype(complex)),
        "records": both(lambda array: np.zeros(len(array), [("a", "f8"), ("b", "i4")])),
        "NaN": both(lambda array: array * np.nan),
        "infinity": both(lambda array: array + np.inf),
        "an axis more": both(lambda array: np.stack([array] * 3, axis=1)),
        "5 and -3 for right and wrong": both(lambda array: array * 8.0 - 3),
        "21 million scores": lambda: _npz({"0-scores": np.zeros(21_000_000, bool), "1-scores": np.zeros(1, bool)}),
        "outputs as text": _changed(PREDICTIONS, **{"0-output-0": lambda array: array.astype(str)}),
        "outputs of NaN": _changed(PREDICTIONS, **{"0-output-0": lambda array: array * np.nan}),
        "outputs of one number": _changed(PREDICTIONS, **{"0-output-0": lambda _: np.array(1.0)}),
        "outputs of other shape": _changed(PREDICTIONS, **{"0-output-0": lambda array: array[:, :1]}),
    }


def _outcomes() -> dict[str, Callable[[], bytes]]:
    return {
        "of no test": lambda: _npz({"0-0": np.zeros(3)}),
        "objects": lambda: _npz({"0-0": np.array([{}], object)}),
        "not an archive": lambda: b"x" * 99,
    }
