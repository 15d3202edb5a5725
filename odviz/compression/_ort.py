"""Quantizing ONNX files with onnxruntime.quantization."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from odviz.compression._calibration import batches
from odviz.compression._onnx_rewrite import gemm_to_matmul, mean_to_pool
from odviz.compression._quiet import quiet
from odviz.compression.base import Source

THIN = 4
"""A stem with fewer input channels than this is faster, and more exact, in float."""

PRODUCTS = ["MatMul", "Gemm"]


def static(
    source: Source, target: Path, *, calibration: str, reduce_range: bool, float_stem: str, scope: str
) -> tuple[str, ...]:
    """Write a QDQ model: activations QUInt8, weights QInt8 per output channel.

    Args:
        source: a float ONNX model.
        target: what to write.
        calibration: "minmax", "entropy" or "percentile".
        reduce_range: 7-bit weights.
        float_stem: "yes", "no", or "auto": the first 2-D convolution stays float if it has fewer than `THIN` inputs.
        scope: "all" operators that have an integer kernel, or "products": convolutions and matrix products alone.

    Returns:
        Notes.
    """
    import onnx
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    method = {
        "minmax": CalibrationMethod.MinMax,
        "entropy": CalibrationMethod.Entropy,
        "percentile": CalibrationMethod.Percentile,
    }[calibration]
    with quiet(), tempfile.TemporaryDirectory(prefix="odviz-int8-") as scratch:
        prepared = str(Path(scratch) / "prepared.onnx")
        model = onnx.load(str(source.path))
        mean_to_pool(model)
        # Symbolic shapes would need sympy, and every shape here is static.
        quant_pre_process(model, prepared, skip_symbolic_shape=True)
        model = onnx.load(prepared)
        stem = _stem(model, float_stem)
        quantize_static(
            prepared,
            str(target),
            _Reader(source, model.graph.input[0].name),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=reduce_range,
            calibrate_method=method,
            nodes_to_exclude=stem,
            op_types_to_quantize=["Conv", *PRODUCTS] if scope == "products" else None,
        )
    return ("The first convolution stays float: an integer one over so few channels is slower.",) if stem else ()


def dynamic(source: Source, target: Path, *, per_channel: bool, reduce_range: bool) -> None:
    """Write a model whose MatMul and Gemm weights are QInt8 and whose activations are quantized as they come."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with quiet():
        model = onnx.load(str(source.path))
        gemm_to_matmul(model)
        quantize_dynamic(
            model,
            str(target),
            op_types_to_quantize=PRODUCTS,
            per_channel=per_channel,
            reduce_range=reduce_range,
            weight_type=QuantType.QInt8,
        )


def four_bits(source: Source, target: Path, *, block: int) -> None:
    """Write a model whose MatMul and Gemm weights are stored in 4 bits, one scale per block of inputs."""
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    with quiet():
        model = onnx.load(str(source.path))
        gemm_to_matmul(model)
        quantizer = MatMulNBitsQuantizer(model, bits=4, block_size=block, is_symmetric=True)
        quantizer.process()
        quantizer.model.save_model_to_file(str(target), use_external_data_format=False)


class _Reader:
    """Calibration items in the form `quantize_static` asks for (a CalibrationDataReader by duck typing)."""

    def __init__(self, source: Source, name: str) -> None:
        self._name = name
        self._items: Iterator[Any] = batches(source)

    def get_next(self) -> dict[str, Any] | None:
        """The next feed, or None at the end."""
        item = next(self._items, None)
        return None if item is None else {self._name: item}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.get_next, None)


def _stem(model: Any, float_stem: str) -> list[str]:
    """The name of the convolution that reads the input, if it is to stay float."""
    if float_stem == "no":
        return []
    shapes = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    fed = {model.graph.input[0].name}
    for node in model.graph.node:
        if node.op_type == "Conv" and node.input[0] in fed:
            shape = shapes.get(node.input[1], ())
            thin = len(shape) == 4 and shape[1] < THIN
            return [node.name] if thin or float_stem == "yes" else []
    return []
