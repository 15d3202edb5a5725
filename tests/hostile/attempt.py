"""One bad input, and what becomes of it: refused in words, or believed, a traceback or a hang."""

import signal
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass

import click

from odviz.domain.errors import OdvizError
from odviz.domain.text import INVISIBLE

CPU_S = 3.0
"""Most processor time of one input: what a person would wait for, several times over on a busy machine."""

REAL_S = 60
"""Most time of one input that computes nothing: a reader that waits for a pipe waits for ever."""

LONGEST = 3200
"""Most characters of a refusal."""


class Believed(Exception):
    """A bad input was accepted."""


class Hang(BaseException):
    """A bad input took longer than `REAL_S`; no `Exception`, so that nothing catches it."""


@dataclass(frozen=True)
class Attempt:
    """A bad input.

    Attributes:
        name: that identifies it in a report.
        refusal: gives the input to odviz and returns the words in which it is refused; raises `Believed` if it is not.
    """

    name: str
    refusal: Callable[[], str]


def words_of(action: Callable[[], object]) -> str:
    """The message with which an action is refused."""
    try:
        value = action()
    except click.ClickException as error:
        return error.format_message()
    except OdvizError as error:
        return str(error)
    raise Believed(repr(value)[:200])


def refused(action: Callable[..., object], *arguments: object) -> Callable[[], str]:
    """`Attempt.refusal` of an action."""
    return lambda: words_of(lambda: action(*arguments))


def failures(attempts: Iterable[Attempt]) -> list[str]:
    """What went wrong, one line an attempt; empty if all were refused in words."""
    return [line for attempt in attempts if (line := _failure(attempt))]


def _failure(attempt: Attempt) -> str:
    begun = time.process_time()
    try:
        with _alarm():
            words = attempt.refusal()
    except Believed as error:
        return f"{attempt.name}: believed, {error}"
    except Hang:
        return f"{attempt.name}: hung"
    except Exception as error:
        return f"{attempt.name}: {type(error).__name__}: {str(error)[:200]}"
    if time.process_time() - begun > CPU_S:
        return f"{attempt.name}: took {time.process_time() - begun:.1f} s"
    if not words.strip() or len(words) > LONGEST or "Traceback" in words or INVISIBLE.search(words):
        return f"{attempt.name}: no words for people, {len(words)} characters: {words[:200]!r}"
    return ""


@contextmanager
def _alarm():
    def ring(number, frame):
        raise Hang

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(REAL_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
