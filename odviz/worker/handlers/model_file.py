"""Looks into model files, and writes changed copies of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from odviz.formats import FORMATS
from odviz.worker.layer_requests import (
    Cut,
    Expose,
    Exposed,
    LayersWork,
    ListLayers,
    ListWork,
    Requantize,
    Requantized,
    Vary,
)
from odviz.worker.protocol import InspectFile
from odviz.worker.request import Done, FileRequest
from odviz.worker.serve import Worker


def handle(request: FileRequest[Any], worker: Worker) -> object:  # noqa: ARG001 - the signature of every handler
    """See the classes of the requests."""
    format, path = FORMATS[request.format], Path(request.path)
    reply: object = Done()
    match request:
        case InspectFile():
            reply = format.facts(path, *request.shapes)
        case ListLayers():
            reply = format.layers(path)
        case ListWork():
            reply = LayersWork(format.work(path, *request.shapes))
        case Expose():
            reply = Exposed(format.expose(path, Path(request.out), request.tensors))
        case Requantize():
            reply = Requantized(format.requantize(path, Path(request.out), request.change))
        case Vary():
            reply = Requantized(format.vary(path, Path(request.out), request.change))
        case Cut():
            format.cut(path, Path(request.out), request.tensors)
    return reply
