"""The exceptions of odviz.

OdvizError
├── InputError               an input that cannot be used                   exit 2
│   ├── UnknownName          no such task, model, runtime, recipe, run …
│   ├── RecipeError          a recipe that cannot be read or applied
│   ├── LimitError           a limit that no value could satisfy
│   ├── AnswerLocked         a second prediction for a lesson
│   ├── JoinRefused          a code or a name with which nobody is let into a class
│   ├── MeasuredElsewhere    a benchmark of another machine, which cannot be continued here
│   └── FileRefused          a file that is malformed, unsafe or too large
│       └── IntegrityError   a built-in file whose sha256 is not the recorded one
├── Unavailable              this machine lacks a runtime, meter or right    exit 3
├── Forbidden                what a pupil of a class may not do             exit 1
├── TooOften                 more tries, joins or predictions than a person makes   exit 1
├── Busy                     another odviz holds the machine                exit 4
├── StoreError               the database or the disk refused               exit 5
│   └── Damaged              one record that cannot be read; the others can
└── RunFailed                a child process ended badly; carries a Failure exit 1, or 5 for a full disk

Exit 6 is no error: `odviz gate` could neither pass nor fail.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from odviz.domain.failure import Failure, FailureKind
from odviz.domain.rights import Refusal, Right
from odviz.domain.text import quoted

_LONGEST_NAME = 100
"""Characters that are compared with names: comparing takes the square of them."""


class OdvizError(Exception):
    """Base of all errors whose message is written for a person.

    Attributes:
        exit_code: what the terminal command exits with.
    """

    exit_code: int = 1


class InputError(OdvizError):
    """An input that cannot be used; the message says which could."""

    exit_code = 2


class UnknownName(InputError):
    """A name that does not exist.

    Args:
        kind: what it should name ("task", "runtime").
        name: the name.
        known: every name that exists.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        import difflib  # every worker imports this module, and few need it

        self.kind, self.name, self.known = kind, name, tuple(known)
        near = difflib.get_close_matches(name[:_LONGEST_NAME], self.known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        existing = ", ".join(self.known) or "none"
        super().__init__(f"There is no {kind} named {quoted(name)}.{hint} What exists: {existing}.")


class RecipeError(InputError):
    """A recipe that cannot be read, or cannot be applied to this model or format.

    Attributes:
        recipe: the recipe or the step of it, as written.
        method: name of the compression method.
        option: name of its option.
        format: name of the format that the method or option does not apply to.
    """

    def __init__(self, message: str, *, recipe: str = "", method: str = "", option: str = "", format: str = "") -> None:
        self.recipe, self.method, self.option, self.format = recipe, method, option, format
        super().__init__(message)


class LimitError(InputError):
    """A limit on an objective that is not positive, not finite, or above the greatest possible value.

    Args:
        objective: name of the objective.
        value: the limit, in the objective's unit.
        most: greatest possible value.
    """

    def __init__(self, objective: str, value: float, most: float) -> None:
        self.objective, self.value, self.most = objective, value, most
        above = "" if most == float("inf") else f" and at most {most:g}"
        super().__init__(f"A limit on {objective.replace('_', ' ')} must be above 0{above}, not {value:g}.")


class LabelRefused(InputError):
    """A name, tag or note of a benchmark that odviz does not store.

    Args:
        field: which: "name", "tag" or "note".
        reason: what is wrong with it.
    """

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(f"The {field} of a benchmark cannot be that: {reason}.")


class AnswerLocked(InputError):
    """A pupil's second prediction for a lesson.

    Args:
        pupil: name of the pupil.
        lesson: name of the lesson.
    """

    def __init__(self, pupil: str, lesson: str) -> None:
        self.pupil, self.lesson = pupil, lesson
        super().__init__(f"{pupil} has locked in a prediction for {lesson} before: it cannot be changed.")


class MeasuredElsewhere(InputError):
    """A benchmark that another machine measured cannot be continued here: its figures would be mixed with others.

    Args:
        benchmark: id of the benchmark.
        cpu: processor of that machine; may be empty.
    """

    def __init__(self, benchmark: str, cpu: str) -> None:
        self.benchmark, self.cpu = benchmark, cpu
        super().__init__(
            f"Benchmark {benchmark} was measured on another machine ({cpu or 'processor not known'}): it can be "
            "continued only there. Measure the same on this machine instead."
        )


class JoinRefused(InputError):
    """Somebody is not let into a class.

    Args:
        refusal: why.
    """

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.value)


class FileRefused(InputError):
    """A file that odviz will not use, with the reason.

    Attributes:
        place: of what is wrong ("my-board.toml, target 1"); empty if it is the whole file.
        field: the entry or column that is wrong; empty if it is not a single one.
    """

    def __init__(self, message: str, *, place: str = "", field: str = "") -> None:
        self.place, self.field = place, field
        super().__init__(message)

    @classmethod
    def at(cls, place: str, field: str, reason: str) -> Self:
        """The error whose message is "place: field reason"."""
        return cls(f"{place}: {field} {reason}", place=place, field=field)


class IntegrityError(FileRefused):
    """A built-in file whose sha256 differs from the recorded one."""


class Unavailable(OdvizError):
    """Something this machine does not have, with the reason and what would help."""

    exit_code = 3


class Forbidden(OdvizError):
    """Something that whoever looks at a page may not do.

    Args:
        right: the right that it takes.
    """

    def __init__(self, right: Right) -> None:
        self.right = right
        super().__init__("Only the teacher can do that, on the computer that serves the class.")


class TooOften(OdvizError):
    """More tries, joins or predictions than a person makes.

    Args:
        wait_s: seconds until the next one is accepted.
    """

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        super().__init__(f"That was too often. Wait {max(1, round(wait_s))} seconds.")


class Busy(OdvizError):
    """Another odviz is measuring on this machine."""

    exit_code = 4


class StoreError(OdvizError):
    """The database or the disk refused; the message says what to do and what was kept."""

    exit_code = 5


class Damaged(StoreError):
    """A record of the database that cannot be read.

    Attributes:
        benchmark: id of the benchmark that it belongs to; empty for a record that benchmarks share.
    """

    def __init__(self, message: str, *, benchmark: str = "") -> None:
        self.benchmark = benchmark
        super().__init__(message)


class RunFailed(OdvizError):
    """A child process ended badly.

    Attributes:
        failure: what happened, as it is recorded with the run.
    """

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        if failure.kind is FailureKind.DISK_FULL:  # also when the child wrote to it
            self.exit_code = StoreError.exit_code
        super().__init__(failure.reason)


class Terminated(KeyboardInterrupt):
    """The system asks this process to end: its terminal is closed, or the machine is shut down."""
