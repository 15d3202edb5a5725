"""Quantizing ONNX files with onnxruntime.quantization."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from odviz.compression._onnx_prepare import read, save
from odviz.compression._onnx_rewrite import mean_to_pool
from odviz.compression._quantizers import MAX_ITEMS, batches, quiet
from odviz.compression.base import ModelSource
from odviz.runtimes.inputs import Port

THIN = 4
"""Number of input channels below which the first convolution is faster, and more accurate, in float."""

BINS = 256
"""Number of bins of the histograms in entropy calibration."""

PRODUCTS = ["MatMul", "Gemm"]
_ELEMENTWISE = frozenset(("Add", "Sub", "Mul", "Div", "Where"))
_MOVES = frozenset((
    "Clip", "DepthToSpace", "Flatten", "Gather", "MaxPool", "Pad", "Relu", "Reshape", "Resize", "Slice",
    "SpaceToDepth", "Split", "Squeeze", "Transpose", "Unsqueeze",
))  # fmt: skip
"""Operators that round nothing that is not rounded already."""


class StaticQuantizer:
    """Writes QDQ models of one float model: activations QUInt8, weights QInt8. Ranges are learned once.

    Args:
        source: has the calibration items.
        model: a prepared float model; changed.
        folder: an empty one for the files in between, which has to stay as long as this is used.
        calibration: "minmax", "entropy" or "percentile".
        reduce_range: 7-bit weights.
        float_stem: "yes", "no", or "thin": the first 2-D convolution stays float if it has fewer than `THIN` inputs.
        scope: "all" operators that have an integer kernel, or "products": convolutions and matrix products alone.

    Attributes:
        model: the float model that is quantized.
        stem: names of the convolutions that always stay float.
    """

    def __init__(
        self,
        source: ModelSource,
        model: Any,
        folder: Path,
        *,
        calibration: str,
        reduce_range: bool,
        float_stem: str,
        scope: str,
    ) -> None:
        from onnxruntime.quantization import CalibrationMethod
        from onnxruntime.quantization.shape_inference import quant_pre_process

        self._source, self._reduce_range = source, reduce_range
        self._method = {method.name.lower(): method for method in CalibrationMethod}[calibration]
        self._operators = ["Conv", *PRODUCTS] if scope == "products" else None
        self._path, self._ranges = folder / "prepared.onnx", folder / "ranges.json"
        rewritten = folder / "rewritten.onnx"
        with quiet():
            mean_to_pool(model)
            save(model, rewritten)
            # Symbolic shapes need sympy, and all shapes are static here.
            quant_pre_process(str(rewritten), str(self._path), skip_symbolic_shape=True)
            self.model = read(self._path)
            save(self.model, self._path)
            self.stem = _stem(self.model, float_stem)
            self._excluded = self.stem + attention_scores(self.model)
            if calibration == "entropy":
                _entropy_ranges(str(self._path), self._feeds(), folder)

    def candidates(self) -> list[Any]:
        """The operators that quantization rounds and that may stay float instead, in file order."""
        from onnxruntime.quantization.registry import QDQRegistry, QLinearOpsRegistry

        kinds = self._operators or {*QDQRegistry, *QLinearOpsRegistry} - _MOVES
        return [node for node in self.model.graph.node if node.op_type in kinds and node.name not in self._excluded]

    def write(
        self, target: Path, *, per_channel: bool, floats: Collection[str] = (), only: Collection[str] = ()
    ) -> None:
        """Write a quantized file.

        Args:
            target: what to write.
            per_channel: one scale per output channel of the weights instead of one per tensor.
            floats: names of operators that stay float.
            only: names of the operators to quantize; all by default.
        """
        from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

        with quiet():
            quantize_static(
                str(self._path),
                str(target),
                self._feeds(),
                calibration_cache_path=self._ranges,
                quant_format=QuantFormat.QDQ,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                per_channel=per_channel,
                reduce_range=self._reduce_range,
                calibrate_method=self._method,
                nodes_to_quantize=list(only) or None,
                nodes_to_exclude=[*self._excluded, *floats],
                op_types_to_quantize=self._operators,
            )
            save(read(target), target)

    def _feeds(self) -> Feeds:
        return Feeds(self._source, self.model.graph.input)


def dynamic(model: Any, target: Path, *, per_channel: bool, reduce_range: bool) -> None:
    """Write a model whose MatMul and Gemm weights are QInt8 and whose activations are quantized during inference.

    Args:
        model: a prepared float model; changed.
        target: what to write.
        per_channel: one scale per output channel instead of one per tensor.
        reduce_range: 7-bit weights.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with quiet():
        quantize_dynamic(
            model,  # of a path it would leave a file beside the model
            str(target),
            op_types_to_quantize=PRODUCTS,
            per_channel=per_channel,
            reduce_range=reduce_range,
            weight_type=QuantType.QInt8,
        )
    save(read(target), target)


def _entropy_ranges(model: str, reader: Feeds, folder: Path) -> None:
    """Write the ranges that lose the least information to `ranges.json`, which `quantize_static` reads.

    `quantize_static` itself counts 128 bins for entropy calibration and merges them into 128, so that every range is
    that of the extremes.
    """
    from onnxruntime.quantization import CalibrationMethod, create_calibrator
    from onnxruntime.quantization.calibrate import save_tensors_data

    calibrator = create_calibrator(
        model,
        augmented_model_path=str(folder / "augmented.onnx"),
        calibrate_method=CalibrationMethod.Entropy,
        extra_options={"num_bins": BINS, "num_quantized_bins": BINS // 2},
    )
    calibrator.collect_data(reader)
    save_tensors_data(calibrator.compute_data(), folder / "ranges.json")


class Feeds:
    """Calibration items as a CalibrationDataReader of onnxruntime, by duck typing."""

    def __init__(self, source: ModelSource, inputs: Sequence[Any], limit: int = MAX_ITEMS) -> None:
        ports = list(map(_port, inputs))
        self._names = [port.name for port in ports]
        self._items: Iterator[Any] = batches(source, ports, limit)

    def get_next(self) -> dict[str, Any] | None:
        """The next feed, or None at the end."""
        item = next(self._items, None)
        return None if item is None else dict(zip(self._names, item, strict=True))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.get_next, None)


def _port(value: Any) -> Port:
    import onnx

    tensor = value.type.tensor_type
    shape = tuple(dim.dim_value or None for dim in tensor.shape.dim)
    return Port(value.name, shape, onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type))


def attention_scores(model: Any) -> list[str]:
    """Names of each Softmax and of the element-wise operators between it and the product before it.

    A mask adds minus ten thousand to the scores of padding; eight bits over that range leave none for the rest.
    """
    producer = {output: node for node in model.graph.node for output in node.output}
    names = []
    for node in model.graph.node:
        if node.op_type != "Softmax":
            continue
        names.append(node.name)
        pending = list(node.input)
        while pending:
            source = producer.get(pending.pop())
            if source is not None and source.op_type in _ELEMENTWISE and source.name not in names:
                names.append(source.name)
                pending += source.input
    return names


def _stem(model: Any, float_stem: str) -> list[str]:
    """The name of the first convolution that reads an input, if it stays float."""
    if float_stem == "no":
        return []
    shapes = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    fed = {value.name for value in model.graph.input}
    for node in model.graph.node:
        if node.op_type == "Conv" and node.input[0] in fed:
            shape = shapes.get(node.input[1], ())
            thin = len(shape) == 4 and shape[1] < THIN
            return [node.name] if thin or float_stem == "yes" else []
    return []
