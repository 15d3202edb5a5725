"""A benchmark as one file: a zip archive of its record and label as JSON, and of its times and predictions as arrays.

Nothing in it is run or unpacked to a disk, and no model file is part of it: only what figures are computed from.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.label import BenchmarkLabel
from odviz.domain.result import Block, Stage
from odviz.domain.text import quoted
from odviz.library.parsing import LARGEST_JSON, parse_arrays, parse_json
from odviz.serialization import to_json
from odviz.services.archive import unzipped, zipped
from odviz.services.benchmark_contents import GREATEST, VERSION, FileContents, FilePredictions, FileRun, parse_contents
from odviz.store import BenchmarkRecord, Predictions, RunRecord, RunSamples, WholeBenchmark

LARGEST = 256 << 20
"""Most bytes of a file."""

_RECORD, _TIMES, _PREDICTIONS, _OUTCOMES = "benchmark.json", "times.npz", "predictions.npz", "outcomes.npz"
_LABEL = "label.json"
"""Name, tags and note, if there are any: no part of the digest, because they change after the benchmark."""

_LARGEST_PART = {_RECORD: LARGEST_JSON, _TIMES: LARGEST, _PREDICTIONS: 1 << 30, _OUTCOMES: LARGEST, _LABEL: 1 << 20}
_MOST_SCORES, _MOST_ARRAYS = 20_000_000, 10_000
_LONGEST_NS = 10**15
"""More than any time of a block: 11 days."""

_BLOCK = ("run", "round", "cpu_ns", "timed", "reference_ns", "inferences")
"""Arrays with one number per block; `wall_ns` holds the times of all blocks, one after another."""


@dataclass(frozen=True, slots=True)
class BenchmarkFile:
    """A benchmark that was read from a file.

    Attributes:
        whole: the benchmark.
        sha256: of what the file holds but its label, however it is compressed.
    """

    whole: WholeBenchmark
    sha256: str


def encode(whole: WholeBenchmark) -> bytes:
    """The file of a benchmark; the same bytes for the same benchmark."""
    record = whole.record
    contents = FileContents(
        VERSION,
        record.imported.id if record.imported else record.id,
        record.created,
        record.started,
        record.ended,
        record.state,
        record.plan,
        record.environment,
        record.failure,
        whole.points,
        tuple(_run(samples) for samples in whole.runs),
        whole.background,
        tuple(replace(stored, file=replace(stored.file, path="")) for stored in whole.files),
        tuple(
            FilePredictions(position, one.metric, None if one.outputs is None else len(one.outputs))
            for position, one in whole.predictions.items()
        ),
    )
    arrays = {
        _TIMES: _times(whole.runs),
        _OUTCOMES: {
            f"{place}-{number}": array
            for place, samples in enumerate(whole.runs)
            for number, array in enumerate(samples.outcome.values())
        },
        _PREDICTIONS: {
            name: array for position, one in whole.predictions.items() for name, array in _arrays(position, one)
        },
    }
    label = {} if record.label == BenchmarkLabel() else {_LABEL: to_json(record.label).encode()}
    return zipped({_RECORD: to_json(contents).encode(), **{name: _npz(part) for name, part in arrays.items()}, **label})


def decode(content: bytes, name: str) -> BenchmarkFile:
    """Read a file of a benchmark, which anybody may have made.

    Its figures are not checked: see `services.transfer`.

    Args:
        content: of the file.
        name: of the file, for messages.

    Raises:
        FileRefused: it is no file of a benchmark, damaged, too large, or of a newer odviz.
    """
    parts = unzipped(content, name, LARGEST, lambda entries: _check(entries, name))
    contents = parse_contents(_text(parts, _RECORD, name), name, f"{name}, {_RECORD}")
    label = BenchmarkLabel()
    if _LABEL in parts:
        label = parse_json(BenchmarkLabel, _text(parts, _LABEL, name), f"{name}, {_LABEL}", "label of a benchmark")
    times = parse_arrays(parts[_TIMES], f"{name}, {_TIMES}")
    predicted = parse_arrays(parts[_PREDICTIONS], f"{name}, {_PREDICTIONS}", _MOST_ARRAYS)
    stressed = parse_arrays(parts[_OUTCOMES], f"{name}, {_OUTCOMES}", _MOST_ARRAYS)
    _require_numbers({**predicted, **stressed}, name)
    outcomes = _outcomes(contents.runs, stressed, f"{name}, {_OUTCOMES}")
    blocks = _blocks(contents.runs, times, f"{name}, {_TIMES}")
    runs = [
        RunSamples(
            RunRecord(place, run.key, run.stage, run.launch, run.sha256, run.started, run.ended, run.failure, run.test),
            run.readings,
            tuple(blocks.get(place, ())),
            outcomes[place],
        )
        for place, run in enumerate(contents.runs)
    ]
    record = BenchmarkRecord(
        contents.id, contents.created, contents.started, contents.ended, contents.plan, contents.state,
        cancel_requested=False, owner=None, environment=contents.environment, failure=contents.failure,
        label=label,
    )  # fmt: skip
    files = tuple(replace(stored, file=replace(stored.file, path="")) for stored in contents.files)
    predictions = _predictions(contents.predictions, predicted, f"{name}, {_PREDICTIONS}")
    whole = WholeBenchmark(record, contents.points, tuple(runs), contents.background, files, predictions)
    return BenchmarkFile(whole, _digest(parts[_RECORD], (times, predicted, stressed)))


def _run(samples: RunSamples) -> FileRun:
    run = samples.run
    return FileRun(
        run.key, run.stage, run.launch, run.sha256, run.started, run.ended, run.failure, samples.readings, run.test,
        tuple(samples.outcome),
    )  # fmt: skip


def _times(runs: Sequence[RunSamples]) -> dict[str, NDArray[np.int64]]:
    rows = [
        (place, block.round, block.cpu_ns, block.timed, block.reference_ns, len(block.wall_ns))
        for place, samples in enumerate(runs)
        for block in samples.blocks
    ]
    columns = np.array(rows, np.int64).reshape(-1, len(_BLOCK)).T
    wall = [time for samples in runs for block in samples.blocks for time in block.wall_ns]
    return {**dict(zip(_BLOCK, columns, strict=True)), "wall_ns": np.array(wall, np.int64)}


def _arrays(position: int, predictions: Predictions) -> Iterator[tuple[str, Array]]:
    yield f"{position}-scores", predictions.scores
    for number, output in enumerate(predictions.outputs or ()):
        yield f"{position}-output-{number}", output


def _npz(arrays: Mapping[str, Array]) -> bytes:
    content = io.BytesIO()
    np.savez(content, **arrays)  # compressed by the archive around it
    return content.getvalue()


def _digest(record: bytes, parts: Iterable[Mapping[str, Array]]) -> str:
    digest = hashlib.sha256(record)
    for arrays in parts:
        for name in sorted(arrays):
            digest.update(f"\0{name} {arrays[name].dtype.str} {arrays[name].shape}\0".encode())
            digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()


def _text(parts: Mapping[str, bytes], part: str, name: str) -> str:
    try:
        return parts[part].decode()
    except UnicodeDecodeError:
        raise FileRefused(f"{name}, {part} is not text in UTF-8.", place=name) from None


def _check(entries: Sequence[zipfile.ZipInfo], name: str) -> None:
    required = [part for part in _LARGEST_PART if part != _LABEL]
    if sorted(entry.filename for entry in entries) not in (sorted(required), sorted(_LARGEST_PART)):
        raise FileRefused(f"{name} is not a benchmark: it does not hold {', '.join(required)}.", place=name)
    for entry in entries:
        if entry.file_size > _LARGEST_PART[entry.filename]:
            raise FileRefused(f"{name}, {entry.filename} is larger than any benchmark's.", place=name)


def _require_numbers(arrays: Mapping[str, Array], name: str) -> None:
    """Refuse arrays of text, dates, complex numbers or records.

    Raises:
        FileRefused: one is of these.
    """
    for key, array in arrays.items():
        if array.dtype.kind not in "biuf":
            raise FileRefused(f"{name}, {quoted(key)} holds no numbers.", place=name)


def _outcomes(runs: Sequence[FileRun], arrays: Mapping[str, Array], place: str) -> list[dict[str, Array]]:
    """What stress tests found, for each run.

    Raises:
        FileRefused: an array is missing or left over.
    """
    names = [{f"{row}-{number}": name for number, name in enumerate(run.outcome)} for row, run in enumerate(runs)]
    if {key for run in names for key in run} != set(arrays):
        raise FileRefused(f"{place} has more or fewer arrays than its stress tests.", place=place)
    return [{name: arrays[key] for key, name in run.items()} for run in names]


def _blocks(runs: Sequence[FileRun], arrays: Mapping[str, Array], place: str) -> dict[int, list[Block]]:
    """Blocks by position of their run.

    Raises:
        FileRefused: the arrays do not fit together, or are not of these runs.
    """
    if set(arrays) != {*_BLOCK, "wall_ns"} or any(one.dtype != np.int64 or one.ndim != 1 for one in arrays.values()):
        raise FileRefused(f"{place} does not hold the arrays of blocks.", place=place)
    wall, counts = arrays["wall_ns"], arrays["inferences"]
    if len({len(arrays[name]) for name in _BLOCK}) != 1 or (counts < 1).any() or (counts > len(wall)).any():
        raise FileRefused(f"{place} has arrays of different lengths.", place=place)
    if any((arrays[one] > _LONGEST_NS).any() for one in ("wall_ns", "cpu_ns", "reference_ns")):
        raise FileRefused(f"{place} has a time that no block takes.", place=place)
    ends = [0, *np.cumsum(counts).tolist()]
    if ends[-1] != len(wall):
        raise FileRefused(f"{place} has more or fewer times than its blocks.", place=place)
    blocks: dict[int, list[Block]] = {}
    seen = set()
    rows = zip(*(arrays[name].tolist() for name in _BLOCK[:-1]), pairwise(ends), strict=True)
    for run, number, cpu_ns, timed, reference_ns, (start, end) in rows:
        timing = 0 <= run < len(runs) and runs[run].stage is Stage.LATENCY and 0 <= number <= GREATEST
        if not timing or (run, number) in seen:
            raise FileRefused(f"{place} has a block of no run, or the same block twice.", place=place)
        seen.add((run, number))
        times = tuple(wall[start:end].tolist())
        blocks.setdefault(run, []).append(Block(runs[run].launch, number, times, cpu_ns, timed, reference_ns))
    return blocks


def _predictions(scored: Sequence[FilePredictions], arrays: Mapping[str, Array], place: str) -> dict[int, Predictions]:
    """Predictions by position of their point.

    Raises:
        FileRefused: an array is missing or left over, or of another number of items.
    """
    predictions: dict[int, Predictions] = {}
    used = set()
    for one in scored:
        count = min(one.outputs or 0, _MOST_ARRAYS)
        names = [f"{one.position}-scores", *(f"{one.position}-output-{number}" for number in range(count))]
        if missing := [name for name in names if name not in arrays or not arrays[name].ndim]:
            raise FileRefused(f"{place} lacks {missing[0]}.", place=place)
        scores, *outputs = (arrays[name] for name in names)
        predictions[one.position] = Predictions(one.metric, scores, None if one.outputs is None else tuple(outputs))
        used.update(names)
    if used != set(arrays) or len({len(array) for array in arrays.values()}) > 1:
        raise FileRefused(f"{place} has arrays of no operating point, or of different items.", place=place)
    if sum(one.scores.size for one in predictions.values()) > _MOST_SCORES:
        raise FileRefused(f"{place} has more scores than odviz computes with.", place=place)
    return predictions
