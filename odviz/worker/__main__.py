"""`python -m odviz.worker [settings as JSON]`: started by `odviz.execution.child`, not by a person."""

from __future__ import annotations

import sys

from odviz.serialization import from_json
from odviz.worker.protocol import WorkerSettings
from odviz.worker.run import prepare_imports, run

prepare_imports()
run(from_json(WorkerSettings, sys.argv[1]) if len(sys.argv) > 1 else WorkerSettings())
