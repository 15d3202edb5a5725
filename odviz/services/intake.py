"""Model files of a person's own on their way into the library: checked, understood by a child, recorded."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from odviz.domain.errors import FileRefused, InputError, RunFailed
from odviz.domain.model import Artifact, GraphFacts
from odviz.domain.own_task import Choices, OwnTask, Understanding
from odviz.domain.plan import THOROUGH
from odviz.domain.text import visible
from odviz.execution.child import Child
from odviz.formats import FORMATS
from odviz.formats.base import digest, size_bytes
from odviz.library import models as library
from odviz.library import own_tasks
from odviz.library.datasets import LABELS
from odviz.library.files import printable
from odviz.library.integrity import digest_of
from odviz.serialization import to_json
from odviz.tasks import TASKS
from odviz.worker.protocol import InspectFile, Understand, Unpack, Unpacked

LARGEST = 1 << 30
"""Most bytes of a model file, and of a data file."""

ADDING_S = 300.0
"""Longest that a model may take to be understood."""


def unpacked(files: Sequence[Path], folder: Path) -> Unpacked:
    """Model files, and the names of the classes if a file among them has them; unpacked by a child."""
    suffixes = [suffix for format in FORMATS for suffix in format.suffixes]
    if all(path.suffix.lower() in suffixes for path in files):
        return Unpacked(list(map(str, files)), ())
    (folder / "unpacked").mkdir()
    limit = THOROUGH.memory_limit_bytes
    try:
        with Child(timeout_s=ADDING_S, memory_limit_bytes=limit, folders=[folder / "unpacked"]) as child:
            return child.request(Unpack(list(map(str, files)), str(folder / "unpacked")))
    except RunFailed as error:
        raise FileRefused(error.failure.reason) from error


def by_format_of(files: Sequence[Path]) -> dict[str, Path]:
    """The files by format.

    Raises:
        FileRefused: a file of no format, or two of one.
    """
    by_format: dict[str, Path] = {}
    for path in files:
        formats = [format for format in FORMATS if path.suffix.lower() in format.suffixes]
        if not formats:
            endings = ", ".join(suffix for format in FORMATS for suffix in format.suffixes)
            raise FileRefused(
                f"{printable(path.name)} is no model file that odviz reads ({endings}); export it to one of these."
            )
        if formats[0].name in by_format:
            raise FileRefused(f"Two files are {formats[0].title}; give one file of each format of one network.")
        by_format[formats[0].name] = path
    return by_format


def check_file(path: Path) -> None:
    """Refuse what is no file of a usual size."""
    if not path.is_file():
        raise FileRefused(f"{printable(path)} is no file.")
    if path.stat().st_size > LARGEST:
        raise FileRefused(f"{printable(path)} is larger than {LARGEST >> 20:,} MB, the most that can be added.")


def _data_files(data: Path) -> list[Path]:
    return sorted(path for path in data.rglob("*") if path.is_file()) if data.is_dir() else [data]


def slug(stem: str) -> str:
    """A name from the name of a file, or a title."""
    return re.sub(r"[^a-z0-9_.-]+", "-", stem.lower()).strip("-._")[:64]


def check_name(name: str, task: str) -> None:
    """Refuse a name that a model cannot have.

    Args:
        name: of the model.
        task: that exists; empty for a task of the model's name.

    Raises:
        InputError: it is taken, or of other characters.
    """
    if not own_tasks.NAME.fullmatch(name):
        raise InputError(f"{printable(name)!r} cannot name a model: use small letters, digits, '-', '_' and '.' only.")
    if task and name in library.model_names(task):
        raise InputError(f"There is a model {name!r} of {task} already; give this one another name.")
    if not task and name in TASKS:
        raise InputError(f"There is a task {name!r} already; give the model another name, or remove that one first.")


def check_new(by_format: Mapping[str, Path]) -> None:
    """Refuse a network that was added before.

    Raises:
        InputError: it was; says under which name.
    """
    own = {digest(FORMATS[format].files(path)) for format, path in by_format.items()}
    for task in TASKS:
        for model in library.load_models(task.name)[0]:
            if own & {artifact.sha256 for artifact in model.dense.artifacts.values()}:
                raise InputError(f"The same file is the model {model.name!r} of {task.name!r} already.")


@dataclass(frozen=True, slots=True)
class ItemSource:
    """Where the items come from by which a network is understood; random ones without any.

    Attributes:
        data: file, folder or archive.
        calibration: of further items, for quantizers alone.
        task: whose items are taken.
        keeps: whether the data of the task stay as they are, and are not written anew.
    """

    data: Path | None = None
    calibration: Path | None = None
    task: str = ""
    keeps: bool = False


def bring(
    folder: Path, by_format: Mapping[str, Path], source: ItemSource, key: str, title: str, choices: Choices
) -> Understanding:
    """Copy model files into a folder, have a child find out how they fit, and write the records beside them.

    Args:
        folder: where `model` and, unless the data of a task stay as they are, `dataset` are made.
        by_format: the files.
        source: of the items.
        key: task and name of the model, with a slash between.
        title: of the model.
        choices: of the person.

    Raises:
        InputError: the network was added before.
        FileRefused: a file cannot be used, or does not fit.
    """
    task, name = key.split("/")
    model, dataset = folder / "model", folder / "dataset"
    model.mkdir()
    dataset.mkdir()
    copies = {}
    for format, path in by_format.items():
        copies[format] = model / f"{name}{FORMATS[format].suffixes[0]}"
        for file in FORMATS[format].files(path):
            shutil.copyfile(file, copies[format].with_name(copies[format].name + file.name.removeprefix(path.name)))
    request = Understand(
        {format: str(path) for format, path in copies.items()},
        str(source.data or ""),
        "" if source.keeps else str(dataset),
        choices,
        str(source.calibration or ""),
        source.task,
    )
    understanding, facts = _asked(request, [model, dataset])
    artifacts = {
        format: Artifact(f"{key}/{path.name}", digest(files), size_bytes(files), format, understanding.layouts[format])
        for format, path in copies.items()
        for files in [FORMATS[format].files(path)]
    }
    if not facts.macs or not facts.parameters:
        raise FileRefused("The model multiplies nothing with weights, so there is nothing in it to compress.")
    text = _record(title, artifacts, facts)
    library.check_record(task, name, text)
    (model / library.RECORD).write_text(text)
    if source.keeps:
        dataset.rmdir()
        return understanding
    (dataset / LABELS).write_text(json.dumps({"classes": understanding.classes}, ensure_ascii=False))
    (dataset / own_tasks.RECORD).write_text(to_json(_task(understanding, title, source, by_format), indent=1))
    return understanding


def _asked(request: Understand, folders: list[Path]) -> tuple[Understanding, GraphFacts]:
    """What a child understands, and the facts of the first file."""
    try:
        with Child(timeout_s=ADDING_S, memory_limit_bytes=THOROUGH.memory_limit_bytes, folders=folders) as child:
            understanding = child.request(request)
            shapes = (understanding.shape, *(one.shape for one in understanding.further))
            facts = [
                child.request(InspectFile(path, format, understanding.layouts[format].batches(shapes)))
                for format, path in request.files.items()
            ]
    except RunFailed as error:
        raise FileRefused(visible(error.failure.reason)) from error
    return understanding, facts[0]


def _task(understanding: Understanding, title: str, source: ItemSource, by_format: Mapping[str, Path]) -> OwnTask:
    """The record of the data; that of data which are understood again keeps the names of their files."""
    outputs = [understanding.output, *(trial.output for trial in understanding.trials)]
    if source.task:
        before = own_tasks.own_tasks()[0][source.task]
        sources = before.sources
        outputs += before.outputs
    else:
        data = [(source.data.name, digest(_data_files(source.data)))] if source.data else []
        sources = (*data, *((path.name, digest_of(path)) for path in by_format.values()))
    return OwnTask(
        title=title,
        metric=understanding.metric,
        shape=understanding.shape,
        dtype=understanding.dtype,
        preparation=understanding.preparation,
        classes=understanding.classes,
        further=understanding.further,
        outputs=tuple(dict.fromkeys(outputs)),
        sources=sources,
        remarks=understanding.remarks,
    )


def _record(title: str, artifacts: Mapping[str, Artifact], counts: GraphFacts) -> str:
    """The record of a model, as `odviz.library.models` reads it."""
    files = {
        format: {"path": one.path, "sha256": one.sha256, "bytes": one.size_bytes, "layout": one.layout}
        for format, one in artifacts.items()
    }
    checkpoint = {"macs": counts.macs, "parameters": counts.parameters, "artifacts": files}
    return json.dumps({"title": title, "checkpoints": [checkpoint]}, ensure_ascii=False, indent=1)


def move(made: Path, target: Path) -> None:
    """Move a complete folder to its place, over what a killed program left there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        shutil.rmtree(target)
    made.rename(target)
