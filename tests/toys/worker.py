"""A worker process that knows the toy tasks: `python -m tests.toys.worker SETTINGS`, or `fork` for what forks such."""

from __future__ import annotations

import runpy
import sys

from odviz.tasks import TASKS
from odviz.worker import fork_server
from tests.toys.plugins import added

if __name__ == "__main__":
    with added(TASKS):
        if sys.argv[1] == "fork":
            sys.argv.pop(1)
            fork_server.main()
        else:
            runpy.run_module("odviz.worker", run_name="__main__")
