"""From a model file to `GraphFacts`: sizes here, everything else by a walk of its format."""

from __future__ import annotations

import zlib
from pathlib import Path

from odviz.domain.errors import FileRefused
from odviz.domain.model import Format, GraphFacts
from odviz.graph import onnx_walk, tflite_walk


def facts(path: Path, format: Format) -> GraphFacts:
    """Look through a model file without running it.

    Args:
        path: the file.
        format: its format.

    Returns:
        What it is made of, for one inference at batch 1.

    Raises:
        FileRefused: the file cannot be read as this format, or its shapes are not fixed.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}.") from None
    walk = {Format.ONNX: onnx_walk.walk, Format.TFLITE: tflite_walk.walk}[format]
    tally = walk(raw, path.name)
    return GraphFacts(
        file_bytes=len(raw),
        compressed_bytes=len(zlib.compress(raw, 9)),
        parameters=tally.parameters,
        nonzero_parameters=tally.nonzero_parameters,
        macs=tally.macs,
        peak_activation_bytes=tally.peak_activation_bytes,
        quantized_ops=tally.quantized_ops / tally.compute_ops if tally.compute_ops else 0.0,
        compute_ops=tally.compute_ops,
        operators=dict(sorted(tally.operators.items())),
        depthwise_macs=tally.depthwise_macs,
        activations=tally.activations,
    )
