"""Pruning of heads and feed-forward neurons of a transformer; the residual stream keeps its width."""

from __future__ import annotations

import copy
from typing import TypeVar

import torch
from torch import Tensor, nn

from zoo.networks.motion import Attention, Block
from zoo.pruning import count_macs

Network = TypeVar("Network", bound=nn.Module)


def prune_transformer(model: Network, example: Tensor, removed: float, round_to: int = 4) -> tuple[Network, float]:
    """A smaller copy with about a share of the MACs removed, before fine-tuning.

    Heads are removed in proportion; the number of neurons then brings the share nearest to the target.

    Args:
        model: Dense network whose ``blocks`` are a sequence of `Block`; left unchanged.
        example: One input (1, ...), for counting.
        removed: Share of MACs to remove, 0 to 1.
        round_to: Step of the search over neurons.

    Returns:
        The smaller network and the share of MACs removed.
    """
    dense = count_macs(model, example)
    heads = max(1, round(model.blocks[0].attention.heads * (1 - removed)))
    best, best_share = model, 0.0
    for neurons in range(round_to, model.blocks[0].up.out_features + 1, round_to):
        smaller = copy.deepcopy(model)
        for block in smaller.blocks:
            _keep_heads(block.attention, heads)
            _keep_neurons(block, neurons)
        share = 1 - count_macs(smaller, example) / dense
        if abs(share - removed) < abs(best_share - removed):
            best, best_share = smaller, share
    return best, best_share


@torch.no_grad()
def _keep_heads(attention: Attention, heads: int) -> None:
    """Keep the heads with the largest product of value and output weights."""
    size = attention.head_size
    value = attention.value.weight.unflatten(0, (-1, size)).pow(2).sum((1, 2))
    output = attention.output.weight.unflatten(1, (-1, size)).pow(2).sum((0, 2))
    best = (value * output).topk(heads).indices.sort().values
    rows = (best[:, None] * size + torch.arange(size)).flatten()
    for name in ("query", "key", "value"):
        setattr(attention, name, _cut(getattr(attention, name), rows=rows))
    attention.output = _cut(attention.output, columns=rows)
    attention.heads = heads


@torch.no_grad()
def _keep_neurons(block: Block, neurons: int) -> None:
    """Keep the neurons with the largest product of incoming and outgoing weights."""
    scores = block.up.weight.pow(2).sum(1) * block.down.weight.pow(2).sum(0)
    kept = scores.topk(neurons).indices.sort().values
    block.up, block.down = _cut(block.up, rows=kept), _cut(block.down, columns=kept)


def _cut(layer: nn.Linear, rows: Tensor | None = None, columns: Tensor | None = None) -> nn.Linear:
    weight, bias = layer.weight, layer.bias
    if rows is not None:
        weight, bias = weight[rows], bias[rows]
    if columns is not None:
        weight = weight[:, columns]
    small = nn.Linear(weight.shape[1], weight.shape[0])
    small.weight.copy_(weight)
    small.bias.copy_(bias)
    return small
