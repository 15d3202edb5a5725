"""A network of 8-bit products, and runtimes that run it by the reference evaluator, with faults at known operators."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from odviz.arrays import Array
from odviz.domain.model import Layout
from odviz.runtimes.base import Availability

WIDTH, CLASSES = 16, 4
FULL, NARROW = 127, 50
"""Largest weights: sums of two products with 255 exceed 16 bits, or do not."""


def network(path: Path, *largest: int) -> Path:
    """Write a network of dynamically quantized layers; `largest` are the largest weights of each."""
    rng = np.random.default_rng(3)
    nodes, stored, source = [], {}, "x"
    for number, most in enumerate(largest):
        last = number == len(largest) - 1
        shape = (WIDTH, CLASSES if last else WIDTH)
        stored |= {
            f"w{number}": rng.integers(-most // 3, most, shape, endpoint=True).astype(np.int8),
            f"s{number}": np.float32(0.5 / most),
        }
        quantized, scale, zero, product, real, scales = (
            f"{word}{number}" for word in ("quantized", "scale", "zero", "product", "real", "scales")
        )
        nodes += [
            helper.make_node("DynamicQuantizeLinear", [source], [quantized, scale, zero], f"Quantize {number}"),
            helper.make_node("MatMulInteger", [quantized, f"w{number}", zero], [product], f"Product {number}"),
            helper.make_node("Cast", [product], [real], f"Cast {number}", to=TensorProto.FLOAT),
            helper.make_node("Mul", [scale, f"s{number}"], [scales], f"Scales {number}"),
            helper.make_node("Mul", [real, scales], [f"sum{number}"], f"Sum {number}"),
        ]
        source = f"sum{number}"
        if not last:
            nodes.append(helper.make_node("Relu", [source], [f"layer{number}"], f"Relu {number}"))
            source = f"layer{number}"
    graph = helper.make_graph(
        nodes,
        "integers",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, WIDTH))],
        [helper.make_tensor_value_info(source, TensorProto.FLOAT, (1, CLASSES))],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in stored.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path


def items(count: int) -> Array:
    return np.random.default_rng(1).uniform(0, 1, (count, WIDTH)).astype(np.float32)


class ReferenceSession:
    """Every operator of the reference evaluator, those of `faults` computed otherwise."""

    def __init__(self, path: Path, faults: dict[str, Callable[..., Array]], flip: bool) -> None:
        self._graph, self._faults, self._flip = onnx.load(str(path)).graph, faults, flip
        self._stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in self._graph.initializer}
        self._steps = [
            (node, ReferenceEvaluator(node, opsets={"": 13}) if node.op_type not in faults else None)
            for node in self._graph.node
        ]

    def predict(self, item: Array) -> tuple[Array, ...]:
        values: dict[str, Any] = {**self._stored, "x": item[np.newaxis, ::-1] if self._flip else item[np.newaxis]}
        for node, evaluator in self._steps:
            inputs = [values[name] for name in node.input]
            if evaluator is None:
                outputs = [self._faults[node.op_type](*inputs)]
            else:
                outputs = evaluator.run(None, dict(zip(node.input, inputs, strict=True)))
            values.update(zip(node.output, outputs, strict=True))
        outputs = (np.asarray(values[output.name]) for output in self._graph.output)
        return tuple(output[0] if output.ndim else output for output in outputs)

    def prepare(self, item: Array) -> Callable[[], object]:
        return lambda: self.predict(item)


class ReferenceRuntime:
    """A runtime; a plug-in of the tests.

    Args:
        name: of it.
        faults: by type of operator, a function that computes it otherwise.
        plain: the same runtime without them.
        flip: whether it reads items from back to front.
    """

    formats = ("onnx",)
    backend = "cpu"
    snippet = "scores = None"

    def __init__(
        self,
        name: str,
        faults: dict[str, Callable[..., Array]] | None = None,
        plain: ReferenceRuntime | None = None,
        flip: bool = False,
    ) -> None:
        self.name = self.title = name
        self.plain, self._faults, self._flip = plain, faults or {}, flip

    def available(self) -> Availability:
        return Availability(version="1")

    def load(self, path: Path, layout: Layout, threads: int) -> ReferenceSession:
        return ReferenceSession(path, self._faults, self._flip)


def saturating_product(values: Array, weights: Array, zero: Array) -> Array:
    """As x86 without VNNI: two products at a time are added in 16 bits, and saturate."""
    pairs = (values.astype(np.int64)[..., None] * weights).reshape(len(values), -1, 2, weights.shape[1]).sum(axis=2)
    sums = np.clip(pairs, -(1 << 15), (1 << 15) - 1).sum(axis=1)
    return (sums - zero.astype(np.int64) * weights.astype(np.int64).sum(axis=0)).astype(np.int32)


def truncating_product(values: Array, weights: Array, zero: Array) -> Array:
    """Drops the low five bits of the sum, as a kernel that shifts without rounding."""
    exact = (values.astype(np.int64) - zero) @ weights.astype(np.int64)
    return ((exact >> 5) << 5).astype(np.int32)
