"""Running an ONNX network in torch, on batches, so that its weights can be trained.

Only operators of plain networks have a form here; others are refused. Nothing in this module imports torch before it is
used: it is an extra.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from odviz.compression._channel_layers import attributes
from odviz.domain.errors import RecipeError

Options = Mapping[str, Any]
Operator = Callable[..., Any]


def run(model: Any, values: Mapping[str, Any], output: str) -> Any:
    """Compute a tensor of a network.

    Args:
        model: an `onnx.ModelProto`.
        values: stored tensors and a batch for the input, by name: real numbers as tensors of torch, others as arrays.
        output: name of the tensor.

    Raises:
        RecipeError: an operator has no form here.
    """
    import torch

    known = dict(values)
    for node in model.graph.node:
        if node.op_type not in OPERATORS:
            raise _refusal(node)
        inputs = [known[name] if name else None for name in node.input]
        known[node.output[0]] = OPERATORS[node.op_type](torch, attributes(node), *inputs)
        if node.output[0] == output:
            break
    return known[output]


def _refusal(node: Any, part: str = "") -> RecipeError:
    return RecipeError(f"Networks with the operator {node.op_type}{part} cannot be trained here.", option="distill")


def _padded(torch: Any, options: Options, x: Any, value: float) -> Any:
    """The input with the margins of a convolution or a pool."""
    if options.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID") or options.get("ceil_mode"):
        raise RecipeError("Networks with automatic margins cannot be trained here.", option="distill")
    pads = list(options.get("pads", ()))
    if not any(pads):
        return x
    rank = len(pads) // 2
    margins = [pads[axis + end * rank] for axis in reversed(range(rank)) for end in (0, 1)]
    return torch.nn.functional.pad(x, margins, value=value)


def _convolution(torch: Any, options: Options, x: Any, weights: Any, bias: Any = None) -> Any:
    rank = weights.ndim - 2
    function = getattr(torch.nn.functional, f"conv{rank}d")
    steps = tuple(options.get("strides", [1] * rank)), 0, tuple(options.get("dilations", [1] * rank))
    return function(_padded(torch, options, x, 0.0), weights, bias, *steps, options.get("group", 1))


def _max_pool(torch: Any, options: Options, x: Any) -> Any:
    kernel = options["kernel_shape"]
    function = getattr(torch.nn.functional, f"max_pool{len(kernel)}d")
    steps = options.get("strides", [1] * len(kernel)), 0, options.get("dilations", [1] * len(kernel))
    return function(_padded(torch, options, x, -math.inf), kernel, *steps)


def _average_pool(torch: Any, options: Options, x: Any) -> Any:
    kernel = options["kernel_shape"]
    if any(options.get("pads", ())) and not options.get("count_include_pad"):
        raise RecipeError("Networks with averages at margins cannot be trained here.", option="distill")
    function = getattr(torch.nn.functional, f"avg_pool{len(kernel)}d")
    return function(_padded(torch, options, x, 0.0), kernel, options.get("strides", [1] * len(kernel)))


def _gemm(torch: Any, options: Options, x: Any, weights: Any, bias: Any = None) -> Any:  # noqa: ARG001
    product = (x.T if options.get("transA") else x) @ (weights.T if options.get("transB") else weights)
    product = options.get("alpha", 1.0) * product
    return product if bias is None else product + options.get("beta", 1.0) * bias


def _batch_normalization(torch: Any, options: Options, x: Any, *parameters: Any) -> Any:
    scale, bias, mean, variance = parameters
    epsilon = options.get("epsilon", 1e-5)
    return torch.nn.functional.batch_norm(x, mean, variance, scale, bias, training=False, eps=epsilon)


def _reshape(torch: Any, options: Options, x: Any, sizes: Any) -> Any:  # noqa: ARG001
    target = [int(size) or x.shape[axis] for axis, size in enumerate(sizes)]
    return x.reshape([len(x) if target[0] == 1 else target[0], *target[1:]])


def _clip(torch: Any, options: Options, x: Any, low: Any = None, high: Any = None) -> Any:
    return torch.clamp(x, options.get("min", low), options.get("max", high))


def _mean(torch: Any, options: Options, x: Any, axes: Any = None) -> Any:  # noqa: ARG001
    chosen = options.get("axes", axes)
    return x.mean(dim=[int(axis) for axis in chosen], keepdim=bool(options.get("keepdims", 1)))


def _squeeze(torch: Any, options: Options, x: Any, axes: Any = None) -> Any:  # noqa: ARG001
    for axis in sorted((int(axis) % x.ndim for axis in options.get("axes", axes)), reverse=True):
        x = x.squeeze(axis)
    return x


def _unsqueeze(torch: Any, options: Options, x: Any, axes: Any = None) -> Any:  # noqa: ARG001
    chosen = options.get("axes", axes)
    for axis in sorted(int(axis) % (x.ndim + len(chosen)) for axis in chosen):
        x = x.unsqueeze(axis)
    return x


def _plain(function: Callable[..., Any]) -> Operator:
    """An operator without attributes."""
    return lambda _torch, _options, *inputs: function(*inputs)


OPERATORS: Mapping[str, Operator] = {
    "Add": _plain(lambda a, b: a + b),
    "AveragePool": _average_pool,
    "BatchNormalization": _batch_normalization,
    "Clip": _clip,
    "Concat": lambda torch, options, *inputs: torch.cat(inputs, dim=options["axis"]),
    "Conv": _convolution,
    "Div": _plain(lambda a, b: a / b),
    "Dropout": _plain(lambda x, *_: x),
    "Elu": lambda torch, options, x: torch.nn.functional.elu(x, options.get("alpha", 1.0)),
    "Erf": lambda torch, _, x: torch.erf(x),
    "Flatten": lambda _torch, options, x: x.flatten(start_dim=options.get("axis", 1)),
    "Gemm": _gemm,
    "GlobalAveragePool": _plain(lambda x: x.mean(dim=tuple(range(2, x.ndim)), keepdim=True)),
    "HardSigmoid": lambda torch, options, x: torch.clamp(
        options.get("alpha", 0.2) * x + options.get("beta", 0.5), 0.0, 1.0
    ),
    "HardSwish": lambda torch, _, x: torch.nn.functional.hardswish(x),
    "Identity": _plain(lambda x: x),
    "LeakyRelu": lambda torch, options, x: torch.nn.functional.leaky_relu(x, options.get("alpha", 0.01)),
    "MatMul": _plain(lambda a, b: a @ b),
    "MaxPool": _max_pool,
    "Mul": _plain(lambda a, b: a * b),
    "PRelu": lambda torch, _, x, slope: torch.where(x < 0, slope * x, x),
    "ReduceMean": _mean,
    "Relu": lambda torch, _, x: torch.relu(x),
    "Reshape": _reshape,
    "Sigmoid": lambda torch, _, x: torch.sigmoid(x),
    "Softmax": lambda torch, options, x: torch.softmax(x, dim=options.get("axis", -1)),
    "Squeeze": _squeeze,
    "Sub": _plain(lambda a, b: a - b),
    "Tanh": lambda torch, _, x: torch.tanh(x),
    "Transpose": lambda _torch, options, x: x.permute(options["perm"]),
    "Unsqueeze": _unsqueeze,
}
