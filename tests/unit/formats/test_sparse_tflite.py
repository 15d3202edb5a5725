"""TFLite files that store only those weights that are not zero."""

from __future__ import annotations

from pathlib import Path

from ai_edge_litert import schema_py_generated as schema

from odviz.formats import FORMATS
from odviz.formats._tflite_model import packed

PLAIN = Path(__file__).parents[2] / "contract/cases/lite-plain.tflite"


def test_zeros_that_are_not_stored_are_parameters_too(tmp_path):
    model = schema.ModelT.InitFromPackedBuf(PLAIN.read_bytes(), 0)
    graph = model.subgraphs[0]
    convolution = next(op for op in graph.operators if len(op.inputs) == 3)
    weights = graph.tensors[convolution.inputs[1]]
    stored = model.buffers[weights.buffer]
    kept = len(stored.data) // 4 // 2
    stored.data = stored.data[: 4 * kept]
    weights.sparsity = schema.SparsityParametersT()
    path = tmp_path / "sparse.tflite"
    path.write_bytes(packed(model))
    before, after = (FORMATS["tflite"].facts(file) for file in (PLAIN, path))
    assert (after.macs, after.parameters) == (before.macs, before.parameters)
    assert before.nonzero_parameters - after.nonzero_parameters == kept
