"""What odviz does with the models that the onnx package tests runtimes with.

Each is inspected in a worker, as every model is before anything else. Those with one input of float32 at batch 1 are
then compressed by every method that converts ONNX files.

`python -m benchmarks backend_models`
"""

from __future__ import annotations

import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx.backend.test.case.node import collect_testcases
from onnx.backend.test.loader import load_model_tests

from benchmarks._common import goal, note, parse, parser, table
from odviz.compression.make import make_variant
from odviz.domain.errors import OdvizError, RunFailed
from odviz.domain.failure import FailureKind
from odviz.domain.model import Artifact, Checkpoint, Layout, Model
from odviz.domain.recipe import parse_recipe
from odviz.execution.child import Child
from odviz.formats.base import digest
from odviz.formats.onnx_graph import fed
from odviz.tasks.base import Examples
from odviz.worker.protocol import InspectFile

KINDS = ("pytorch-operator", "pytorch-converted", "simple")
RECIPES = ("int8-static", "int8-dynamic", "int4-weight-only", "fp16", "prune-magnitude:50")
ENDED_BADLY = frozenset((FailureKind.CRASH, FailureKind.TIMEOUT, FailureKind.OUT_OF_MEMORY))
TIMEOUT_S, ITEMS = 20.0, 12


def models() -> Iterator[tuple[str, Any]]:
    """Names and models: whole networks, then each operator's test cases, which take a while to collect."""
    for kind in KINDS:
        for case in load_model_tests(kind=kind):
            if case.model_dir:
                yield case.name, onnx.load(str(Path(case.model_dir) / "model.onnx"))
    for case in collect_testcases(None):
        yield case.name, case.model


def items(model: Any) -> Examples | None:
    """Random items for a model of one float32 input at batch 1; None for any other model."""
    inputs = fed(model.graph)
    tensor = inputs[0].type.tensor_type if len(inputs) == 1 else None
    sizes = [dim.dim_value for dim in tensor.shape.dim] if tensor is not None else []
    if tensor is None or tensor.elem_type != onnx.TensorProto.FLOAT or len(sizes) < 2 or sizes[0] not in (0, 1):
        return None
    values = np.random.default_rng(0).normal(size=(ITEMS, *(size or 3 for size in sizes[1:]))).astype(np.float32)
    return Examples(values, np.zeros(ITEMS, np.int64), np.full(ITEMS, ""))


def compressed(path: Path, recipe: str, examples: Examples, cache: Path) -> str:
    """What came of one method: "made", "changed nothing" or "refused"."""
    artifact = Artifact(str(path), digest([path]), path.stat().st_size, "onnx", Layout.TOKENS)
    model = Model(path.stem, path.stem, "backend", (Checkpoint({"onnx": artifact}, 0, 0),))
    try:
        made = make_variant(model, parse_recipe(recipe), "onnx", cache=cache, calibration=lambda: examples)
    except OdvizError:
        return "refused"
    return "made" if made.changed else "changed nothing"


class Inspector:
    """A worker that inspects models; another one takes its place when it ended badly."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack, self._child = stack, self._new(stack)
        self.reasons: Counter[str] = Counter()

    @staticmethod
    def _new(stack: ExitStack) -> Child:
        return stack.enter_context(Child(timeout_s=TIMEOUT_S, memory_limit_bytes=8 << 30, threads=1))

    def inspect(self, path: Path) -> str:
        """Inspect a model: "counted", "refused", or how the worker ended."""
        try:
            self._child.request(InspectFile(str(path), "onnx", ()))
        except RunFailed as error:
            if error.failure.kind in ENDED_BADLY:
                self._child = self._new(self._stack)
                return str(error.failure.kind)
            self.reasons[re.sub(r"'[^']*'", "…", error.failure.reason.partition(": ")[2])[:90]] += 1
            return "refused"
        return "counted"


def main() -> None:
    options = parse(parser(__doc__))
    inspected: Counter[str] = Counter()
    outcomes = {recipe: Counter[str]() for recipe in RECIPES}
    slowest, tried = 0.0, 0
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        inspector, path = Inspector(stack), Path(folder) / "model.onnx"
        for name, model in islice(models(), 6 if options.tiny else None):
            path.write_bytes(model.SerializeToString())
            tried += 1
            start = time.monotonic()
            verdict = inspector.inspect(path)
            slowest = max(slowest, time.monotonic() - start)
            inspected[verdict] += 1
            if tried % 200 == 0:
                note(f"{tried} inspected, the last one {name}")
            examples = items(model) if verdict == "counted" else None
            for recipe in RECIPES if examples is not None else ():
                outcomes[recipe][compressed(path, recipe, examples, Path(folder) / "cache")] += 1
    print(table(("Inspected", "Models"), [[verdict, str(count)] for verdict, count in inspected.most_common()]))
    print(f"\n{tried} models of onnx {onnx.__version__}; the slowest took {slowest:.1f} s.\n")
    print(
        table(
            ("Refused because", "Models"), [[reason, str(count)] for reason, count in inspector.reasons.most_common()]
        )
    )
    columns = ("made", "changed nothing", "refused")
    rows = [[recipe, *(str(outcomes[recipe][column]) for column in columns)] for recipe in RECIPES]
    print(f"\n{table(('Method', *columns), rows)}\n")
    print(goal("no worker crashes, hangs or runs out of memory", not any(inspected[kind] for kind in ENDED_BADLY)))


if __name__ == "__main__":
    main()
