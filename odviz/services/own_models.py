"""Models and data of a person's own: added, listed, removed. Built-in ones are never changed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import IO

from odviz.domain.errors import FileRefused, InputError, RunFailed, StoreError
from odviz.domain.model import Artifact, GraphFacts, Model
from odviz.domain.own_task import NO_CHOICES, Choices, OwnTask, Understanding
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
from odviz.library.scratch import scratch, temporary_folder
from odviz.library.sources import user
from odviz.metrics import METRICS
from odviz.serialization import to_json
from odviz.store import Store
from odviz.tasks import TASKS
from odviz.worker.protocol import InspectFile, Understand, Unpack, Unpacked

LARGEST = 1 << 30
"""Most bytes of a model file, and of a data file."""

ADDING_S = 300.0
"""Longest that a model may take to be understood."""


@dataclass(frozen=True, slots=True)
class Added:
    """A model that was added.

    Attributes:
        task: name of the task that its data became.
        model: its name.
        understanding: how both fit together.
    """

    task: str
    model: str
    understanding: Understanding


def add(
    files: Sequence[Path],
    data: Path,
    *,
    name: str = "",
    title: str = "",
    choices: Choices = NO_CHOICES,
    instead_of: Added | None = None,
) -> Added:
    """Add one network with its data; everything in the files is read by a child process only.

    Args:
        files: of the network: one format, or several; or the archive that a program exported it in, and the file that
            names its classes.
        data: a file, folder or zip archive of items, as `odviz.importing.readers` take them; without labels
            variants are compared with the network.
        name: of the model and its task; by default from its title, or from the name of the first file.
        title: as shown; by default the name.
        choices: of the person; what they leave out is found by trying.
        instead_of: a model that this one, of the same files, takes the place of.

    Raises:
        UnknownName: no such metric.
        InputError: a name that is taken or cannot be one, or a network that was added before.
        FileRefused: a file cannot be used; says why and what would work.
        StoreError: the folder cannot be written.
    """
    for path in (*files, *([] if data.is_dir() else [data])):
        _check_file(path)
    if choices.metric:
        METRICS[choices.metric]
    parent = user().models.path.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        own_tasks.remove_halves()
        with scratch(parent) as folder:
            unpacked = _unpacked(files, folder)
            by_format = _by_format([Path(path) for path in unpacked.files])
            if unpacked.classes and not choices.classes:
                choices = replace(choices, classes=unpacked.classes)
            if instead_of:
                name = instead_of.model
            else:
                name = name or _slug(title) or _slug(files[0].stem)
                _check_name(name)
                _check_new(by_format)
            understanding = _understood(folder, by_format, data, name, title or name, choices)
            _move(folder / "model", user().models.path / name / name)
            _move(folder / "dataset", user().datasets.path / name)  # which makes both visible
    except OSError as error:
        raise StoreError(f"{parent} cannot be written: {error.strerror or error}. Nothing was added.") from error
    return Added(name, name, understanding)


@dataclass(frozen=True, slots=True)
class Uploads:
    """Files that a person uploaded, by the name that their machine has for each.

    Attributes:
        model: files of the network.
        data: files of items.
        title: of the model.
    """

    model: Mapping[str, IO[bytes]]
    data: Mapping[str, IO[bytes]]
    title: str = ""


def add_uploads(uploads: Uploads, choices: Choices = NO_CHOICES, instead_of: Added | None = None) -> Added:
    """Add one network with its data from uploaded files; see `add`."""
    with temporary_folder() as folder:
        model = _stored(uploads.model, folder / "model")
        data = _stored(uploads.data, folder / "data")
        whole = data[0] if len(data) == 1 else folder / "data"
        return add(model, whole, title=uploads.title, choices=choices, instead_of=instead_of)


def _stored(uploads: Mapping[str, IO[bytes]], folder: Path) -> list[Path]:
    """Uploaded files, written into a new folder."""
    folder.mkdir()
    paths = []
    for name, content in uploads.items():
        path = folder / (PurePath(name.replace("\\", "/")).name or "file")
        content.seek(0)
        with path.open("wb") as copy:
            shutil.copyfileobj(content, copy)
        paths.append(path)
    return paths


def exists(task: str, model: str) -> bool:
    """Whether a model of the person's own is still there."""
    return task in own_tasks.own_tasks()[0] and model in library.model_names(task)


def models() -> tuple[Model, ...]:
    """The person's own models, of own tasks and of built-in ones, by task and name."""
    own = user().models.path
    return tuple(
        model
        for task in TASKS
        for model in library.load_models(task.name)[0]
        if Path(next(iter(model.dense.artifacts.values())).path).is_relative_to(own)
    )


def own_task(name: str) -> OwnTask:
    """The record of one of the person's own tasks.

    Raises:
        InputError: there is none of this name.
    """
    records, _ = own_tasks.own_tasks()
    if name not in records:
        raise InputError(f"{name!r} is no data of your own: {', '.join(records) or 'there is none'}.")
    return records[name]


def remove(store: Store, task: str, model: str) -> tuple[str, ...]:
    """Remove one of the person's own models; its data go with the last model of them.

    Args:
        store: where benchmarks are looked for.
        task: of the model.
        model: its name.

    Returns:
        Ids of the benchmarks that measured it; they keep their figures.

    Raises:
        UnknownName: no such model.
        InputError: a built-in one.
        StoreError: it cannot be removed.
    """
    loaded = library.load_model(TASKS[task].name, model)
    folder = user().models.path / task / model
    if loaded not in models():
        raise InputError(f"{model} is a built-in model of {task}; those stay.")
    losing = benchmarks_of(store, task, model)
    try:
        shutil.rmtree(folder)
        if task in own_tasks.own_tasks()[0] and not any(one.task == task for one in models()):
            shutil.rmtree(user().datasets.path / task)
            shutil.rmtree(folder.parent, ignore_errors=True)
    except OSError as error:
        raise StoreError(f"{printable(folder)} cannot be removed: {error.strerror or error}.") from error
    return losing


def benchmarks_of(store: Store, task: str, model: str) -> tuple[str, ...]:
    """Ids of the benchmarks that measured a model, newest first."""
    return tuple(
        record.id
        for record in store.benchmarks(task=task)
        if any(point.variant.model == model for point in store.points(record.id))
    )


def _unpacked(files: Sequence[Path], folder: Path) -> Unpacked:
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


def _by_format(files: Sequence[Path]) -> dict[str, Path]:
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


def _check_file(path: Path) -> None:
    """Refuse what is no file of a usual size."""
    if not path.is_file():
        raise FileRefused(f"{printable(path)} is no file.")
    if path.stat().st_size > LARGEST:
        raise FileRefused(f"{printable(path)} is larger than {LARGEST >> 20:,} MB, the most that can be added.")


def _data_files(data: Path) -> list[Path]:
    return sorted(path for path in data.rglob("*") if path.is_file()) if data.is_dir() else [data]


def _slug(stem: str) -> str:
    return re.sub(r"[^a-z0-9_.-]+", "-", stem.lower()).strip("-._")[:64]


def _check_name(name: str) -> None:
    if not own_tasks.NAME.fullmatch(name):
        raise InputError(f"{printable(name)!r} cannot name a model: use small letters, digits, '-', '_' and '.' only.")
    if name in TASKS:
        raise InputError(f"There is a task {name!r} already; give the model another name, or remove that one first.")


def _check_new(by_format: Mapping[str, Path]) -> None:
    """Refuse a network that was added before.

    Raises:
        InputError: it was; says under which name.
    """
    own = {digest(FORMATS[format].files(path)) for format, path in by_format.items()}
    for task in TASKS:
        for model in library.load_models(task.name)[0]:
            if own & {artifact.sha256 for artifact in model.dense.artifacts.values()}:
                raise InputError(f"The same file is the model {model.name!r} of {task.name!r} already.")


def _understood(
    folder: Path,
    by_format: Mapping[str, Path],
    data: Path,
    name: str,
    title: str,
    choices: Choices,
) -> Understanding:
    """Copy the files into a folder, have a child find out how they fit, and write the records beside them."""
    model, dataset = folder / "model", folder / "dataset"
    model.mkdir()
    dataset.mkdir()
    copies = {}
    for format, path in by_format.items():
        copies[format] = model / f"{name}{FORMATS[format].suffixes[0]}"
        for file in FORMATS[format].files(path):
            shutil.copyfile(file, copies[format].with_name(copies[format].name + file.name.removeprefix(path.name)))
    try:
        limit, folders = THOROUGH.memory_limit_bytes, [model, dataset]
        with Child(timeout_s=ADDING_S, memory_limit_bytes=limit, folders=folders) as child:
            paths = {format: str(path) for format, path in copies.items()}
            understanding = child.request(Understand(paths, str(data), str(dataset), choices))
            shapes = (understanding.shape, *(one.shape for one in understanding.further))
            facts = [
                child.request(InspectFile(path, format, layout.batches(shapes)))
                for format, path in paths.items()
                for layout in [understanding.layouts[format]]
            ]
    except RunFailed as error:
        raise FileRefused(visible(error.failure.reason)) from error
    artifacts = {
        format: Artifact(
            f"{name}/{name}/{path.name}", digest(files), size_bytes(files), format, understanding.layouts[format]
        )
        for format, path in copies.items()
        for files in [FORMATS[format].files(path)]
    }
    if not facts[0].macs or not facts[0].parameters:
        raise FileRefused("The model multiplies nothing with weights, so there is nothing in it to compress.")
    text = _record(title, artifacts, facts[0])
    library.check_record(name, name, text)
    (model / library.RECORD).write_text(text)
    (dataset / LABELS).write_text(json.dumps({"classes": understanding.classes}, ensure_ascii=False))
    record = OwnTask(
        title=title,
        metric=understanding.metric,
        shape=understanding.shape,
        dtype=understanding.dtype,
        preparation=understanding.preparation,
        classes=understanding.classes,
        further=understanding.further,
        sources=(
            (data.name, digest(_data_files(data))),
            *((path.name, digest_of(path)) for path in by_format.values()),
        ),
        remarks=understanding.remarks,
    )
    (dataset / own_tasks.RECORD).write_text(to_json(record, indent=1))
    return understanding


def _record(title: str, artifacts: Mapping[str, Artifact], counts: GraphFacts) -> str:
    """The record of a model, as `odviz.library.models` reads it."""
    files = {
        format: {"path": one.path, "sha256": one.sha256, "bytes": one.size_bytes, "layout": one.layout}
        for format, one in artifacts.items()
    }
    checkpoint = {"macs": counts.macs, "parameters": counts.parameters, "artifacts": files}
    return json.dumps({"title": title, "checkpoints": [checkpoint]}, ensure_ascii=False, indent=1)


def _move(made: Path, target: Path) -> None:
    """Move a complete folder to its place, over what a killed program left there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        shutil.rmtree(target)
    made.rename(target)
