"""A child process that times a runtime in a bare loop, without odviz: the reference of harness.py.

It answers the requests `Load` and `TimeBlock` of odviz.worker.protocol, so the parent treats it like a worker.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from time import perf_counter_ns
from typing import Any

import numpy as np
from numpy.typing import NDArray

_KEPT: list[NDArray[Any]] = []
"""Arrays whose addresses a binding holds; they must outlive it."""


def onnxruntime(path: str, batches: list[NDArray[Any]]) -> list[Callable[[], object]]:
    """One inference per batch with bound input and output, as ONNX Runtime's documentation advises."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    source, target = session.get_inputs()[0].name, session.get_outputs()[0].name
    output = session.run([target], {source: batches[0]})[0]
    _KEPT.append(output)

    def bind(batch: NDArray[Any]) -> Callable[[], object]:
        binding = session.io_binding()
        binding.bind_cpu_input(source, batch)
        binding.bind_output(target, "cpu", 0, output.dtype, output.shape, output.ctypes.data)
        return partial(session.run_with_iobinding, binding)

    return [bind(batch) for batch in batches]


def litert(path: str, batches: list[NDArray[Any]]) -> list[Callable[[], object]]:
    """One inference per batch by the three calls of an application."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=path, num_threads=1)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]

    def infer(batch: NDArray[Any]) -> object:
        interpreter.set_tensor(source, batch)
        interpreter.invoke()
        return interpreter.get_tensor(target)

    return [partial(infer, batch) for batch in batches]


def loop(invoke: Callable[[], object], discard: int, timed: int) -> list[int]:
    """Nanoseconds of `timed` calls after `discard` calls that are not timed."""
    for _ in range(discard):
        invoke()
    times = []
    for _ in range(timed):
        start = perf_counter_ns()
        invoke()
        times.append(perf_counter_ns() - start)
    return times


def main() -> None:
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # the output of runtimes must not mix with replies
    invokes: list[Callable[[], object]] = []
    for number, line in enumerate(sys.stdin):
        request = json.loads(line)
        if request["do"] == "load":
            items = np.load(request["inputs"])
            _KEPT[:] = batches = [np.ascontiguousarray(item[np.newaxis]) for item in items]
            invokes = {"onnxruntime": onnxruntime, "litert": litert}[request["runtime"]](request["path"], batches)
            print(json.dumps({"type": "reply", "reply": {"items": len(items)}}), file=replies)
        else:
            times = loop(invokes[number % len(invokes)], request["discard"], request["timed"])
            print(
                json.dumps(
                    {"type": "reply", "reply": {"wall_ns": times, "cpu_ns": 0, "timed": len(times), "reference_ns": 0}}
                ),
                file=replies,
            )


if __name__ == "__main__":
    main()
