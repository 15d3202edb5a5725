"""Values within an ONNX model, from running it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any


def outputs_of(model: Any, names: Sequence[str], feeds: Iterable[dict[str, Any]]) -> Iterator[list[Any]]:
    """Values of tensors of a model, for each feed.

    Args:
        model: an `onnx.ModelProto`; not changed.
        names: of computed tensors.
        feeds: what to run it on.
    """
    import onnx
    import onnxruntime

    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    outputs = {value.name for value in copy.graph.output}
    copy.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names if name not in outputs)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # its errors are raised, too
    session = onnxruntime.InferenceSession(copy.SerializeToString(), options, providers=["CPUExecutionProvider"])
    for feed in feeds:
        yield session.run(list(names), feed)
