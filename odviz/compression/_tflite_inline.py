"""Rewrites of a TFLite file: its tensors inside the flatbuffer, only the subgraph that is run, and a signature."""

from __future__ import annotations

from typing import Any

from odviz.formats._tflite_model import LARGEST, move_inside, packed

_CALLS = frozenset(("IF", "WHILE", "CALL", "CALL_ONCE", "STABLEHLO_CASE", "STABLEHLO_WHILE", "STABLEHLO_REDUCE"))
"""Operators that run another subgraph."""


def inline(raw: bytes) -> bytes:
    """The same model with no tensor behind the flatbuffer.

    ai-edge-quantizer writes files with 256 KiB of weights or more as if they were too large for a flatbuffer: the
    weights follow it, at an offset. TensorFlow Lite Micro does not support that form: it treats the weights as
    activations, reserves RAM for them, and computes with uninitialized memory.

    Args:
        raw: a TFLite file.

    Returns:
        The same bytes if no tensor lies outside, or if the model is too large for a flatbuffer.
    """
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(raw, 0)
    if len(raw) > LARGEST or not move_inside(model, raw):
        return raw
    return packed(model)


def first_subgraph(raw: bytes) -> bytes:
    """The same model without the subgraphs, and their signatures, that runtimes do not run.

    Runtimes run the first subgraph. A quantizer works on all, and has no calibration items for the others.

    Args:
        raw: a TFLite file.

    Returns:
        The same bytes if there is one subgraph, or if the first one calls others.
    """
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(raw, 0)
    calls = {code for code, name in _names(schema.BuiltinOperator).items() if name in _CALLS}
    codes = [max(code.builtinCode, code.deprecatedBuiltinCode) for code in model.operatorCodes]
    if len(model.subgraphs) == 1 or any(codes[op.opcodeIndex] in calls for op in model.subgraphs[0].operators):
        return raw
    del model.subgraphs[1:]
    model.signatureDefs = [entry for entry in model.signatureDefs or () if entry.subgraphIndex == 0]
    return packed(model)


def signed(raw: bytes) -> bytes:
    """The same model with a signature, by which a quantizer feeds its calibration items; older converters wrote none.

    Args:
        raw: a TFLite file.

    Returns:
        The same bytes if its first signature names every input.
    """
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(raw, 0)
    graph = model.subgraphs[0]
    if model.signatureDefs and {entry.tensorIndex for entry in model.signatureDefs[0].inputs} == set(graph.inputs):
        return raw
    signature = schema.SignatureDefT()
    signature.signatureKey, signature.subgraphIndex = b"serving_default", 0
    signature.inputs = [_named(f"input_{place}", tensor) for place, tensor in enumerate(graph.inputs)]
    signature.outputs = [_named(f"output_{place}", tensor) for place, tensor in enumerate(graph.outputs)]
    model.signatureDefs = [signature]
    return packed(model)


def _named(name: str, tensor: int) -> Any:
    from ai_edge_litert import schema_py_generated as schema

    entry = schema.TensorMapT()
    entry.name, entry.tensorIndex = name.encode(), int(tensor)
    return entry


def _names(enumeration: Any) -> dict[int, str]:
    return {value: name for name, value in vars(enumeration).items() if not name.startswith("_")}
