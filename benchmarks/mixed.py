"""How much of what int8 loses comes back when `int8-static:auto` leaves operators in float.

Built-in networks are rescaled: the weights that write a channel are multiplied by a factor, and those that read it
are divided by it. Between them is a ReLU, so the outputs in float stay the same. A large factor makes an outlier
activation, which takes the steps of the scale from all other channels; a small one makes small weights before it, and
after it large ones, which take the steps from all other weights.

`python -m benchmarks mixed`
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from benchmarks._common import goal, parse, parser, sample, table, value_of
from odviz.compression.make import make_variant
from odviz.domain.model import Artifact, Checkpoint, Model
from odviz.domain.recipe import parse_recipe
from odviz.formats.base import digest
from odviz.formats.onnx_work import macs_by_operator
from odviz.library.models import load_model
from odviz.tasks import TASKS

RECIPES = ("fp32", "int8-static", "int8-static:auto")
TINY_ITEMS = 60


@dataclass(frozen=True)
class Case:
    """A rescaled network.

    Attributes:
        task: of the network.
        model: its name.
        layer: number of the convolution whose channels are rescaled.
        factor: of its first channel.
    """

    task: str
    model: str
    layer: int
    factor: float

    @property
    def title(self) -> str:
        """Of a row."""
        return f"{self.task} {self.model}, channel × {self.factor:g}"


CASES = (
    Case("product-images", "ds-cnn-0.5", 4, 1e3),
    Case("exercise", "ds-cnn-0.5", 5, 1e-3),
)


def rescale(model: onnx.ModelProto, layer: int, factor: float) -> None:
    """Rescale the first output channel of a convolution that a ReLU and one convolution follow, in place."""
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    writer = [node for node in model.graph.node if node.op_type == "Conv"][layer]
    relu = next(node for node in model.graph.node if writer.output[0] in node.input)
    (reader,) = (node for node in model.graph.node if relu.output[0] in node.input)
    assert relu.op_type == "Relu" and reader.op_type == "Conv"
    depthwise = stored[reader.input[1]].dims[1] == 1
    for name, axis, power in (
        (writer.input[1], 0, 1), (writer.input[2], 0, 1), (reader.input[1], 0 if depthwise else 1, -1),
    ):  # fmt: skip
        values = numpy_helper.to_array(stored[name]).copy()
        np.moveaxis(values, axis, 0)[0] *= factor**power
        stored[name].CopyFrom(numpy_helper.from_array(values, name))


def integer_share(path: Path, shape: tuple[int, ...]) -> float:
    """Share of the multiply-accumulates of the operators that read integer weights."""
    model = onnx.load(str(path))
    writers = {name: node for node in model.graph.node for name in node.output}
    macs = macs_by_operator(model, [shape])
    integers = sum(
        macs.get(node.name, 0)
        for node in model.graph.node
        if len(node.input) > 1 and (writer := writers.get(node.input[1])) and writer.op_type == "DequantizeLinear"
    )
    return integers / sum(macs.values())


def measure(case: Case, folder: Path, tiny: bool) -> tuple[list[tuple[str, ...]], float, float]:
    """Rows of a case, the share of the loss that comes back, and the share of the MACs in integers."""
    original, task = load_model(case.task, case.model), TASKS[case.task]
    source = original.dense.artifacts["onnx"]
    network = onnx.load(source.path)
    rescale(network, case.layer, case.factor)
    path = folder / f"{case.model}.onnx"
    onnx.save(network, str(path))
    artifact = Artifact(str(path), digest([path]), path.stat().st_size, "onnx", source.layout)
    model = Model(case.model, case.model, case.task, (Checkpoint({"onnx": artifact}, 0, 0),))
    limit = TINY_ITEMS if tiny else None
    test, calibration = sample(task.test(), limit), sample(task.calibration(), limit)
    shape, rows, values = source.layout.batch(task.shape), [], []
    for recipe in RECIPES:
        made = make_variant(
            model, parse_recipe(recipe), "onnx",
            cache=folder / "cache", calibration=lambda: calibration, metric=task.metric,
        )  # fmt: skip
        file = Path(made.artifact.path)
        values.append(value_of(file, source.layout, task, test))
        share = integer_share(file, shape)
        rows.append((case.title, recipe, f"{100 * values[-1]:.1f} %", f"{100 * share:.0f} %", " ".join(made.notes)))
    full, plain, mixed = values
    return rows, (mixed - plain) / (full - plain) if full > plain else 1.0, share


def main() -> None:
    options = parse(parser(__doc__))
    rows, met = [], []
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES[:1] if options.tiny else CASES:
            of_case, recovered, share = measure(case, Path(folder), options.tiny)
            rows += of_case
            met.append(recovered >= 0.8 and share >= 0.8)
            print(
                f"{case.title}: {100 * recovered:.0f} % of the loss comes back, "
                f"with {100 * share:.0f} % of the MACs in int8.\n"
            )
    print(f"\n{table(('Network', 'Recipe', 'Accuracy', 'MACs in int8', 'Notes'), rows)}\n")
    print(goal("at least 80 % of the loss comes back, and at least 80 % of the MACs stay int8", all(met)))


if __name__ == "__main__":
    main()
