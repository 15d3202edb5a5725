"""Models and data of a person's own: added, listed, removed. Built-in ones are never changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import IO

from odviz.domain.errors import InputError, StoreError
from odviz.domain.model import Model
from odviz.domain.own_task import NO_CHOICES, Choices, OwnTask, Understanding
from odviz.domain.rights import Right
from odviz.formats import FORMATS
from odviz.library import models as library
from odviz.library import own_tasks
from odviz.library.files import printable
from odviz.library.rights import require
from odviz.library.scratch import scratch, temporary_folder
from odviz.library.sources import user
from odviz.metrics import METRICS
from odviz.services import intake
from odviz.services.description import FIELDS, describe
from odviz.store import Store
from odviz.tasks import TASKS


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
    data: Path | None = None,
    *,
    name: str = "",
    title: str = "",
    choices: Choices = NO_CHOICES,
    calibration: Path | None = None,
    task: str = "",
) -> Added:
    """Add one network with its data; everything in the files is read by a child process only.

    Args:
        files: of the network: one format, or several; or the archive that a program exported it in, and the file that
            names its classes.
        data: a file, folder or zip archive of items, as `odviz.importing.readers` take them; without labels
            variants are compared with the network. Without data and task the inputs are random.
        name: of the model and its task; by default from its title, or from the name of the first file.
        title: as shown; by default the name.
        choices: of the person; what they leave out is found by trying.
        calibration: items for the quantizers alone, like the data; by default a part of these.
        task: a task that exists, built-in or the person's own, whose items the network takes.

    Raises:
        UnknownName: no such metric or task.
        InputError: a name that is taken or cannot be one, or a network that was added before.
        FileRefused: a file cannot be used; says why and what would work.
        StoreError: the folder cannot be written.
    """
    for path in (*files, *(one for one in (data, calibration) if one and not one.is_dir())):
        intake.check_file(path)
    if choices.metric:
        METRICS[choices.metric]
    if task and (data or calibration):
        raise InputError(f"The items are those of {task}; leave out the data, or the task.")
    task = TASKS[task].name if task else ""
    with _scratch() as folder:
        unpacked = intake.unpacked(files, folder)
        by_format = intake.by_format_of([Path(path) for path in unpacked.files])
        if unpacked.classes and not choices.classes:
            choices = replace(choices, classes=unpacked.classes)
        name = name or intake.slug(title) or intake.slug(files[0].stem)
        intake.check_name(name, task)
        intake.check_new(by_format)
        key = f"{task or name}/{name}"
        understanding = intake.bring(
            folder, by_format, intake.ItemSource(data, calibration, task, keeps=bool(task)), key, title or name, choices
        )
        intake.check_new(intake.by_format_of([path for path in (folder / "model").iterdir() if _is_model(path)]))
        _keep(folder, key)
    return Added(task or name, name, understanding)


def correct(name: str, choices: Choices) -> Added:
    """Understand a model of the person's own again, by the items that are kept of it; a refusal changes nothing.

    Args:
        name: of the model and its data.
        choices: replace what was understood; preparation and metric stay if they are left out.

    Raises:
        InputError: there are no data of this name.
        FileRefused: the model does not fit its data in this way.
        StoreError: the folder cannot be written.
    """
    record, model = own_task(name), library.load_model(name, name)
    files = {format: Path(artifact.path) for format, artifact in model.dense.artifacts.items()}
    whole = replace(
        choices, metric=choices.metric or record.metric, preparation=choices.preparation or record.preparation
    )
    with _scratch() as folder:
        understanding = intake.bring(folder, files, intake.ItemSource(task=name), f"{name}/{name}", model.title, whole)
        _keep(folder, f"{name}/{name}")
    describe(name, name, {field.name: getattr(model, field.name) for field in FIELDS})
    return Added(name, name, understanding)


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder beside the person's models.

    Raises:
        StoreError: it cannot be written.
    """
    parent = user().models.path.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        own_tasks.remove_halves()
        with scratch(parent) as folder:
            yield folder
    except OSError as error:
        raise StoreError(f"{parent} cannot be written: {error.strerror or error}. Nothing was changed.") from error


def _keep(folder: Path, key: str) -> None:
    """Move a model, and its data set if one was made, to their places."""
    intake.move(folder / "model", user().models.path / key)
    if (folder / "dataset").exists():
        intake.move(folder / "dataset", user().datasets.path / key.partition("/")[0])  # which makes both visible


def _is_model(path: Path) -> bool:
    return any(path.suffix in format.suffixes for format in FORMATS)


@dataclass(frozen=True, slots=True)
class Uploads:
    """Files that a person uploaded, by the name that their machine has for each.

    Attributes:
        model: files of the network.
        data: files of items.
        calibration: files of items for the quantizers alone.
        title: of the model.
    """

    model: Mapping[str, IO[bytes]]
    data: Mapping[str, IO[bytes]]
    calibration: Mapping[str, IO[bytes]]
    title: str = ""


def add_uploads(uploads: Uploads) -> Added:
    """Add one network with its data from uploaded files; see `add`."""
    with temporary_folder() as folder:
        model = _stored(uploads.model, folder / "model")
        data = _whole(_stored(uploads.data, folder / "data"))
        calibration = _whole(_stored(uploads.calibration, folder / "calibration"))
        return add(model, data, calibration=calibration, title=uploads.title)


def _whole(files: Sequence[Path]) -> Path | None:
    """The one file, or the folder of several."""
    return None if not files else files[0] if len(files) == 1 else files[0].parent


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
        Forbidden: this session may not do that.
        UnknownName: no such model.
        InputError: a built-in one.
        StoreError: it cannot be removed.
    """
    require(Right.CHANGE)
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
