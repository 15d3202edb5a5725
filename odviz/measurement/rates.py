"""Peak rates of the processor: products of matrices in single precision and in 8-bit integers, and copying."""

from __future__ import annotations

from time import perf_counter_ns
from typing import Any

import numpy as np

from odviz.arrays import Array
from odviz.measurement.readings import RateReading

SIZE = 384
"""Rows and columns of the matrices: they fit the second-level cache, and are large enough for the kernels."""

COPIED_BYTES = 64 << 20
"""Bytes that are copied: more than the caches of one core hold."""

RUNS = 30


def measure_rates(threads: int, size: int = SIZE, copied: int = COPIED_BYTES, runs: int = RUNS) -> RateReading:
    """Measure in about a second.

    The products are ONNX Runtime's, because a limit that no kernel reaches explains nothing.

    Args:
        threads: that work.
        size: rows and columns of the matrices.
        copied: bytes that are copied.
        runs: of each probe; the fastest counts.
    """
    rng, work = np.random.default_rng(0), size**3
    integers = {"x": rng.integers(0, 255, (size, size), np.uint8)}
    floats = {"x": rng.standard_normal((size, size), np.float32)}
    weights = rng.integers(-64, 64, (size, size), np.int8)
    source, target = np.ones(copied, np.uint8), np.empty(copied, np.uint8)
    return RateReading(
        work / _fastest(_product("MatMul", weights.astype(np.float32), np.float32, threads), floats, runs),
        work / _fastest(_product("MatMulInteger", weights, np.uint8, threads), integers, runs),
        2 * copied / _fastest(lambda _: np.copyto(target, source), {}, runs // 2),
    )


def _fastest(run: Any, feed: dict[str, Array], runs: int) -> float:
    """Seconds of the fastest of several runs."""
    times = []
    for _ in range(runs):
        start = perf_counter_ns()
        run(feed)
        times.append(perf_counter_ns() - start)
    return 1e-9 * min(times)


def _product(operator: str, weights: Array, reads: type[np.generic], threads: int) -> Any:
    """A function that multiplies a matrix with stored weights."""
    import onnx
    import onnxruntime

    make, shape = onnx.helper, list(weights.shape)
    kinds = [make.np_dtype_to_tensor_dtype(np.dtype(kind)) for kind in (reads, _sums(weights))]
    ends = [[make.make_tensor_value_info(name, kind, shape)] for name, kind in zip("xy", kinds, strict=True)]
    node = make.make_node(operator, ["x", "w"], ["y"])
    graph = make.make_graph([node], "product", *ends, [onnx.numpy_helper.from_array(weights, "w")])
    model = make.make_model(graph, opset_imports=[make.make_opsetid("", 13)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return lambda feed: session.run(None, feed)


def _sums(weights: Array) -> type[np.generic]:
    return np.int32 if weights.dtype == np.int8 else np.float32
