"""Models, built-in and the user's own: one folder a model, described by the record in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from odviz.domain.errors import FileRefused, IntegrityError, UnknownName
from odviz.domain.model import Artifact, Checkpoint, Layout, Model
from odviz.library.files import printable, read_text
from odviz.library.sources import Folder, built_in, user

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
    folders = _folders(task)
    if name not in folders:
        raise UnknownName(f"model for {task}", name, sorted(folders))
    folder, relative = folders[name], f"{task}/{name}/{RECORD}"
    path = folder.file(relative)
    try:
        return _model(folder, task, name, json.loads(read_text(path, LARGEST, "model record")))
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise IntegrityError(f"{printable(path)} is not a model record ({type(error).__name__}: {error}).") from error


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
            models.append(load_model(task, name))
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
    folders = _folders(task)
    if name not in folders:
        raise UnknownName(f"model for {task}", name, sorted(folders))
    folder, relative = folders[name], f"{task}/{name}/README.md"
    if not (folder.path / relative).is_file():
        return ""
    return read_text(folder.file(relative), LARGEST, "model card")


def _names(folder: Folder, task: str) -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in (folder.path / task).glob(f"*/{RECORD}")))


def _folders(task: str) -> dict[str, Folder]:
    """The models folder that holds each of a task's models."""
    names = [name for name in _names(user().models, task) if _refusal(task, name) is None]
    return dict.fromkeys(names, user().models) | dict.fromkeys(_names(built_in().models, task), built_in().models)


def _refusal(task: str, name: str) -> FileRefused | None:
    """Why a model of the user's cannot have this name; None if it can."""
    if name.casefold() in map(str.casefold, _names(built_in().models, task)):
        return FileRefused(f"{task}/{name} is the name of a built-in model: rename your model in {user().models.path}.")
    if not _NAME.fullmatch(name):
        return FileRefused(f"{printable(name)!r} cannot name a model: use letters, digits, '-', '_' and '.' only.")
    return None


def _model(folder: Folder, task: str, name: str, record: Mapping[str, Any]) -> Model:
    checkpoints = sorted(
        (_checkpoint(folder, entry) for entry in record["checkpoints"]), key=lambda checkpoint: checkpoint.nominal
    )
    if not checkpoints:
        raise ValueError("it has no checkpoints")
    return Model(
        name=name,
        title=str(record.get("title", name)),
        task=task,
        checkpoints=tuple(checkpoints),
        family=str(record.get("family", "")),
        licence=str(record.get("licence", "")),
        summary=str(record.get("summary", "")),
        training=dict(record.get("training", {})),
    )


def _checkpoint(folder: Folder, entry: Mapping[str, Any]) -> Checkpoint:
    return Checkpoint(
        artifacts={name: _artifact(folder, name, file) for name, file in entry["artifacts"].items()},
        macs=int(entry["macs"]),
        parameters=int(entry["parameters"]),
        nominal=int(entry.get("nominal", 0)),
        removed_macs=float(entry.get("removed_macs", 0.0)),
        test_accuracy=None if entry.get("test_accuracy") is None else float(entry["test_accuracy"]),
    )


def _artifact(folder: Folder, format: str, file: Mapping[str, Any]) -> Artifact:
    path = folder.inside(file["path"])
    return Artifact(str(path), file["sha256"], int(file["bytes"]), format, Layout(file["layout"]))
