"""What need not be made or asked again while a file is unchanged: made files, and models' answers."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select

from odviz.domain.codec import to_json
from odviz.domain.model import Artifact, GraphFacts
from odviz.store import validation
from odviz.store.base import Connected, equal, now
from odviz.store.blobs import (
    pack_bits,
    pack_classes,
    pack_logits,
    unpack_bits,
    unpack_classes,
    unpack_logits,
)
from odviz.store.records import Answers, AnswersKey, StoredArtifact
from odviz.store.schema import answers, artifact

_ANEW = "It is made anew when the same is measured again, or goes on (`odviz continue ID`); nothing was changed."


class Cache(Connected):
    """The part of the store that belongs to no one benchmark."""

    def save_artifact(self, made: StoredArtifact) -> None:
        """Keep what is known of a variant's file; what was known of the same file before is replaced."""
        key = {"variant": made.variant, "sha256": made.file.sha256}
        texts = {"file": to_json(made.file), "facts": to_json(made.facts), "notes": to_json(made.notes)}
        with self._writing() as connection:
            connection.execute(artifact.delete().where(equal(artifact, key)))
            connection.execute(artifact.insert().values(**key, **texts, made=now()))

    def find_artifact(self, variant: str, sha256: str | None = None) -> StoredArtifact | None:
        """The file of a variant.

        Args:
            variant: its key.
            sha256: that very file; by default the one made last. Whether it is still there is for the caller to see.

        Returns:
            The file, or None where none was made.

        Raises:
            Damaged: what is known of it cannot be read.
        """
        query = select(artifact).where(artifact.c.variant == variant).order_by(artifact.c.made.desc()).limit(1)
        if sha256 is not None:
            query = query.where(artifact.c.sha256 == sha256)
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        what = f"the file of {variant}"
        return StoredArtifact(
            variant=variant,
            file=self._read(Artifact, row.file, what, _ANEW),
            facts=self._read(GraphFacts, row.facts, what, _ANEW),
            notes=self._read(tuple[str, ...], row.notes, what, _ANEW),
        )

    def save_answers(self, key: AnswersKey, given: Answers) -> None:
        """Keep a model's answers; answers to the same key before are replaced.

        Raises:
            ValueError: more than 65,536 classes.
        """
        logits, classes = pack_logits(given.logits)
        blobs = {"predicted": pack_classes(given.predicted), "correct": pack_bits(given.correct), "logits": logits}
        row = asdict(key)
        with self._writing() as connection:
            connection.execute(answers.delete().where(equal(answers, row)))
            connection.execute(answers.insert().values(**row, **blobs, items=len(given.predicted), classes=classes))

    def find_answers(self, key: AnswersKey) -> Answers | None:
        """The answers that were given to the same key, or None.

        Raises:
            Damaged: they cannot be read, or are not as many as they should be.
        """
        damaged = self._sound(f"the answers of file {key.sha256[:8]}… on {key.runtime}", _ANEW)
        with self._reading() as connection, damaged:
            row = connection.execute(select(answers).where(equal(answers, asdict(key)))).one_or_none()
            if row is None:
                return None
            items, classes = validation.whole(row.items, "items"), validation.whole(row.classes, "classes")
            return Answers(
                predicted=unpack_classes(row.predicted, items),
                correct=unpack_bits(row.correct, items),
                logits=unpack_logits(row.logits, items, classes),
            )
