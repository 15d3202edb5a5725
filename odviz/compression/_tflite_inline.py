"""Puts the tensors of a TFLite file inside its flatbuffer, where every runtime looks for them."""

from __future__ import annotations

from typing import Any

_ALIGNED = 16
"""Bytes; what kernels may read at once."""

_MOST = 2**31 - 2**20
"""Bytes that fit a flatbuffer; beyond that the other way of writing is the only one."""


def inline(raw: bytes) -> bytes:
    """The same model with no tensor behind the flatbuffer.

    ai-edge-quantizer writes files whose weights take 256 KiB or more as if they were too large for a flatbuffer:
    weights follow it, at an offset. TensorFlow Lite Micro does not know that form; it takes weights for activations,
    sets RAM aside for them, and computes from whatever lies there.

    Args:
        raw: a TFLite file.

    Returns:
        The very same bytes where nothing lies outside, or where it could not lie inside.
    """
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(raw, 0)
    outside = [buffer for buffer in model.buffers if buffer.offset > 1]
    if not outside or len(raw) > _MOST:
        return raw
    for buffer in outside:
        buffer.data = raw[buffer.offset : buffer.offset + buffer.size]
        buffer.offset = buffer.size = 0
    return _packed(model, schema)


def _packed(model: Any, schema: Any) -> bytes:
    import flatbuffers

    class Aligned(schema.BufferT):  # type: ignore[misc]  # made from a schema, without types
        """A buffer that begins at a multiple of 16 bytes; the schema asks for it, its Python code forgets it."""

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
