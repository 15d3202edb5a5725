"""Reads the model records under `models/`: one folder a model, no central list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from odviz.domain.errors import IntegrityError, UnknownName
from odviz.domain.model import Artifact, Checkpoint, Layout, Model
from odviz.library.integrity import checked

RECORD = "record.json"


def model_names(models: Path, task: str) -> tuple[str, ...]:
    """Names of a task's models, sorted."""
    return tuple(sorted(path.parent.name for path in (models / task).glob(f"*/{RECORD}")))


def load_model(models: Path, task: str, name: str) -> Model:
    """One model by name.

    Args:
        models: the `models/` folder.
        task: name of its task.
        name: name of the model.

    Raises:
        UnknownName: the task has no such model; lists those it has.
        IntegrityError: its record is not the shipped one.
    """
    known = model_names(models, task)
    if name not in known:
        raise UnknownName(f"model for {task}", name, known)
    relative = f"{task}/{name}/{RECORD}"
    try:
        return _model(json.loads(checked(models, relative).read_text("utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityError(f"models/{relative} is not a model record ({type(error).__name__}: {error}).") from error


def _model(record: Mapping[str, Any]) -> Model:
    checkpoints = sorted(
        (_checkpoint(entry) for entry in record["checkpoints"]), key=lambda checkpoint: checkpoint.nominal
    )
    return Model(
        name=record["name"],
        title=record["title"],
        task=record["task"],
        family=record["family"],
        licence=record["licence"],
        summary=record["summary"],
        checkpoints=tuple(checkpoints),
        training=record["training"],
    )


def _checkpoint(entry: Mapping[str, Any]) -> Checkpoint:
    return Checkpoint(
        nominal=int(entry["nominal"]),
        removed_macs=float(entry["removed_macs"]),
        test_accuracy=float(entry["test_accuracy"]),
        macs=int(entry["macs"]),
        parameters=int(entry["parameters"]),
        artifacts={name: _artifact(name, file) for name, file in entry["artifacts"].items()},
    )


def _artifact(format: str, file: Mapping[str, Any]) -> Artifact:
    return Artifact(file["path"], file["sha256"], int(file["bytes"]), format, Layout(file["layout"]))
