"""Which units of a trained text network matter: first-order importance, as in Michel et al. 2019."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn

#: Sums what an item's features contribute, (N, ..., features), to one figure per item and unit, (N, units).
Group = Callable[[Tensor], Tensor]


def over_positions(contributions: Tensor) -> Tensor:
    """Every feature is a unit: (N, ..., features) to (N, features)."""
    return contributions.flatten(1, -2).sum(1) if contributions.ndim > 2 else contributions


def strided(units: int) -> Group:
    """Features repeat the units again and again, as the windows of a convolution do."""
    return lambda contributions: over_positions(contributions).unflatten(1, (-1, units)).sum(1)


def input_importance(
    model: nn.Module, layers: Mapping[str, Group], batches: Sequence[tuple[Tensor, Tensor]]
) -> dict[str, Tensor]:
    """Estimates how much the loss would change if a unit that feeds a linear layer were zero.

    The change of one item's loss adds up over its positions before the sign is dropped.

    Args:
        model: Trained network; not changed.
        layers: Name of a linear layer in the network -> how its input features form units.
        batches: Token ids (N, L) and target probabilities (N, C).

    Returns:
        For each layer the score (units,).
    """
    probe = copy.deepcopy(model).eval()
    seen: dict[str, Tensor] = {}

    def watch(name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def hook(_: nn.Module, arguments: tuple[Tensor, ...]) -> None:
            arguments[0].retain_grad()
            seen[name] = arguments[0]

        return hook

    for name in layers:
        probe.get_submodule(name).register_forward_pre_hook(watch(name))
    scores: dict[str, Tensor] = {}
    for tokens, targets in batches:
        (-(targets * torch.log_softmax(probe(tokens), 1)).sum()).backward()
        for name, group in layers.items():
            contributions = (seen[name] * seen[name].grad).detach()
            scores[name] = scores.get(name, 0) + group(contributions).abs().sum(0)
    return scores


def best(scores: Tensor, count: int) -> Tensor:
    """Indices of the ``count`` highest scores, in ascending order."""
    return scores.topk(count).indices.sort().values


@torch.no_grad()
def copy_linear(
    source: nn.Linear, target: nn.Linear, rows: Tensor | None = None, columns: Tensor | None = None
) -> None:
    """Copies the chosen outputs (rows) and inputs (columns) of one linear layer into a smaller one."""
    weight, bias = source.weight, source.bias
    if rows is not None:
        weight, bias = weight[rows], bias[rows]
    if columns is not None:
        weight = weight[:, columns]
    target.weight.copy_(weight)
    target.bias.copy_(bias)


def low_rank(table: Tensor, rank: int, weights: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """The best factors (V, rank) and (rank, width) of an embedding table in the squared error, weighted by row.

    The square root of the singular values goes to either side: one scale for the optimiser.
    """
    scale = torch.ones(len(table), 1) if weights is None else weights.sqrt()[:, None]
    left, values, right = torch.linalg.svd(table * scale, full_matrices=False)
    root = values[:rank].sqrt()
    return left[:, :rank] * root / scale, root[:, None] * right[:rank]
