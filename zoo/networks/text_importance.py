"""First-order importance of the units of a text network (Michel et al. 2019)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn

#: Sum of the contributions of features (N, ..., features) per item and unit, (N, units).
Group = Callable[[Tensor], Tensor]


def over_positions(contributions: Tensor) -> Tensor:
    """Every feature is a unit: (N, ..., features) to (N, features)."""
    return contributions.flatten(1, -2).sum(1) if contributions.ndim > 2 else contributions


def strided(units: int) -> Group:
    """Features repeat the units, as the windows of a convolution do: (N, ..., k * units) to (N, units)."""
    return lambda contributions: over_positions(contributions).unflatten(1, (-1, units)).sum(1)


def input_importance(
    model: nn.Module, layers: Mapping[str, Group], batches: Sequence[tuple[Tensor, Tensor]]
) -> dict[str, Tensor]:
    """Estimate the change of the loss if an input unit of a linear layer were zero.

    The changes of one item's loss are summed over positions before the absolute value is taken.

    Args:
        model: Trained network; left unchanged.
        layers: Name of a linear layer -> grouping of its input features into units.
        batches: Token ids (N, L) and target probabilities (N, C).

    Returns:
        For each layer the score (units,).
    """
    probe = copy.deepcopy(model).eval()
    inputs: dict[str, Tensor] = {}

    def watch(name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def hook(_: nn.Module, arguments: tuple[Tensor, ...]) -> None:
            arguments[0].retain_grad()
            inputs[name] = arguments[0]

        return hook

    for name in layers:
        probe.get_submodule(name).register_forward_pre_hook(watch(name))
    scores: dict[str, Tensor] = {}
    for tokens, targets in batches:
        (-(targets * torch.log_softmax(probe(tokens), 1)).sum()).backward()
        for name, group in layers.items():
            contributions = (inputs[name] * inputs[name].grad).detach()
            scores[name] = scores.get(name, 0) + group(contributions).abs().sum(0)
    return scores


def best(scores: Tensor, count: int) -> Tensor:
    """Indices of the ``count`` highest scores, in ascending order."""
    return scores.topk(count).indices.sort().values


@torch.no_grad()
def copy_linear(
    source: nn.Linear, target: nn.Linear, rows: Tensor | None = None, columns: Tensor | None = None
) -> None:
    """Copy some outputs (rows) and inputs (columns) of one linear layer into a smaller one."""
    weight, bias = source.weight, source.bias
    if rows is not None:
        weight, bias = weight[rows], bias[rows]
    if columns is not None:
        weight = weight[:, columns]
    target.weight.copy_(weight)
    target.bias.copy_(bias)


def low_rank(table: Tensor, rank: int, weights: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Factors (V, rank) and (rank, width) of an embedding table with the least squared error, weighted by row.

    Both factors get the square root of the singular values, so that they have one scale for the optimiser.
    """
    scale = torch.ones(len(table), 1) if weights is None else weights.sqrt()[:, None]
    left, values, right = torch.linalg.svd(table * scale, full_matrices=False)
    root = values[:rank].sqrt()
    return left[:, :rank] * root / scale, root[:, None] * right[:rank]
