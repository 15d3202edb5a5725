"""Convolutional text classifier (after Kim 2014) with two layers and a maximum over positions.

The convolutions are a gather of windows and a linear layer: the same arithmetic, which runtimes that quantize only
matrix products can speed up.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from zoo.networks.text_importance import best, copy_linear, input_importance, over_positions, strided

FIRST_WINDOW, SECOND_WINDOW = 5, 3
#: Padding beyond which more padding changes nothing: both windows contain only padding once.
MARGIN = FIRST_WINDOW // 2 + SECOND_WINDOW // 2 + 2


def windows(x: Tensor, size: int) -> Tensor:
    """Neighbourhood of every position with zero padding, (N, L, ...) to (N, L * size, ...)."""
    length = x.shape[1]
    padded = functional.pad(x, (0, 0) * (x.ndim - 2) + (size // 2, size // 2))
    return padded.index_select(1, (torch.arange(length)[:, None] + torch.arange(size)).flatten())


class TextCnn(nn.Module):
    """Token ids (N, L), 0 = padding, to logits (N, classes).

    Args:
        vocabulary: Number of word pieces.
        length: Number of positions; shorter texts are padded.
        width: Width of the embedding.
        filters: Filters of the two layers.
        classes: Number of classes.
    """

    def __init__(self, vocabulary: int, length: int, width: int, filters: tuple[int, int], classes: int = 2) -> None:
        super().__init__()
        self.length = length
        # The padding piece is zero and affects the maximum of all short texts alike, so no mask is needed.
        self.embedding = nn.Embedding(vocabulary, width, padding_idx=0)
        self.dropout = nn.Dropout(0.2)
        self.first = nn.Linear(FIRST_WINDOW * width, filters[0])
        self.second = nn.Linear(SECOND_WINDOW * filters[0], filters[1])
        self.head = nn.Linear(filters[1], classes)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits (N, classes) for token ids (N, L)."""
        if tokens.shape[1] < self.length:
            tokens = functional.pad(tokens, (0, min(self.length - tokens.shape[1], MARGIN)))
        items, length = tokens.shape
        # Two dimensions instead of three, so that runtimes fuse product, bias and ReLU.
        x = self.embedding(windows(tokens, FIRST_WINDOW)).reshape(items * length, self.first.in_features)
        x = torch.relu(self.first(self.dropout(x)))
        x = windows(x.reshape(items, length, self.first.out_features), SECOND_WINDOW)
        x = torch.relu(self.second(self.dropout(x.reshape(items * length, self.second.in_features))))
        return self.head(self.dropout(x.reshape(items, length, self.second.out_features).amax(1)))


@torch.no_grad()
def _cut(model: TextCnn, first: Tensor, second: Tensor) -> TextCnn:
    table, size = model.embedding.weight, model.first.out_features
    small = TextCnn(len(table), model.length, table.shape[1], (len(first), len(second)), model.head.out_features)
    small.embedding.weight.copy_(table)
    copy_linear(model.first, small.first, rows=first)
    columns = (torch.arange(SECOND_WINDOW)[:, None] * size + first).flatten()
    copy_linear(model.second, small.second, rows=second, columns=columns)
    copy_linear(model.head, small.head, columns=second)
    return small


def shrink(model: TextCnn, batches: Sequence[tuple[Tensor, Tensor]], filters: tuple[int, int]) -> TextCnn:
    """A smaller copy with the most important filters of both layers; the embedding stays whole."""
    scores = input_importance(model, {"second": strided(model.first.out_features), "head": over_positions}, batches)
    return _cut(model, best(scores["second"], filters[0]), best(scores["head"], filters[1]))
