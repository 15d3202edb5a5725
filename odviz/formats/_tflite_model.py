"""TFLite files as objects that can be changed, and back as bytes."""

from __future__ import annotations

import struct
from typing import Any

from odviz.domain.errors import FileRefused
from odviz.formats._tflite_walk import check_identifier

_ALIGNED = 16
"""Bytes; kernels may read so many at once."""

LARGEST = 2**31 - 2**20
"""Bytes of the largest flatbuffer; tensors of larger models have to stay behind it."""


def unpacked(raw: bytes, name: str) -> Any:
    """A `ModelT` with all tensors inside.

    Raises:
        FileRefused: not a TFLite file, or one too large for a flatbuffer.
    """
    from ai_edge_litert import schema_py_generated as schema

    check_identifier(raw, name)
    if len(raw) > LARGEST:
        raise FileRefused(f"{name} is too large to be written again.")
    try:
        model = schema.ModelT.InitFromPackedBuf(raw, 0)
        move_inside(model, raw)
    except (struct.error, ValueError, IndexError, TypeError, AttributeError) as error:
        raise FileRefused(f"{name} is not a TFLite model that can be read: {error}.") from None
    return model


def move_inside(model: Any, raw: bytes) -> bool:
    """Move the tensors that follow the flatbuffer into it; whether there were any.

    Args:
        model: a `ModelT`, changed.
        raw: the file that it was read from.
    """
    outside = [buffer for buffer in model.buffers if buffer.offset > 1]
    for buffer in outside:
        buffer.data = raw[buffer.offset : buffer.offset + buffer.size]
        buffer.offset = buffer.size = 0
    return bool(outside)


def packed(model: Any) -> bytes:
    """The file of a `ModelT`."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

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
