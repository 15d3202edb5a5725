"""Structured pruning of the text transformer with least-squares reconstruction.

Heads and neurons with the least output energy are removed. The linear layer behind them is refitted in closed form to
reproduce the output of the original layer (after He, Zhang and Sun 2017, "Channel pruning for accelerating very deep
neural networks"). That also compensates for the change from GELU to ReLU and leaves little to the fine-tuning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from zoo.networks.text_importance import best, copy_linear, low_rank
from zoo.networks.text_transformer import HEAD_SIZE, TextTransformer

#: Added to the diagonal of the normal equations, relative to its mean.
RIDGE = 1e-3


@dataclass
class Moments:
    """Sums over positions of the inputs of a linear layer before (x) and after (z) the pruning."""

    count: int = 0
    x: Tensor | float = 0.0
    z: Tensor | float = 0.0
    xz: Tensor | float = 0.0
    zz: Tensor | float = 0.0

    def add(self, x: Tensor, z: Tensor) -> None:
        """Add inputs (positions, F) of both kinds."""
        self.count += len(x)
        self.x += x.sum(0)
        self.z += z.sum(0)
        self.xz += x.T @ z
        self.zz += z.T @ z

    def centred(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Means of x and z, the covariance of x with z, and that of z."""
        mean_x, mean_z = self.x / self.count, self.z / self.count
        return (
            mean_x,
            mean_z,
            self.xz / self.count - mean_x[:, None] * mean_z,
            self.zz / self.count - mean_z[:, None] * mean_z,
        )


@torch.no_grad()
def shrink(
    model: TextTransformer,
    batches: Sequence[Tensor],
    layers: Sequence[int],
    sizes: Sequence[tuple[int, int]],
    rank: int,
) -> TextTransformer:
    """A smaller copy with ReLU: the given layers, in each the heads and neurons of most energy, a low-rank embedding.

    Args:
        model: Network to prune; left unchanged.
        batches: Token ids (N, L) of some training texts.
        layers: Which layers to keep, in order.
        sizes: ``(heads, neurons)`` to keep in each kept layer.
        rank: Rank of the embedding table, below the width.
    """
    width = model.head.in_features
    small = TextTransformer(
        model.embedding.num_embeddings, len(model.position), sizes, rank, width, model.head.out_features, "relu"
    )
    small.position.copy_(model.position)
    small.norm.load_state_dict(model.norm.state_dict())
    small.head.load_state_dict(model.head.state_dict())
    _cut_embedding(model, small, batches)
    moments = _moments(model, batches)
    for target, layer, (heads, neurons) in zip(small.blocks, layers, sizes, strict=True):
        source = model.blocks[layer]
        kept_heads = best(_energy(source.attention.output, moments[layer][0], HEAD_SIZE), heads)
        columns = (kept_heads[:, None] * HEAD_SIZE + torch.arange(HEAD_SIZE)).flatten()
        for name in ("query", "key", "value"):
            copy_linear(getattr(source.attention, name), getattr(target.attention, name), rows=columns)
        _refit(source.attention.output, target.attention.output, moments[layer][0], columns)
        kept = best(_energy(source.down, moments[layer][1], 1), neurons)
        copy_linear(source.up, target.up, rows=kept)
        _refit(source.down, target.down, moments[layer][1], kept)
        target.attention_norm.load_state_dict(source.attention_norm.state_dict())
        target.norm.load_state_dict(source.norm.state_dict())
    return small


def _moments(model: TextTransformer, batches: Sequence[Tensor]) -> list[tuple[Moments, Moments]]:
    """Moments of the inputs of the attention's output layer and of the second feed-forward layer, per layer."""
    model.eval()
    moments = [(Moments(), Moments()) for _ in model.blocks]
    captured: dict[nn.Module, Tensor] = {}
    hooks = []
    for block in model.blocks:
        for module in (block.attention.output, block.activation):
            hooks.append(module.register_forward_pre_hook(lambda m, inputs: captured.__setitem__(m, inputs[0])))
    for tokens in batches:
        model(tokens)
        real = tokens != 0
        for block, (attention, feed_forward) in zip(model.blocks, moments, strict=True):
            mixed, hidden = captured[block.attention.output][real], captured[block.activation][real]
            attention.add(mixed, mixed)
            feed_forward.add(block.activation(hidden), torch.relu(hidden))
    for hook in hooks:
        hook.remove()
    return moments


def _energy(layer: nn.Linear, moments: Moments, size: int) -> Tensor:
    """Variance that each group of ``size`` consecutive inputs contributes to the layer's output, (units,)."""
    covariance = moments.centred()[3]
    blocks = layer.weight.unflatten(1, (-1, size)).transpose(0, 1)
    inner = torch.stack([covariance[i : i + size, i : i + size] for i in range(0, len(covariance), size)])
    return torch.einsum("uoi,uij,uoj->u", blocks, inner, blocks)


def _refit(source: nn.Linear, target: nn.Linear, moments: Moments, columns: Tensor) -> None:
    """Fit ``target`` on the kept inputs to the output of ``source`` on all inputs, by ridge regression."""
    mean_x, mean_z, xz, zz = moments.centred()
    kept = zz[columns][:, columns]
    kept = kept + RIDGE * kept.diagonal().mean() * torch.eye(len(columns))
    weight = torch.linalg.solve(kept, (source.weight @ xz[:, columns]).T).T
    target.weight.copy_(weight)
    target.bias.copy_(source.bias + source.weight @ mean_x - weight @ mean_z[columns])


def _cut_embedding(model: TextTransformer, small: TextTransformer, batches: Sequence[Tensor]) -> None:
    rank = small.embedding.embedding_dim
    if rank == model.embedding.embedding_dim:
        small.embedding.load_state_dict(model.embedding.state_dict())
        small.widen.load_state_dict(model.widen.state_dict())
        return
    table = model.embedding.weight if model.widen is None else model.widen(model.embedding.weight)
    counts = sum(torch.bincount(tokens.flatten(), minlength=len(table)) for tokens in batches)
    counts[0] = 0
    narrow, wide = low_rank(table, rank, counts + 1.0)
    small.embedding.weight.copy_(narrow)
    small.widen.weight.copy_(wide.T)
