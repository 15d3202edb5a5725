"""The life of a worker, whether it was started as a program or forked."""

from __future__ import annotations

import faulthandler
import gc
import os

from odviz.confinement import confine
from odviz.worker.isolation import die_with_parent, limit, private_pipes
from odviz.worker.lazy_imports import postpone_submodules
from odviz.worker.protocol import WorkerSettings
from odviz.worker.serve import serve

_UNCOLLECTED = 50_000
"""Objects created before garbage is looked for: by default imports alone trigger hundreds of searches."""


def prepare_imports() -> None:
    """Make imports cheap, before the first of them."""
    postpone_submodules()
    gc.set_threshold(_UNCOLLECTED)


def run(settings: WorkerSettings) -> None:
    """Isolate this process, then handle requests until the input ends."""
    requests, replies = private_pipes()
    die_with_parent(settings.parent)
    limit(settings)
    confine((*settings.folders, *filter(None, [os.environ.get("TMPDIR")])))
    os.umask(0o077)  # what it writes is made of a person's models and data
    faulthandler.enable()  # where Python stood when native code crashed goes to stderr
    serve(requests, replies)
