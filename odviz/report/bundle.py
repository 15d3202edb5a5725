"""Everything that it takes to run a variant on a device, in one archive."""

from __future__ import annotations

import hashlib
import io
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from odviz.analysis.analysis import Analysis
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.candidates import Candidate
from odviz.charts.text import lines
from odviz.domain.errors import FileRefused, UnknownName
from odviz.domain.model import Layout
from odviz.domain.rights import Right
from odviz.domain.text import capital
from odviz.formats import FORMATS
from odviz.library.rights import require
from odviz.report import card_text
from odviz.services import cards, catalogue, naming
from odviz.services.archive import zipped
from odviz.services.model_file import ModelFile, checked
from odviz.services.shipping import Origin, Shipment, shipment
from odviz.tasks import TASKS

_ITEM = "item.npy"
_ITEM_EXPRESSION = f'numpy.load("{_ITEM}")  # one item, prepared as README.md says'
SUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Bundle:
    """An archive.

    Attributes:
        name: suggested name of the file.
        content: a zip archive of one folder; the same for the same benchmark, variant and device.
    """

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Example:
    """An item of the test set.

    Attributes:
        content: of `item.npy`: one item in the layout of the file, with the batch axis.
        label: what the model predicted for it; empty where predictions were not kept or have no label.
        truth: what it is; empty without labels.
    """

    content: bytes
    label: str
    truth: str


def bundle(data: BenchmarkData, analysis: Analysis, candidate: Candidate) -> Bundle:
    """Model file, labels, preparation of items, code, card, instructions and checksums.

    Args:
        data: of the benchmark.
        analysis: of the data, on this host or on a device.
        candidate: one of the analysis.

    Raises:
        Forbidden: this session gets no files.
        FileRefused: the file is not kept in a format for the device, or has changed.
        UnknownName: its task no longer exists.
        IntegrityError: a file of the task's data is not the recorded one.
    """
    require(Right.CHANGE)
    shipped = shipment(data, candidate, analysis.device, analysis.target, _ITEM_EXPRESSION)
    if shipped.file is None or shipped.model is None:
        variant = shipped.variant
        raise FileRefused(
            f"There is no {FORMATS[variant.format].title} file of {variant.label} yet; `odviz variants {variant.task} "
            f"{variant.model} --recipe '{variant.recipe}' --format {variant.format}` makes it."
        )
    files = _files(shipped, shipped.file, data)
    example = _example(data, candidate, shipped.file.artifact.layout)
    if example is not None:
        files[_ITEM] = example.content
    files["README.md"] = _readme(shipped, analysis, candidate, example, sorted(files)).encode()
    files[SUMS] = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()
    folder = shipped.file.stem + (f"-{analysis.device.name}" if analysis.device else "")
    return Bundle(f"{folder}.zip", zipped({f"{folder}/{name}": files[name] for name in sorted(files)}))


def _files(shipped: Shipment, file: ModelFile, data: BenchmarkData) -> dict[str, bytes]:
    task, model = TASKS[shipped.variant.task], shipped.model
    assert model is not None  # of a shipment with a file
    files = {file.stem + path.suffix: path.read_bytes() for path in checked(file.artifact)}
    files |= shipped.deployment.sources(model, files[model.file])
    files |= {source.name: source.code.encode() for source in shipped.instructions.files}
    files |= task.preparation()
    if task.classes():
        files["labels.txt"] = "".join(f"{name}\n" for name in task.classes()).encode()
    with suppress(UnknownName):  # a model that was removed since
        card = cards.model_card_of(catalogue.model(task.name, shipped.variant.model), data)
        files["MODEL_CARD.md"] = card_text.markdown(card).encode()
    return files


def _example(data: BenchmarkData, candidate: Candidate, layout: Layout) -> _Example | None:
    """The first item of the test set; None if the test set is empty, or its items have several parts."""
    task = TASKS[candidate.host_point.variant.task]
    test, classes = task.test(), task.classes()
    if not len(test) or test.inputs.dtype.names:
        return None
    item = test.inputs[0]
    if layout is Layout.CHANNELS_FIRST:
        item = np.moveaxis(item, -1, 0)
    stored = io.BytesIO()
    np.save(stored, np.ascontiguousarray(item[np.newaxis]))
    predictions = data.predictions.get(candidate.host_point)
    outputs = predictions.outputs if predictions else None
    label = classes[int(outputs[0][0].argmax())] if classes and outputs else ""
    return _Example(stored.getvalue(), label, classes[int(test.targets[0])] if classes else "")


_CONTENTS = {
    _ITEM: "an item of the test set, as a NumPy array; its numbers lie at the end of the file, little-endian",
    "labels.txt": "names of the classes, one a line, in the order of the model's scores",
    "normalisation.json": "mean and spread of each channel, for the preparation of items",
    "tokenizer.json": "the tokenizer of the texts, for the package tokenizers",
    "MODEL_CARD.md": "how the model was trained, what it is meant for, and where it fails",
    "model_data.h": "the model as a C array",
    "model_data.cc": "the model as a C array",
}


def _readme(
    shipped: Shipment, analysis: Analysis, candidate: Candidate, example: _Example | None, names: list[str]
) -> str:
    variant, task, guide = shipped.variant, TASKS[shipped.variant.task], shipped.instructions
    title = f"{naming.model(variant.task, variant.model)} · {naming.recipe(variant.recipe)}"
    place = shipped.device or "the machine that measured it"
    figures = lines(candidate, title, analysis.objectives)[1:]
    sources = {source.name for source in guide.files}
    parts = [f"# {title}\n\nFor {place}: {shipped.deployment.title}. {task.summary}"]
    if shipped.origin is Origin.SAME_RECIPE:
        parts.append(
            f"The model file is of the format {FORMATS[variant.format].title}; what was measured is the "
            f"{FORMATS[candidate.host_point.variant.format].title} file of the same recipe. The "
            "two may differ a little in accuracy."
        )
    parts += [f"## What it takes\n\n{capital(task.takes)}.", "## How to run it"]
    if guide.refusal:
        parts.append(guide.refusal)
    parts.append("\n".join(f"{number}. {step}" for number, step in enumerate(guide.steps, start=1)))
    if example is not None and example.label:
        parts.append(f"`{_ITEM}` is “{example.truth}”; the model that was measured says “{example.label}”.")
    if shipped.software:
        parts.append(f"The figures below are of {shipped.software} on this device; this code may take another time.")
    parts.append("## What was found\n\n" + "\n".join(f"- {figure}" for figure in figures))
    described = (f"- `{name}`: {_CONTENTS.get(name, 'code' if name in sources else 'the model')}" for name in names)
    parts.append("## Files\n\n" + "\n".join(described))
    parts.append(f"`sha256sum -c {SUMS}` checks that they are whole.")
    return "\n\n".join(parts) + "\n"
