"""Benchmarks as files: given to another machine, and taken from one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.domain.errors import FileRefused, InputError, UnknownName
from odviz.domain.result import Imported
from odviz.domain.rights import Right
from odviz.domain.text import shortened
from odviz.library.rights import require
from odviz.services.benchmark_file import BenchmarkFile, decode, encode
from odviz.store import BenchmarkRecord, Predictions, Store, WholeBenchmark, open_store
from odviz.store.clock import now

_IN_MEMORY = "sqlite://"
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Arrival:
    """A benchmark that came as a file.

    Attributes:
        id: of the benchmark here.
        new: whether it was not here before.
    """

    id: str
    new: bool


def file_name(record: BenchmarkRecord) -> str:
    """Suggested name of the file of a benchmark."""
    return f"odviz-{record.id}.benchmark.zip"


def export_benchmark(store: Store, prefix: str) -> bytes:
    """The file of a benchmark that has ended.

    Raises:
        UnknownName: there is no such benchmark.
        InputError: it has not ended.
        Damaged: a record of it cannot be read.
    """
    return encode(_whole(store, prefix))


def import_benchmark(store: Store, content: bytes, name: str) -> Arrival:
    """Store the benchmark of a file as another machine's; the same file a second time changes nothing.

    Args:
        store: where it goes.
        content: of the file.
        name: of the file, for messages.

    Raises:
        Forbidden: this session may not do that.
        FileRefused: it is no file of a benchmark, or holds figures that no odviz measures.
    """
    require(Right.CHANGE)
    file = decode(content, name)
    known = store.find_imported(file.sha256) or _own(store, file)
    if known:
        return Arrival(known, new=False)
    imported = Imported(file.whole.record.id, file.sha256, now())
    _try(file.whole, imported, name)
    return Arrival(store.add_imported(file.whole, imported), new=True)


def data_of(whole: WholeBenchmark, mark: Imported) -> BenchmarkData:
    """The data of a benchmark that came as a file, as another machine's, without storing it.

    Args:
        whole: the benchmark.
        mark: where it comes from.
    """
    with open_store(_IN_MEMORY) as store:
        return load_benchmark_data(store, store.add_imported(whole, mark))


def _whole(store: Store, prefix: str) -> WholeBenchmark:
    data = load_benchmark_data(store, prefix)
    record = data.record
    if not record.state.ended:
        raise InputError(f"Benchmark {record.id} is {record.state}: only one that has ended can be given away.")
    files = {stored.variant: stored for stored in data.files.values()}
    places = {point: place for place, point in enumerate(data.points)}
    predictions = {places[point]: predictions for point, predictions in data.predictions.items()}
    return WholeBenchmark(
        record, data.points, store.samples(record.id), data.background, tuple(files.values()), predictions
    )


def _own(store: Store, file: BenchmarkFile) -> str | None:
    """The id of this machine's own benchmark whose file this is; None if it is no such file."""
    try:
        record = store.load(file.whole.record.id)
    except (UnknownName, InputError):
        return None
    if record.imported or not record.state.ended or record.id != file.whole.record.id:
        return None
    exported = decode(encode(_whole(store, record.id)), "")
    return record.id if exported.sha256 == file.sha256 else None


def _try(whole: WholeBenchmark, imported: Imported, name: str) -> None:
    """Compute every figure once, with the benchmark in a database in memory.

    Raises:
        FileRefused: that fails: the numbers are not those of a benchmark.
    """
    try:
        data = data_of(whole, imported)
        unusable = [point for point, one in data.predictions.items() if not (point in data.failures or _usable(one))]
        analyse(data)
    except Exception as error:  # numbers that no odviz measures raise anything
        reason = shortened(str(error), _LONGEST_REASON)
        raise FileRefused(f"{name} holds figures that no odviz measures: {reason}", place=name) from error
    if unusable:
        raise FileRefused(f"{name} has predictions that are no numbers, and not said to have failed.", place=name)


def _usable(predictions: Predictions) -> bool:
    """Whether a variant that predicts so is timed: see `execution.verdict`."""
    outputs = predictions.outputs or ()
    return bool(np.isfinite(predictions.scores).any()) and all(np.isfinite(output).all() for output in outputs)
