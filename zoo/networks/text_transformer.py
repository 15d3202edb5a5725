"""A small BERT-style encoder with variable heads, feed-forward neurons, layers and embedding rank.

The residual stream keeps the width of MiniLM (Wang et al. 2020), so its pretrained weights fit any pruned size.
Attention consists of matrix products and a softmax, which export to every runtime and quantize dynamically.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

HEAD_SIZE = 32
#: Added to the attention score of a padding position; far below any score, within the range of float16.
MASKED = -1e4


class Attention(nn.Module):
    """Multi-head self-attention with any number of 32-wide heads."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        inner = heads * HEAD_SIZE
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(width, inner) for _ in range(3))
        self.output = nn.Linear(inner, width)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Attention output (N, L, width) for x (N, L, width); ``bias`` (N, 1, 1, L) masks the padding."""
        items, length, _ = x.shape

        def split(y: Tensor) -> Tensor:
            return y.reshape(items, length, self.heads, HEAD_SIZE).transpose(1, 2)

        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = torch.matmul(query, key.transpose(2, 3)) * (1 / math.sqrt(HEAD_SIZE)) + bias
        mixed = torch.matmul(torch.softmax(scores, dim=-1), value)
        return self.output(mixed.transpose(1, 2).reshape(items, length, self.heads * HEAD_SIZE))


class Block(nn.Module):
    """Attention and a feed-forward part, each followed by add and LayerNorm (post-norm, as in BERT)."""

    def __init__(self, width: int, heads: int, neurons: int, activation: str, dropout: float) -> None:
        super().__init__()
        self.attention = Attention(width, heads)
        self.attention_norm = nn.LayerNorm(width, eps=1e-12)
        self.up, self.down = nn.Linear(width, neurons), nn.Linear(neurons, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.activation = nn.GELU() if activation == "gelu" else nn.ReLU()
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Output (N, L, width) of the layer."""
        x = self.attention_norm(x + self.dropout(self.attention(x, bias)))
        return self.norm(x + self.dropout(self.down(self.activation(self.up(x)))))


class TextTransformer(nn.Module):
    """Token ids (N, L), 0 = padding, to logits (N, classes).

    Args:
        vocabulary: Number of word pieces.
        length: Longest input, in pieces.
        layers: ``(heads, neurons)`` of each layer.
        rank: Width of the embedding table; where it is below ``width`` a linear map widens it.
        width: Width of the residual stream.
        classes: Number of classes.
        activation: "gelu" (as pretrained) or "relu" (cheaper on every runtime).
        dropout: Dropped share of what each part adds, in training.
    """

    def __init__(
        self,
        vocabulary: int,
        length: int,
        layers: Sequence[tuple[int, int]],
        rank: int = 384,
        width: int = 384,
        classes: int = 2,
        activation: str = "gelu",
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, rank)
        self.widen = nn.Linear(rank, width, bias=False) if rank < width else None
        self.position = nn.Parameter(torch.zeros(length, width))
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(Block(width, h, n, activation, dropout) for h, n in layers)
        self.head = nn.Linear(width, classes)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits (N, classes) for token ids (N, L), from the mean state over tokens other than padding."""
        bias = (tokens == 0).float()[:, None, None, :] * MASKED
        x = self.embedding(tokens)
        if self.widen is not None:
            x = self.widen(x)
        x = self.dropout(self.norm(x + self.position[: tokens.shape[1]]))
        for block in self.blocks:
            x = block(x, bias)
        real = (tokens != 0).float()[:, :, None]
        return self.head((x * real).sum(1) / real.sum(1).clamp(min=1.0))


def from_pretrained(
    weights: dict[str, Tensor], token_ids: Sequence[int], length: int, layers: Sequence[int], classes: int = 2
) -> TextTransformer:
    """Build the network at full size from MiniLM's weights.

    Args:
        weights: State dictionary of MiniLM.
        token_ids: Row of each piece in MiniLM's embedding table.
        length: Largest number of tokens.
        layers: Indices of MiniLM's layers to keep.
        classes: Number of classes; the classifier is initialised at random.
    """
    table = weights["embeddings.word_embeddings.weight"]
    neurons, width = weights["encoder.layer.0.intermediate.dense.weight"].shape
    model = TextTransformer(
        len(token_ids), length, [(width // HEAD_SIZE, neurons)] * len(layers), width, width, classes
    )
    segment = weights["embeddings.token_type_embeddings.weight"][0]
    state = {
        "embedding.weight": table[list(token_ids)],
        "position": weights["embeddings.position_embeddings.weight"][:length] + segment,
        "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
    }
    names = {
        "attention.query": "attention.self.query",
        "attention.key": "attention.self.key",
        "attention.value": "attention.self.value",
        "attention.output": "attention.output.dense",
        "attention_norm": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm": "output.LayerNorm",
    }
    for position, layer in enumerate(layers):
        for ours, theirs in names.items():
            for kind in ("weight", "bias"):
                state[f"blocks.{position}.{ours}.{kind}"] = weights[f"encoder.layer.{layer}.{theirs}.{kind}"]
    missing = model.load_state_dict(state, strict=False).missing_keys
    if missing != ["head.weight", "head.bias"]:
        raise ValueError(f"MiniLM's weights leave gaps: {missing}")
    return model
