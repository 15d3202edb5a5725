"""A worker process that knows the toy tasks as well: `python -m tests.toys.worker SETTINGS`."""

from __future__ import annotations

import runpy

from odviz.tasks import TASKS
from tests.toys.plugins import added

if __name__ == "__main__":
    with added(TASKS):
        runpy.run_module("odviz.worker", run_name="__main__")
