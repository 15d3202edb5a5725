"""A short distillation: the weights of a small network are trained to give the outputs of the original.

No labels are needed (Hinton et al. 2015). It runs in torch, which is an extra, and on few items, which it may learn by
heart: the result has to be judged on others.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from odviz.compression._torch_network import run
from odviz.domain.errors import RecipeError
from odviz.formats.onnx_run import outputs_of

STEPS = 400
BATCH = 32
LEARNING_RATE = 1e-3
WORK = 6e11
"""Multiply-accumulates of a training, which limit its steps for large networks."""

_FEWEST_STEPS = 20
_TRAINED = {"Conv": (1, 2), "Gemm": (1, 2), "MatMul": (1,), "BatchNormalization": (1, 2), "PRelu": (1,)}
"""Inputs of operators that hold what is trained. A sum after a product is its bias; see `_parameters`."""

_SAME = 1e-3
"""Largest difference of outputs here and on ONNX Runtime, as a share of their spread."""


def need_torch() -> None:
    """Refuse to begin where torch is not installed.

    Raises:
        RecipeError: it is not.
    """
    if importlib.util.find_spec("torch") is None:
        raise RecipeError("Distillation needs torch: pip install 'odviz[train]'.", option="distill")


def distill(
    original: Any, pruned: Any, feeds: Sequence[dict[str, Any]], macs: int, report_alive: Callable[[], None]
) -> None:
    """Train the weights of a network, in place.

    Args:
        original: whose outputs are the aim.
        pruned: the network.
        feeds: items with the batch axis, each as a dictionary with one input.
        macs: multiply-accumulates of an inference of the network.
        report_alive: called after each step.

    Raises:
        RecipeError: the network cannot be run in torch.
    """
    import onnx
    import torch

    if len(feeds[0]) != 1:
        raise RecipeError("Networks with several inputs cannot be trained here.", option="distill")
    torch.set_num_threads(1)
    output = _before_softmax(pruned)
    name = next(iter(feeds[0]))
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in pruned.graph.initializer}
    values = {key: torch.tensor(array) if array.dtype.kind == "f" else array for key, array in stored.items()}
    items = torch.tensor(np.concatenate([feed[name] for feed in feeds]))
    aims = _outputs(original, output, feeds)
    own = _outputs(pruned, output, feeds[:BATCH])
    scale = float(aims.std()) or 1.0
    with torch.no_grad():
        here = run(pruned, {**values, name: items[: len(own)]}, output).numpy()
    if here.shape != own.shape or np.abs(here - own).max() > _SAME * scale:
        raise RecipeError("The network gives other outputs in torch, so it cannot be trained here.", option="distill")
    trained = [values[key].requires_grad_() for key in _parameters(pruned, values)]
    steps = int(min(STEPS, max(_FEWEST_STEPS, WORK / (3 * BATCH * max(macs, 1)))))
    optimizer = torch.optim.Adam(trained, lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    targets, draw = torch.tensor(aims), np.random.default_rng(0)
    for _ in range(steps):
        rows = torch.tensor(draw.choice(len(items), min(BATCH, len(items)), replace=False))
        loss = ((run(pruned, {**values, name: items[rows]}, output) - targets[rows]) / scale).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        report_alive()
    for tensor in pruned.graph.initializer:
        if tensor.name in values and stored[tensor.name].dtype.kind == "f":
            array = values[tensor.name].detach().numpy()
            tensor.CopyFrom(onnx.numpy_helper.from_array(array, tensor.name))


def _outputs(model: Any, name: str, feeds: Sequence[dict[str, Any]]) -> Any:
    return np.concatenate([arrays[0] for arrays in outputs_of(model, [name], feeds)])


def _before_softmax(model: Any) -> str:
    """The first output, or what a last Softmax or Sigmoid reads: differences there do not vanish at its ends."""
    name: str = model.graph.output[0].name
    last = next(node for node in model.graph.node if name in node.output)
    return last.input[0] if last.op_type in ("Softmax", "Sigmoid") else name


def _parameters(model: Any, values: dict[str, Any]) -> list[str]:
    """Names of the stored tensors that are trained."""
    import torch

    products = {node.output[0] for node in model.graph.node if node.op_type == "MatMul"}
    names: dict[str, None] = {}
    for node in model.graph.node:
        places = _TRAINED.get(node.op_type, ())
        if node.op_type == "Add" and products.intersection(node.input):
            places = (0, 1)
        for place in places:
            name = node.input[place] if len(node.input) > place else ""
            if isinstance(values.get(name), torch.Tensor):
                names[name] = None
    return list(names)
