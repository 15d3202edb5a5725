"""Rewrites of a TFLite file: its tensors inside the flatbuffer, and only the subgraph that is run."""

from __future__ import annotations

from typing import Any

_ALIGNED = 16
"""Bytes; kernels may read so many at once."""

_CALLS = frozenset(("IF", "WHILE", "CALL", "CALL_ONCE", "STABLEHLO_CASE", "STABLEHLO_WHILE", "STABLEHLO_REDUCE"))
"""Operators that run another subgraph."""

_MAX_BYTES = 2**31 - 2**20
"""Largest flatbuffer; tensors of larger models have to stay behind it."""


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
    outside = [buffer for buffer in model.buffers if buffer.offset > 1]
    if not outside or len(raw) > _MAX_BYTES:
        return raw
    for buffer in outside:
        buffer.data = raw[buffer.offset : buffer.offset + buffer.size]
        buffer.offset = buffer.size = 0
    return _packed(model, schema)


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
    return _packed(model, schema)


def _names(enumeration: Any) -> dict[int, str]:
    return {value: name for name, value in vars(enumeration).items() if not name.startswith("_")}


def _packed(model: Any, schema: Any) -> bytes:
    import flatbuffers

    class Aligned(schema.BufferT):  # type: ignore[misc]  # made from a schema, without types
        """A buffer aligned to 16 bytes: the schema demands it, the generated Python code does not do it."""

        def Pack(self, builder: Any) -> Any:
            if self.data is None:
                return super().Pack(builder)
            data = bytes(self.data)
            builder.StartVector(1, len(data), _ALIGNED)
            builder.head -= len(data)
            builder.Bytes[builder.head : builder.head + len(data)] = data
            vector = builder.EndVector()
            schema.BufferStart(builder)
            schema.BufferAddData(builder, vector)
            return schema.BufferEnd(builder)

    for buffer in model.buffers:
        buffer.__class__ = Aligned
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())
