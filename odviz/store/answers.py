"""The table of pupils' answers to lessons."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from odviz.domain.errors import AnswerLocked
from odviz.domain.lesson import Answer, Outcome, Prediction, Score
from odviz.domain.rights import Right
from odviz.serialization import from_json, to_json
from odviz.store.base import Connected, equal
from odviz.store.rows import read_row
from odviz.store.schema import answer


class Answers(Connected):
    """The part of the store that holds predictions of pupils, which are written once."""

    def lock_answer(self, locked: Answer) -> None:
        """Store a prediction that is not to change any more.

        Raises:
            AnswerLocked: the pupil of this class has locked in one for this lesson.
        """
        key = _key(locked)
        with self._writing(Right.ANSWER) as connection:
            if connection.execute(select(answer.c.locked).where(equal(answer, key))).first():
                raise AnswerLocked(locked.pupil, locked.lesson)
            connection.execute(
                answer.insert().values(**key, prediction=to_json(locked.prediction), locked=locked.locked)
            )

    def reveal_answer(self, locked: Answer, outcome: Outcome, score: Score) -> Answer:
        """Store what was measured for a locked prediction, unless something is stored for it.

        Returns:
            The answer as stored: with the outcome that was revealed first.
        """
        same = equal(answer, _key(locked))
        with self._writing(Right.ANSWER) as connection:
            connection.execute(
                answer.update()
                .where(same, answer.c.outcome.is_(None))
                .values(outcome=to_json(outcome), score=to_json(score))
            )
            return self._answer(connection.execute(select(answer).where(same)).one())

    def find_answer(self, classroom: str, pupil: str, lesson: str) -> Answer | None:
        """A pupil's answer to a lesson; None if none is locked in.

        Raises:
            Damaged: it cannot be read.
        """
        same = equal(answer, {"classroom": classroom, "pupil": pupil, "lesson": lesson})
        with self._reading() as connection:
            row = connection.execute(select(answer).where(same)).one_or_none()
        return None if row is None else self._answer(row)

    def answers(self, classroom: str | None = None) -> tuple[Answer, ...]:
        """Answers by class, lesson and pupil.

        Args:
            classroom: of this class only; by default of all.

        Raises:
            Damaged: one cannot be read.
        """
        query = select(answer).order_by(answer.c.classroom, answer.c.lesson, answer.c.pupil)
        if classroom is not None:
            query = query.where(answer.c.classroom == classroom)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return tuple(map(self._answer, rows))

    def delete_answers(self, classroom: str | None = None) -> int:
        """Delete answers for good.

        Args:
            classroom: of this class only; by default of all.

        Returns:
            How many there were.
        """
        statement = answer.delete()
        if classroom is not None:
            statement = statement.where(answer.c.classroom == classroom)
        with self._writing() as connection:
            return connection.execute(statement).rowcount

    def _answer(self, row: Row[Any]) -> Answer:
        with self._raising_damaged(f"the answer of {row.pupil!r} to {row.lesson!r}"):
            return read_row(
                Answer,
                {
                    **row._mapping,
                    "prediction": from_json(Prediction, row.prediction),
                    "outcome": None if row.outcome is None else from_json(Outcome, row.outcome),
                    "score": None if row.score is None else from_json(Score, row.score),
                },
            )


def _key(locked: Answer) -> dict[str, object]:
    return {"classroom": locked.classroom, "pupil": locked.pupil, "lesson": locked.lesson}
