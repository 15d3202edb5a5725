"""Models, built-in and the user's own: one folder a model, described by the record in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from odviz.domain.errors import FileRefused, IntegrityError, UnknownName
from odviz.domain.model import Artifact, Layout, Model
from odviz.library.files import printable, read_text
from odviz.library.sources import Folder, built_in, user
from odviz.serialization import convert, from_json

RECORD = "record.json"

LARGEST = 1 << 20
"""Most bytes of a record."""

_NAME = re.compile(r"\w[\w.-]*")
"""A name that can be part of a variant's key."""


def model_names(task: str) -> tuple[str, ...]:
    """Names of a task's models, sorted."""
    return tuple(sorted(_folders(task)))


def load_model(task: str, name: str) -> Model:
    """One model; the paths of its artifacts are absolute.

    Args:
        task: name of its task.
        name: name of the model.

    Raises:
        UnknownName: the task has no such model; lists those it has.
        FileRefused: its record cannot be read.
        IntegrityError: its record is not the recorded file, or describes no model.
    """
    return _load(_folder(task, name), task, name)


def _load(folder: Folder, task: str, name: str) -> Model:
    path = folder.file(f"{task}/{name}/{RECORD}")
    try:
        return _model(folder, task, name, read_text(path, LARGEST, "model record"))
    except ValueError as error:
        raise IntegrityError(f"{printable(path)} is not a model record: {error}.") from error


def load_models(task: str) -> tuple[tuple[Model, ...], tuple[FileRefused, ...]]:
    """Every model of a task, sorted by name, and the errors of the user's models that cannot be loaded.

    Raises:
        IntegrityError: the record of a built-in model is not the recorded file.
    """
    models: list[Model] = []
    refusals = (_refusal(task, name) for name in _names(user().models, task))
    errors = [error for error in refusals if error is not None]
    for name, folder in sorted(_folders(task).items()):
        try:
            models.append(_load(folder, task, name))
        except FileRefused as error:
            if folder.manifest:
                raise
            errors.append(error)
    return tuple(models), tuple(errors)


def model_card(task: str, name: str) -> str:
    """The model's card in Markdown; empty if it has none.

    Raises:
        UnknownName: the task has no such model.
        FileRefused: the card cannot be used.
    """
    folder, relative = _folder(task, name), f"{task}/{name}/README.md"
    if not (folder.path / relative).is_file():
        return ""
    return read_text(folder.file(relative), LARGEST, "model card")


def _names(folder: Folder, task: str) -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in (folder.path / task).glob(f"*/{RECORD}")))


def _folders(task: str) -> dict[str, Folder]:
    """The models folder that holds each of a task's models."""
    names = [name for name in _names(user().models, task) if _refusal(task, name) is None]
    return dict.fromkeys(names, user().models) | dict.fromkeys(_names(built_in().models, task), built_in().models)


def _folder(task: str, name: str) -> Folder:
    folders = _folders(task)
    if name not in folders:
        raise UnknownName(f"model for {task}", name, sorted(folders))
    return folders[name]


def _refusal(task: str, name: str) -> FileRefused | None:
    """Why a model of the user's cannot have this name; None if it can."""
    if name.casefold() in map(str.casefold, _names(built_in().models, task)):
        return FileRefused(f"{task}/{name} is the name of a built-in model: rename your model in {user().models.path}.")
    if not _NAME.fullmatch(name):
        return FileRefused(f"{printable(name)!r} cannot name a model: use letters, digits, '-', '_' and '.' only.")
    return None


@dataclass(frozen=True, slots=True)
class _FileRecord:
    """A file of a checkpoint; `path` is relative to the models folder."""

    path: str
    sha256: str
    bytes: int
    layout: Layout


@dataclass(frozen=True, slots=True)
class _CheckpointFiles:
    artifacts: Mapping[str, _FileRecord]


@dataclass(frozen=True, slots=True)
class _ModelFiles:
    """The files in a record; all else in it is a `Model` as it is."""

    checkpoints: tuple[_CheckpointFiles, ...]


def _model(folder: Folder, task: str, name: str, text: str) -> Model:
    record = from_json(dict[str, Any], text)
    files = convert(_ModelFiles, record)
    if not files.checkpoints:
        raise ValueError("it has no checkpoints")
    artifacts = [
        {
            format: Artifact(str(folder.inside(file.path)), file.sha256, file.bytes, format, file.layout)
            for format, file in checkpoint.artifacts.items()
        }
        for checkpoint in files.checkpoints
    ]
    checkpoints = [
        {**checkpoint, "artifacts": own} for checkpoint, own in zip(record["checkpoints"], artifacts, strict=True)
    ]
    title = record.get("title") or name
    model = convert(Model, {**record, "name": name, "title": title, "task": task, "checkpoints": checkpoints})
    return replace(model, checkpoints=tuple(sorted(model.checkpoints, key=lambda checkpoint: checkpoint.nominal)))
