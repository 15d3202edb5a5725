"""The whole pipeline, run on a toy task and a network of it in real child processes."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from odviz.analysis.analysis import Analysis, analyse
from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.domain.plan import BenchmarkPlan, Effort
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import State
from odviz.execution.child import Child
from odviz.execution.executor import execute
from odviz.execution.fork_server import ForkServer, can_fork
from odviz.library.models import RECORD
from odviz.library.sources import user
from odviz.services import benchmark
from odviz.store import open_store
from odviz.tasks import TASKS
from odviz.worker.protocol import Compress, InspectFile, MeasureMemory, Predict, TimeBlock

MODEL = "net"
WORKER = (sys.executable, "-P", "-m", "tests.toys.worker")
EFFORT = Effort(launches=2, rounds=2, discard=1, confidence=0.5, time_s=0.2)


@dataclass
class Ran:
    """A benchmark that has ended.

    Attributes:
        data: all that it stored.
        analysis: of it, without limits.
    """

    data: BenchmarkData
    analysis: Analysis


def run(task: str, model: onnx.ModelProto, layout: str, *recipes: str) -> Ran:
    """Benchmark a network and its variants on ONNX Runtime, from the plan to the analysis of what was stored."""
    _keep(task, model, layout)
    plan = BenchmarkPlan(task, (MODEL,), tuple(map(parse_recipe, recipes)), ("onnxruntime",), effort=EFFORT)
    with open_store() as store, _children() as make_child:
        submitted = benchmark.submit(store, plan).id
        execute(store, submitted, TASKS[task], lambda _: None, make_child=make_child)
        assert store.load(submitted).state is State.DONE
        data = load_benchmark_data(store, submitted)
    return Ran(data, analyse(data))


def network(
    name: str, nodes: list[Any], weights: dict[str, Any], shape: tuple[int, ...], outputs: dict[str, Any]
) -> Any:
    """An ONNX model with one float input; outputs are given as name to (type, shape)."""
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, (1, *shape))],
        [helper.make_tensor_value_info(output, *value) for output, value in outputs.items()],
        [numpy_helper.from_array(np.asarray(value), weight) for weight, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def _keep(task: str, model: onnx.ModelProto, layout: str) -> None:
    """Keep a network as a model of the user's own."""
    content = model.SerializeToString()
    folder = user().models.path / task / MODEL
    folder.mkdir(parents=True)
    (folder / "fp32.onnx").write_bytes(content)
    file = {
        "path": f"{task}/{MODEL}/fp32.onnx",
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "layout": layout,
    }
    record = {"checkpoints": [{"macs": 1000, "parameters": 1000, "artifacts": {"onnx": file}}]}
    (folder / RECORD).write_text(json.dumps(record))


@contextmanager
def _children() -> Iterator[Callable[..., Child]]:
    """What starts workers that know the toy tasks; where it is possible, one process forks all of them."""
    if not can_fork():
        yield lambda **options: Child(command=WORKER, **options)
        return
    with ForkServer((Compress, InspectFile, Predict, MeasureMemory, TimeBlock), (*WORKER, "fork")) as server:
        yield lambda **options: Child(**{**options, "fork_server": server})
