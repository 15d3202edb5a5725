"""Finds out how a network and items fit together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from odviz.domain.own_task import Understanding
from odviz.importing.interface import probe
from odviz.importing.random_inputs import random_data
from odviz.importing.readers import read
from odviz.importing.stored import stored_data
from odviz.importing.understanding import understand, understand_for
from odviz.library.own_tasks import own_tasks
from odviz.tasks import TASKS
from odviz.worker.protocol import Understand
from odviz.worker.serve import Worker


def handle(request: Understand, worker: Worker) -> Understanding:
    """See protocol.Understand."""
    files = {format: Path(path) for format, path in request.files.items()}
    if not request.folder:
        return understand_for(files, TASKS[request.task], choices=request.choices)
    if request.task:
        return _again(request, files)
    folder, (format, path) = Path(request.folder), next(iter(files.items()))
    if not request.data:
        choices = replace(request.choices, metric="likeness")
        return understand(files, random_data(path, format), folder, choices=choices)
    inputs = probe(path, format).inputs
    data = read(Path(request.data), inputs, worker.report_alive)
    if request.calibration:
        data = replace(data, calibration=read(Path(request.calibration), inputs, worker.report_alive))
    return understand(files, data, folder, choices=request.choices)


def _again(request: Understand, files: Mapping[str, Path]) -> Understanding:
    """The items of the user's own task; of the outputs the first, which was found to be the scores, stays it."""
    format, path = next(iter(files.items()))
    output = request.choices.output or probe(path, format).outputs[0].name
    data = stored_data(request.task, own_tasks()[0][request.task])
    return understand(files, data, Path(request.folder), choices=replace(request.choices, output=output))
