"""Hostile model files and data, each brought by the command `odviz models add`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import numpy as np

from odviz.domain.failure import FailureKind
from odviz.execution.child import Child
from odviz.library.sources import user
from odviz.services import intake, own_models
from tests.hostile.attempt import Attempt, Believed
from tests.hostile.command_line import run
from tests.hostile.model_files import LITE, MARK, HostileFile, hostile_files
from tests.toys.colours import pictures

PATIENCE_S, ENDLESS_S = 60.0, 1.0
"""Longest that a file may take, and one that takes for ever."""

FEW, ENOUGH = 12, 60
"""Items: without and with a comparison of ways to prepare them, and with chance."""


PICTURES = pictures()
LITE_DATA = np.random.default_rng(0).uniform(size=(ENOUGH, 8, 8, 3)).astype(np.float32), np.arange(ENOUGH) % 5


class _Children:
    """One child for all additions, as a child that refused a file lives on; another one when it has ended.

    Attributes:
        fresh: each addition has a child of its own.
        added: how many files were sound.
        crashes: how many crashed while they read a file.
        timeout_s: longest silence of a child.
    """

    def __init__(self) -> None:
        self._child: Child | None = None
        self.fresh, self.added, self.crashes, self.timeout_s = False, 0, 0, PATIENCE_S

    @contextmanager
    def child(self, **options) -> Iterator[Child]:
        if self._child is None:
            options |= {"timeout_s": self.timeout_s, "folders": [user().models.path.parent]}
            self._child = Child(**options).__enter__()
        try:
            yield self._child
        finally:
            failure = self._child._failure
            self.crashes += bool(failure and failure.kind is FailureKind.CRASH)
            if failure or self.fresh:
                self.close()

    def close(self) -> None:
        """End it."""
        if self._child:
            self._child.__exit__(None, None, None)
            self._child = None


CHILDREN = _Children()


def summary(tried: int, wrong: list[str]) -> str:
    """What became of so many attempts, in one line.

    Args:
        tried: how many.
        wrong: what went wrong.
    """
    outside = sum("outside [" in line for line in wrong)
    return (
        f"{tried:,} tried, {tried - CHILDREN.added - len(wrong):,} refused in words, {CHILDREN.added} sound after all, "
        f"{CHILDREN.crashes} crashes, {outside} files outside"
    )


def attempts() -> Iterator[Attempt]:
    """Every hostile model file, with good data."""
    with TemporaryDirectory() as folder:
        for file in hostile_files(Path(folder)):
            yield Attempt(file.name, lambda file=file: _add_model(file))


def _add_model(file: HostileFile) -> str:
    with TemporaryDirectory() as folder:
        path, data = Path(folder) / file.file, Path(folder) / "data.npz"
        file.make(path)
        items, labels = LITE_DATA if path.suffix == LITE.suffix else PICTURES
        count = FEW if file.sound else ENOUGH
        np.savez(data, x=items[:count], y=labels[:count])
        if file.endless:
            CHILDREN.close()
            CHILDREN.timeout_s = ENDLESS_S
        try:
            return add(path, data, sound=file.sound)
        finally:
            CHILDREN.timeout_s = PATIENCE_S


def add(model: Path, data: Path, *, sound: bool = False) -> str:
    """In which words a model with data is refused; a sound one may be added, and is removed again.

    Raises:
        Believed: it was added, or something of it is left.
    """
    before = set(model.parent.iterdir())
    with mock.patch.object(intake, "Child", CHILDREN.child):
        try:
            words = run("models", "add", str(model), "--data", str(data))
        except Believed:
            for own in own_models.models():
                run_well("models", "remove", own.name)
            if not sound:
                raise
            CHILDREN.added += 1
            words = "Added, and removed again."
    left = [path for path in user().models.path.parent.rglob("*") if path.is_file()]
    outside = [path for path in (MARK, *(set(model.parent.iterdir()) - before)) if path.exists()]
    if left or outside:
        raise Believed(f"left {left}, outside {outside}")
    return words


def run_well(*words: str) -> None:
    """Run a command that has to succeed."""
    try:
        raise AssertionError(run(*words))
    except Believed:
        pass
