"""Four-bit weights for ONNX Runtime's MatMulNBits.

The packing of onnxruntime's own MatMulNBitsQuantizer, which cannot be imported without the package onnx-ir:
symmetric round-to-nearest, one scale per output and block of inputs, two weights a byte, lowest bits first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.compression._onnx_prepare import save
from odviz.compression._onnx_rewrite import replace_nodes

_ZERO = 8  # the zero point that MatMulNBits assumes where none is stored
_TOP = 15


def pack(weight: NDArray[np.float32], block: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Round a weight matrix to 4 bits.

    Args:
        weight: shape (K, N), as MatMul stores it.
        block: how many neighbouring inputs share a scale.

    Returns:
        Packed weights, shape (N, ceil(K / block), block / 2), and scales, shape (N, ceil(K / block)).
    """
    inputs, outputs = weight.shape
    blocks = -(-inputs // block)
    padded = np.zeros((outputs, blocks * block), np.float32)
    padded[:, :inputs] = weight.T
    padded = padded.reshape(outputs, blocks, block)
    # The value of largest magnitude in a block becomes -8: the range has one step more on the negative side.
    largest = np.abs(padded).argmax(axis=2, keepdims=True)
    scales = np.take_along_axis(padded, largest, axis=2) / -_ZERO
    steps = padded / np.where(scales == 0, 1, scales)
    values = np.clip(np.rint(steps) + _ZERO, 0, _TOP).astype(np.uint8)
    return values[..., 0::2] | values[..., 1::2] << 4, scales[..., 0].astype(np.float32)


def four_bits(model: Any, target: Path, *, block: int) -> None:
    """Write a model whose products by stored matrices (MatMul, Gemm) became MatMulNBits.

    Args:
        model: a prepared float model; changed.
        target: what to write.
        block: how many neighbouring inputs share a scale.
    """
    import onnx
    from onnxruntime.quantization.onnx_model import ONNXModel

    ONNXModel(model).replace_gemm_with_matmul()
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    packed: dict[str, tuple[list[str], int, int]] = {}  # matrices shared by several operators are packed once
    nodes = []
    for node in model.graph.node:
        weight = stored.get(node.input[1]) if node.op_type == "MatMul" else None
        if weight is None or weight.data_type != onnx.TensorProto.FLOAT or len(weight.dims) != 2:
            nodes.append(node)
            continue
        if weight.name not in packed:
            packed[weight.name] = _store(model, weight, block)
        names, inputs, outputs = packed[weight.name]
        nodes.append(
            onnx.helper.make_node(
                "MatMulNBits",
                [node.input[0], *names],
                list(node.output),
                node.name,
                domain="com.microsoft",
                K=inputs,
                N=outputs,
                bits=4,
                block_size=block,
            )
        )
    replace_nodes(model.graph, nodes)
    if packed and all(entry.domain != "com.microsoft" for entry in model.opset_import):
        model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
    save(model, target)


def _store(model: Any, weight: Any, block: int) -> tuple[list[str], int, int]:
    """Add the packed form of a stored matrix to the graph: names of weights and scales, K and N."""
    import onnx

    values = onnx.numpy_helper.to_array(weight)
    names = [f"{weight.name}_int4", f"{weight.name}_scales"]
    for name, array in zip(names, pack(values, block), strict=True):
        model.graph.initializer.append(onnx.numpy_helper.from_array(array, name))
    return names, *values.shape
