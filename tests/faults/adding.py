"""Processes of `odviz models add` that are killed at one of their file operations: `python -m tests.faults.adding`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np

from odviz.library import own_tasks
from odviz.library.scratch import sweep
from odviz.services import own_models
from odviz.store import open_store
from tests.faults.place import ROOT
from tests.toys.colours import network, pictures

PROGRAM = """
import os, signal, sys, threading
home, moment, count = os.environ["ODVIZ_HOME"], int(os.environ["MOMENT"]), 0
CHANGES = {"os.mkdir", "os.rename", "os.rmdir", "os.remove", "subprocess.Popen"}
def hook(event, arguments):
    global count
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if event == "subprocess.Popen" or ((event in CHANGES or writes) and home in str(arguments[:2])):
        count += 1
        if count == moment:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
from odviz.cli import main
sys.argv[0] = "odviz"
main()
"""
NAME = "colours"


@dataclass
class Adding:
    """A model and data to add, and the home that they are added to.

    Attributes:
        folder: of all of it.
    """

    folder: Path

    def __post_init__(self) -> None:
        self.home, self.temporary = self.folder / "home", self.folder / "temporary"
        self.model, self.data = network(self.folder / f"{NAME}.onnx"), self.folder / "data.npz"
        items, labels = pictures()
        np.savez(self.data, x=items[:60], y=labels[:60])
        self.temporary.mkdir()

    def add(self, moment: int = 0) -> subprocess.CompletedProcess[str]:
        """Add the model with `odviz models add`, killed at its n-th file operation; never if it is 0."""
        own = {"ODVIZ_HOME": self.home, "TMPDIR": self.temporary, "PYTHONPATH": ROOT, "MOMENT": moment}
        environment = {**os.environ, **{name: str(value) for name, value in own.items()}}
        command = [sys.executable, "-c", PROGRAM, "models", "add", str(self.model), "--data", str(self.data)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    def problems(self, ended: subprocess.CompletedProcess[str]) -> list[str]:
        """What is wrong after an addition that was killed, and after the next one: nothing half may be left."""
        wrong = []
        if ended.returncode != -signal.SIGKILL:
            wrong.append(f"exit code {ended.returncode}: {ended.stderr[-500:]}")
        with mock.patch.dict(os.environ, {"ODVIZ_HOME": str(self.home)}):
            if NAME in own_tasks.own_tasks()[0] or own_models.models():
                if not {"record.json", "task.json", "test.npz", f"{NAME}.onnx"} <= self._files():
                    wrong.append(f"half of it is listed: {self._files()}")
            elif (again := self.add()).returncode:
                wrong.append(f"a second addition failed: {again.stderr[-500:]}")
            with open_store() as store:
                own_models.remove(store, NAME, NAME)
        sweep(self.home / "data")
        if self._files():
            wrong.append(f"left after removing: {self._files()}")
        return wrong

    def _files(self) -> set[str]:
        """Names of the files of models and data, scratch folders included."""
        return {path.name for path in (self.home / "data").rglob("*") if path.is_file()}


def main() -> int:
    """Kill an addition at each of its operations; the exit code is 1 if anything half is left."""
    with tempfile.TemporaryDirectory() as folder:
        adding = Adding(Path(folder))
        adding.problems(adding.add(2))
        tried, wrong = 0, 0
        while (ended := adding.add(tried + 1)).returncode:
            tried += 1
            if problems := adding.problems(ended):
                wrong += 1
                print(tried, problems, flush=True)
    print(f"Killed at each of {tried} file operations: {tried - wrong} times nothing half was left.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
