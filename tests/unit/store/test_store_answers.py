"""Answers to lessons: predictions are stored once, on each kind of database."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from odviz.domain.errors import AnswerLocked, Damaged
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.lesson import Answer, Outcome, Prediction, Range, Score
from odviz.store import Store
from odviz.store.schema import answer

LOCKED = Answer("7b", "Ada", "slow-int8", Prediction(range=Range(0.5, 2.0)), datetime(2026, 11, 30, 9, tzinfo=UTC))
OUTCOME = Outcome(Estimate(0.2, 0.1, 0.3, "1", Provenance.MEASURED, n=5), ("slower",), "abcd", "a processor", True)


def test_an_answer_comes_back_unchanged(store: Store) -> None:
    assert store.find_answer("7b", "Ada", "slow-int8") is None
    store.lock_answer(LOCKED)
    assert store.find_answer("7b", "Ada", "slow-int8") == LOCKED
    revealed = store.reveal_answer(LOCKED, OUTCOME, Score(False, -20.0))
    assert revealed == replace(LOCKED, outcome=OUTCOME, score=Score(False, -20.0))
    assert store.answers() == (revealed,)


def test_a_locked_prediction_cannot_be_changed_before_or_after_it_is_revealed(store: Store) -> None:
    store.lock_answer(LOCKED)
    other = replace(LOCKED, prediction=Prediction("slower"))
    with pytest.raises(AnswerLocked):
        store.lock_answer(other)
    first = store.reveal_answer(LOCKED, OUTCOME, Score(False, -20.0))
    with pytest.raises(AnswerLocked):
        store.lock_answer(other)
    again = store.reveal_answer(other, replace(OUTCOME, benchmark="other"), Score(True, 100.0))
    assert again == first == store.find_answer("7b", "Ada", "slow-int8")


def test_of_two_devices_that_lock_at_once_one_is_refused(store: Store) -> None:
    refused: list[str] = []

    def lock(choice: str) -> None:
        try:
            store.lock_answer(replace(LOCKED, prediction=Prediction(choice)))
        except AnswerLocked:
            refused.append(choice)

    threads = [threading.Thread(target=lock, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (kept,) = store.answers()
    assert sorted([*refused, kept.prediction.choice]) == [str(number) for number in range(6)]


def test_classes_are_apart(store: Store) -> None:
    for classroom in ("7b", "8a"):
        store.lock_answer(replace(LOCKED, classroom=classroom))
    assert [one.classroom for one in store.answers()] == ["7b", "8a"]
    assert [one.classroom for one in store.answers("8a")] == ["8a"]
    assert store.delete_answers("7b") == 1
    assert [one.classroom for one in store.answers()] == ["8a"]
    assert store.delete_answers() == 1


def test_a_damaged_answer_is_named(store: Store) -> None:
    store.lock_answer(LOCKED)
    with store._writing() as connection:
        connection.execute(answer.update().values(prediction='{"choice": 3}'))
    with pytest.raises(Damaged, match="slow-int8"):
        store.answers()
