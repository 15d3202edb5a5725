"""Both files of every built-in network describe the same network."""

from pathlib import Path

import pytest

from odviz.formats import FORMATS

MODELS = Path(__file__).parents[3] / "models"
SHIPPED = [path.parent for path in sorted(MODELS.glob("*/*/record.json"))]


@pytest.mark.real
@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_both_files_of_a_built_in_network_count_alike(folder):
    facts = {format: FORMATS[format].facts(folder / f"fp32.{format}") for format in FORMATS.names()}
    onnx, tflite = facts["onnx"], facts["tflite"]
    # An unrolled recurrence skips the products with its first, zero state; constants are folded differently.
    assert tflite.macs == pytest.approx(onnx.macs, rel=0.01)
    # TFLite files of one-dimensional networks keep batch normalisation: two more numbers per channel.
    assert tflite.nonzero_parameters == pytest.approx(onnx.nonzero_parameters, rel=0.05)
    assert onnx.quantized_ops == tflite.quantized_ops == 0
    assert onnx.peak_activation_bytes and tflite.peak_activation_bytes
