"""A convolutional text classifier (after Kim 2014) with two layers and the strongest answer of each filter.

The convolutions are written as a gather of windows and a linear layer.  That is the same arithmetic, but engines that
quantize only matrix products can then speed the network up.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from zoo.networks.text_importance import best, copy_linear, input_importance, over_positions, strided

FIRST_WINDOW, SECOND_WINDOW = 5, 3


def windows(x: Tensor, size: int) -> Tensor:
    """Every position's neighbourhood, (N, L, F) to (N, L, size * F), with zeros beyond the ends."""
    length = x.shape[1]
    padded = functional.pad(x, (0, 0, size // 2, size // 2))
    index = torch.arange(length)[:, None] + torch.arange(size)
    return padded[:, index.flatten()].reshape(x.shape[0], length, size * x.shape[2])


class TextCnn(nn.Module):
    """Token ids (N, L), 0 = padding, to logits (N, classes).

    Args:
        vocabulary: Number of word pieces.
        width: Width of the embedding.
        filters: Filters of the two layers.
        classes: Number of classes.
    """

    def __init__(self, vocabulary: int, width: int, filters: tuple[int, int], classes: int = 2) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.dropout = nn.Dropout(0.2)
        self.first = nn.Linear(FIRST_WINDOW * width, filters[0])
        self.second = nn.Linear(SECOND_WINDOW * filters[0], filters[1])
        self.head = nn.Linear(filters[1], classes)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits (N, classes) for token ids (N, L)."""
        # Zeroed padding: the answer must not depend on how far a text was padded.
        real = (tokens != 0).float()[:, :, None]
        x = self.dropout(self.embedding(tokens) * real)
        x = torch.relu(self.first(windows(x, FIRST_WINDOW))) * real
        x = torch.relu(self.second(windows(self.dropout(x), SECOND_WINDOW))) * real
        return self.head(self.dropout(x.amax(1)))


@torch.no_grad()
def _cut(model: TextCnn, first: Tensor, second: Tensor) -> TextCnn:
    table, size = model.embedding.weight, model.first.out_features
    small = TextCnn(len(table), table.shape[1], (len(first), len(second)), model.head.out_features)
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
