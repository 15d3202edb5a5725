"""A child that times a runtime with nothing of odviz around it: what harness.py compares with.

It speaks the requests `load` and `block` of odviz.worker.protocol, so that the parent treats both children alike.
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


def onnxruntime(path: str, batches: list[NDArray[Any]]) -> list[Callable[[], object]]:
    """Inferences with input and output bound, as ONNX Runtime advises for repeated ones."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    source, target = session.get_inputs()[0].name, session.get_outputs()[0].name
    answer = session.run([target], {source: batches[0]})[0]

    _KEPT.append(answer)  # a binding holds bare addresses

    def bound(batch: NDArray[Any]) -> Callable[[], object]:
        binding = session.io_binding()
        binding.bind_cpu_input(source, batch)
        binding.bind_output(target, "cpu", 0, answer.dtype, answer.shape, answer.ctypes.data)
        return partial(session.run_with_iobinding, binding)

    return [bound(batch) for batch in batches]


def litert(path: str, batches: list[NDArray[Any]]) -> list[Callable[[], object]]:
    """The three calls of an application."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=path, num_threads=1)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]

    def called(batch: NDArray[Any]) -> Callable[[], object]:
        def once() -> object:
            interpreter.set_tensor(source, batch)
            interpreter.invoke()
            return interpreter.get_tensor(target)

        return once

    return [called(batch) for batch in batches]


def loop(invoke: Callable[[], object], discard: int, timed: int) -> list[int]:
    for _ in range(discard):
        invoke()
    times = []
    for _ in range(timed):
        start = perf_counter_ns()
        invoke()
        times.append(perf_counter_ns() - start)
    return times


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a runtime prints goes where it does no harm
    invokes: list[Callable[[], object]] = []
    for turn, line in enumerate(sys.stdin):
        request = json.loads(line)
        if request["do"] == "load":
            items = np.load(request["inputs"])
            _KEPT[:] = batches = [np.ascontiguousarray(item[np.newaxis]) for item in items]
            invokes = {"onnxruntime": onnxruntime, "litert": litert}[request["runtime"]](request["path"], batches)
            print(json.dumps({"reply": {}}), file=answers)
        else:
            times = loop(invokes[turn % len(invokes)], request["discard"], request["timed"])
            print(json.dumps({"reply": {"wall_ns": times, "cpu_ns": times}}), file=answers)


if __name__ == "__main__":
    main()
