"""Models, built-in and the user's own: one folder a model, described by the record in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any

from msgspec import Meta

from odviz.domain.errors import FileRefused, IntegrityError, UnknownName
from odviz.domain.model import Artifact, Checkpoint, Layout, Model
from odviz.domain.text import INVISIBLE, quoted
from odviz.library.files import printable, read_text
from odviz.library.parsing import parse_json
from odviz.library.sources import Folder, built_in, user

RECORD = "record.json"

LARGEST = 1 << 20
"""Most bytes of a record."""

_KIND = "model record"

_NAME = re.compile(r"\w[\w.-]{0,99}")
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
        FileRefused: its record cannot be read, or describes no model.
        IntegrityError: its record is not the recorded file, or names files outside of the models folder.
    """
    return _load(_folder(task, name), task, name)


def check_record(task: str, name: str, text: str) -> None:
    """Check that a record of a model of the user's can be read once it is in its place.

    Raises:
        FileRefused: it describes no model.
    """
    _model(user().models, task, name, parse_json(_Record, text, RECORD, _KIND))


def _load(folder: Folder, task: str, name: str) -> Model:
    path = folder.file(f"{task}/{name}/{RECORD}")
    return _parsed(folder, task, name, read_text(path, LARGEST, _KIND), printable(path))


@lru_cache(maxsize=256)  # a page names the same few models many times
def _parsed(folder: Folder, task: str, name: str, text: str, where: str) -> Model:
    return _model(folder, task, name, parse_json(_Record, text, where, _KIND))


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
        return FileRefused(
            f"{printable(name)!r} cannot name a model: use at most 100 letters, digits, '-', '_' and '.'."
        )
    return None


_Count = Annotated[int, Meta(ge=1, le=10**15)]
_Share = Annotated[float, Meta(ge=0, le=1)]
_Line = Annotated[str, Meta(max_length=200)]
_Text = Annotated[str, Meta(max_length=5000)]


@dataclass(frozen=True, slots=True)
class _FileRecord:
    """A file of a checkpoint; `path` is relative to the models folder."""

    path: _Line
    sha256: Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    bytes: _Count
    layout: Layout


@dataclass(frozen=True, slots=True)
class _CheckpointRecord:
    """See `Checkpoint`."""

    artifacts: Annotated[dict[_Line, _FileRecord], Meta(min_length=1)]
    macs: _Count
    parameters: _Count
    nominal: Annotated[int, Meta(ge=0, lt=100)] = 0
    removed_macs: _Share = 0.0
    test_accuracy: _Share | None = None


@dataclass(frozen=True, slots=True)
class _Record:
    """See `Model`."""

    checkpoints: Annotated[tuple[_CheckpointRecord, ...], Meta(min_length=1)]
    title: _Line = ""
    family: _Line = ""
    licence: _Line = ""
    summary: _Text = ""
    intended_use: _Text = ""
    limits: tuple[_Text, ...] = ()
    training: Mapping[str, Any] = field(default_factory=dict)
    not_for: _Text = ""
    owner: _Line = ""


def _model(folder: Folder, task: str, name: str, record: _Record) -> Model:
    checkpoints = sorted(
        (_checkpoint(folder, checkpoint) for checkpoint in record.checkpoints), key=lambda one: one.nominal
    )
    nominal = [checkpoint.nominal for checkpoint in checkpoints]
    if nominal[0] or len(set(nominal)) < len(nominal):
        raise IntegrityError(f"{task}/{name} needs one checkpoint that is not pruned, and one of each percentage.")
    texts = (record.family, record.licence, record.summary, record.intended_use)
    paths = [file.path for checkpoint in record.checkpoints for file in checkpoint.artifacts.values()]
    whose = record.not_for, record.owner
    for text in (record.title, *texts, *record.limits, *whose, *paths):
        if INVISIBLE.search(text):
            raise FileRefused(f"{task}/{name}: {quoted(text)} holds a character that is not shown; take it out.")
    return Model(name, record.title or name, task, tuple(checkpoints), *texts, record.limits, record.training, *whose)


def _checkpoint(folder: Folder, record: _CheckpointRecord) -> Checkpoint:
    artifacts = {
        format: Artifact(str(folder.inside(file.path)), file.sha256, file.bytes, format, file.layout)
        for format, file in record.artifacts.items()
    }
    counts = (record.macs, record.parameters, record.nominal)
    return Checkpoint(artifacts, *counts, record.removed_macs, record.test_accuracy)
