"""Made files and predictions, which any benchmark of the same files uses again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Row, select

from odviz.domain.model import Artifact, GraphFacts
from odviz.serialization import convert, from_json, to_json
from odviz.store.base import Connected, equal
from odviz.store.blobs import pack_arrays, unpack_arrays
from odviz.store.clock import now
from odviz.store.records import Predictions, PredictionsKey, StoredArtifact
from odviz.store.schema import artifact, predictions

OUTPUTS_BYTES = 16 << 20
"""Size of all outputs of a model, before compression, above which only their scores are kept."""

_KEY = tuple(column.name for column in fields(PredictionsKey))
_FILES_AT_ONCE = 100
"""Files whose predictions are read in one query."""


class Cache(Connected):
    """The part of the store that all benchmarks share."""

    def save_artifact(self, stored: StoredArtifact) -> None:
        """Keep the record of a variant's file; an earlier one of the same file is replaced."""
        key = {"variant": stored.variant, "sha256": stored.file.sha256}
        with self._writing() as connection:
            connection.execute(artifact.delete().where(equal(artifact, key)))
            connection.execute(artifact.insert().values(**key, **artifact_texts(stored), created=now()))

    def find_artifact(self, variant: str, sha256: str) -> StoredArtifact | None:
        """Find the record of a variant's file; whether the file still exists is not checked.

        Args:
            variant: its key.
            sha256: of the file.

        Returns:
            The record, or None if no such file was made.

        Raises:
            Damaged: the record cannot be read.
        """
        same_file = equal(artifact, {"variant": variant, "sha256": sha256})
        with self._reading() as connection:
            row = connection.execute(select(artifact).where(same_file)).one_or_none()
        if row is None:
            return None
        with self._raising_damaged(f"the file of {variant}"):
            return read_artifact(row)

    def files_of(self, variant: str) -> tuple[Artifact, ...]:
        """Every file that was made for a variant, in no particular order; which of them still exist is not checked.

        Args:
            variant: its key.

        Raises:
            Damaged: a record cannot be read.
        """
        query = select(artifact.c.file).where(equal(artifact, {"variant": variant}))
        with self._reading() as connection:
            return tuple(self._read(Artifact, row.file, f"a file of {variant}") for row in connection.execute(query))

    def save_predictions(self, key: PredictionsKey, value: Predictions) -> None:
        """Keep a model's predictions; earlier ones under the same key are replaced.

        Outputs of more than `OUTPUTS_BYTES` are dropped, and their scores kept.
        """
        with self._writing() as connection:
            connection.execute(predictions.delete().where(equal(predictions, asdict(key))))
            connection.execute(predictions.insert().values(**asdict(key), **predictions_cells(value)))

    def find_predictions(self, key: PredictionsKey) -> Predictions | None:
        """Find the predictions under a key; None if none are stored.

        Raises:
            Damaged: they cannot be read, or scores and outputs are not of the same items.
        """
        damaged = self._raising_damaged(_record_of(key))
        with self._reading() as connection, damaged:
            row = connection.execute(select(predictions).where(equal(predictions, asdict(key)))).one_or_none()
            return None if row is None else read_predictions(row)

    def all_predictions(self, keys: Iterable[PredictionsKey]) -> dict[PredictionsKey, Predictions]:
        """The predictions under each of many keys under which any are stored.

        Raises:
            Damaged: some cannot be read, or scores and outputs are not of the same items.
        """
        wanted, stored = set(keys), {}
        files, *others = (sorted({getattr(key, name) for key in wanted}) for name in _KEY)
        same = [predictions.c[name].in_(values) for name, values in zip(_KEY[1:], others, strict=True)]
        with self._reading() as connection:
            for first in range(0, len(files), _FILES_AT_ONCE):
                some = predictions.c.sha256.in_(files[first : first + _FILES_AT_ONCE])
                for row in connection.execute(select(predictions).where(some, *same)):
                    key = PredictionsKey(*(getattr(row, name) for name in _KEY))
                    if key in wanted:
                        with self._raising_damaged(_record_of(key)):
                            stored[key] = read_predictions(row)
        return stored


def _record_of(key: PredictionsKey) -> str:
    return f"the predictions of file {key.sha256[:8]}… on {key.runtime}"


def artifact_texts(stored: StoredArtifact) -> dict[str, str]:
    """The columns of a stored artifact that are JSON."""
    return {"file": to_json(stored.file), "facts": to_json(stored.facts), "notes": to_json(stored.notes)}


def read_artifact(row: Row[Any]) -> StoredArtifact:
    """The artifact in a row.

    Raises:
        ValueError: a cell is damaged.
    """
    return StoredArtifact(
        row.variant,
        from_json(Artifact, row.file),
        from_json(GraphFacts, row.facts),
        from_json(tuple[str, ...], row.notes),
    )


def predictions_cells(value: Predictions) -> dict[str, Any]:
    """The columns of predictions; outputs of more than `OUTPUTS_BYTES` are left out."""
    outputs = value.outputs or ()
    small = sum(output.nbytes for output in outputs) <= OUTPUTS_BYTES
    return {
        "metric": value.metric,
        "scores": pack_arrays((value.scores,)),
        "outputs": pack_arrays(outputs) if outputs and small else b"",
    }


def read_predictions(row: Row[Any]) -> Predictions:
    """The predictions in a row.

    Raises:
        ValueError: a cell is damaged, or scores and outputs are not of the same items.
    """
    (scores,) = unpack_arrays(row.scores)
    outputs = unpack_arrays(row.outputs) if row.outputs else None
    if {array.shape[:1] for array in (scores, *(outputs or ()))} != {(len(scores),)}:
        raise ValueError("scores and outputs are not of the same items")
    return Predictions(convert(str, row.metric), scores, outputs)
