"""Finding out how a network and data fit together: inputs, arrangement, preparation, output and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from odviz.arrays import Array, Bools, Indices
from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.domain.own_task import NO_CHOICES, Choices, FurtherInput, Preparation, Understanding
from odviz.formats import FORMATS
from odviz.importing.arrangement import Arrangement, arrangements
from odviz.importing.class_order import in_found_order
from odviz.importing.feeding import Feeding, feeding
from odviz.importing.heads import Head, heads_for, heads_of
from odviz.importing.interface import Interface, open_session, probe
from odviz.importing.placement import place
from odviz.importing.raw_data import RawData
from odviz.importing.splits import SEED, write
from odviz.importing.trying import ENOUGH, SAMPLE, Network, Try, choose, surely_better, trials, tries
from odviz.library.items import parts
from odviz.runtimes.inputs import Port
from odviz.stats import finite_items
from odviz.tasks.base import Task
from odviz.units import figure

_COMPARED = 50
"""Most items on which the files of one network are compared."""


def understand(
    files: Mapping[str, Path], data: RawData, folder: Path, *, choices: Choices = NO_CHOICES
) -> Understanding:
    """Find out how files of one network and data fit together, and write the data set.

    Inputs and outputs of the files are put in order, in place: the input that takes the items first, and the scores
    before the other outputs.

    Args:
        files: of the network, by format.
        data: items; without labels or values, the outputs of the network itself are the targets.
        folder: where `test.npz` and `calibration.npz` are written.
        choices: of the person; what they leave out is found.

    Raises:
        FileRefused: a file cannot be run, the data do not fit it, or the model does not do better than chance.
    """
    opened = _open(files, data)
    ways = _ways(data.items, opened.main, choices)
    if data.arranged:
        ways = [way for way in ways if list(way.order) == sorted(way.order)]
    heads = heads_of(opened.interface.outputs, opened.first_outputs(ways[0], data.items), data, choices)
    fit = _fit(files, opened, data, ways, heads, choices.preparation)
    best, usable, arranged = fit.best, fit.usable, fit.best.arrangement.apply(data.items)
    if best.head.targets is None:
        targets = opened.network.predict(best.arrangement.layout, arranged, best.preparation, usable)
    else:
        targets = best.head.targets[usable]
    items = (arranged[usable], *(array[usable] for array in opened.fed.further.values()))
    groups = None if data.groups is None else data.groups[usable]
    own = () if data.calibration is None else _calibration(opened.interface, data.calibration, best.arrangement)
    columns = {heading: cells[usable] for heading, cells in data.columns.items()}
    split = write(folder, items, targets, groups, own, columns)
    return fit.told(opened, arranged.shape[1:], split.test, split.calibration, data.remarks + split.remarks)


def understand_for(files: Mapping[str, Path], task: Task, *, choices: Choices = NO_CHOICES) -> Understanding:
    """Find out how files of one network take the items of a task that exists, whose data stay as they are.

    Args:
        files: of the network, by format; inputs and outputs are put in order, as by `understand`.
        task: built-in, or the user's own.
        choices: of output and layout.

    Raises:
        FileRefused: as for `understand`.
    """
    test = task.test()
    items, *others = parts(test.inputs)
    names = (test.inputs.dtype.names or ())[1:]
    data = RawData(items, test.targets, None, others=dict(zip(names, others, strict=True)))
    opened = _open(files, data)
    as_they_are = tuple(range(items.ndim - 1))
    ways = [way for way in _ways(items, opened.main, choices) if way.order == as_they_are]
    if not ways:
        raise FileRefused(f"The model takes the items of {task.name} only turned, and these stay as they are.")
    outputs = opened.first_outputs(ways[0], items)
    heads = heads_for(task, test.targets, opened.interface.outputs, outputs, choices)
    fit = _fit(files, opened, data, ways, heads, Preparation())
    return fit.told(opened, items.shape[1:], len(test), len(task.calibration()), ())


@dataclass(frozen=True, eq=False)
class _Opened:
    """The first file of a network, and what its inputs take."""

    interface: Interface
    fed: Feeding
    network: Network

    @property
    def main(self) -> Port:
        """The input that takes the items."""
        return self.interface.inputs[self.fed.order[0]]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the inputs, the one that takes the items first."""
        return tuple(self.interface.inputs[index].name for index in self.fed.order)

    def first_outputs(self, way: Arrangement, stored: Array) -> tuple[Array, ...]:
        """Every output for the first item."""
        item = self.network.items(way.apply(stored[:1]), Preparation(), np.array([0]))[0]
        return open_session(self.network.path, self.network.format, way.layout).predict(item)


def _open(files: Mapping[str, Path], data: RawData) -> _Opened:
    format, path = next(iter(files.items()))
    for name, own in files.items():
        FORMATS[name].plain(own)
    interface = probe(path, format)
    fed = feeding(interface, data)
    opened = _Opened(
        interface, fed, Network(path, format, _dtype(data.items, interface.inputs[fed.order[0]]), fed.further)
    )
    FORMATS[format].reorder(path, opened.names, ())
    return opened


def _dtype(items: Array, port: Port) -> str:
    """Type of prepared items: whole numbers where the input takes plain ones, else real ones."""
    if port.dtype.kind not in "iub" or port.scale:
        return "float32"
    whole = items.dtype.kind in "iub" or bool((finite_items(items)).all() and (items == np.rint(items)).all())
    return "int32" if whole else "float32"


def _ways(items: Array, port: Port, choices: Choices) -> list[Arrangement]:
    """Arrangements that fit, of the chosen layout if there is one.

    Raises:
        FileRefused: there is none.
    """
    ways = arrangements(items.shape[1:], port.shape[1:])
    chosen = [way for way in ways if choices.layout in (None, way.layout)]
    if not chosen:
        raise FileRefused(f"The items do not fit the model {choices.layout}; they fit {ways[0].layout}.")
    return chosen


@dataclass(frozen=True, eq=False)
class _Fit:
    """What fits.

    Attributes:
        tried: every way.
        best: the one that is used.
        usable: which items are, shape (M,).
        layouts: of the first input of each file, by format.
        remarks: what was found, a sentence each.
    """

    tried: Sequence[Try]
    best: Try
    usable: Indices
    layouts: Mapping[str, Layout]
    remarks: tuple[str, ...]

    def told(
        self, opened: _Opened, shape: tuple[int, ...], test: int, calibration: int, remarks: tuple[str, ...]
    ) -> Understanding:
        """All of it, for the person."""
        further = opened.fed.further.items()
        return Understanding(
            layouts=self.layouts,
            shape=shape,
            dtype=opened.network.dtype,
            further=tuple(FurtherInput(name, array.shape[1:], str(array.dtype)) for name, array in further),
            output=self.best.head.name,
            preparation=self.best.preparation,
            metric=self.best.head.metric.name,
            classes=self.best.head.classes,
            test_items=test,
            calibration_items=calibration,
            trials=trials(self.tried),
            remarks=(*remarks, *opened.fed.remarks, *self.remarks),
        )


def _fit(
    files: Mapping[str, Path],
    opened: _Opened,
    data: RawData,
    ways: Sequence[Arrangement],
    heads: Sequence[Head],
    preparation: Preparation | None,
) -> _Fit:
    """Try every way, check the best one, and put the files in its order."""
    network = opened.network
    usable = np.flatnonzero(_usable(data, heads[0].targets, opened.fed))
    if not len(usable):
        raise FileRefused("No item can be used: each holds NaN or infinity, or has no label.")
    sample = np.random.default_rng(SEED).permutation(usable)[:SAMPLE]
    tried = tries(network, data.items, sample, ways, heads, preparation)
    if not any(np.isfinite(one.output).any() for one in tried):
        raise FileRefused("The model gives no number but NaN or infinity, in every way that was tried.")
    tried = in_found_order(tried)
    best = choose(tried)
    _check_chance(best)
    FORMATS[network.format].reorder(network.path, opened.names, (best.head.name,))
    layout, arranged, rows = best.arrangement.layout, best.arrangement.apply(data.items), sample[:_COMPARED]
    layouts, agreements = {network.format: layout}, []
    for format, path in files.items():
        if format != network.format:
            items = network.items(arranged, best.preparation, rows)
            reference = network.predict(layout, arranged, best.preparation, rows)
            placed = place(path, format, opened.names, items, reference, best.head.metric, layout)
            layouts[format] = placed.layout
            agreements.append(placed.remark)
    remarks = (
        *_of_outputs(opened.interface, best, heads),
        *best.head.remarks,
        *_of_items(data, sample, best, preparation),
        *agreements,
    )
    return _Fit(tried, best, usable, layouts, remarks)


def _usable(data: RawData, targets: Array | None, fed: Feeding) -> Bools:
    """Which items are finite and have a target."""
    usable: Bools = finite_items(data.items)
    for array in fed.further.values():
        usable = usable & finite_items(array)
    if targets is not None:
        usable = usable & (targets >= 0 if targets.dtype.kind == "i" else finite_items(targets))
    return usable


def _calibration(interface: Interface, data: RawData, arrangement: Arrangement) -> tuple[Array, ...]:
    """What each input takes of the finite items that calibrate."""
    fed = feeding(interface, data)
    usable = _usable(data, None, fed)
    return tuple(array[usable] for array in (arrangement.apply(data.items), *fed.further.values()))


def _of_outputs(interface: Interface, best: Try, heads: Sequence[Head]) -> tuple[str, ...]:
    """Which of several outputs is the scores, and how it was found."""
    if len(interface.outputs) == 1:
        return ()
    names = ", ".join(port.name for port in interface.outputs)
    how = "found by trying" if len(heads) > 1 and len(best.sample) >= ENOUGH else "taken"
    return (f"Of its outputs {names}, {best.head.name!r} was {how} as the scores.",)


def _of_items(data: RawData, sample: Indices, best: Try, preparation: Preparation | None) -> tuple[str, ...]:
    """What is to be said of the items."""
    remarks = []
    broken = int((~finite_items(data.items)).sum())
    if broken:
        remarks.append(f"{broken:,} of {len(data.items):,} items hold NaN or infinity and are left out.")
    if best.scores is not None and len(sample) < ENOUGH and preparation is None:
        remarks.append(
            f"Of {len(sample)} labelled items no way to prepare them can be told to be better, so none was tried; "
            f"{ENOUGH} are needed."
        )
    return tuple(remarks)


def _check_chance(best: Try) -> None:
    """Refuse what cannot be right; fewer than `ENOUGH` items tell nothing.

    Raises:
        FileRefused: the best predictor that ignores its input is not surely worse.
    """
    metric, targets = best.head.metric, best.head.targets
    if targets is None or best.scores is None or len(best.sample) < ENOUGH:
        return
    own = targets[best.sample]
    chance = metric.chance_scores(own)
    if not surely_better(metric, best.scores, chance):
        value, level = (figure(metric.value(scores), metric.unit) for scores in (best.scores, chance))
        raise FileRefused(
            f"The model is at chance level on these data, in every way that was tried ({metric.noun} {value} on "
            f"{len(own)} items, {level} by {metric.chance_title}): are they of its kind, and are the labels in the "
            "order of its outputs?"
        )
