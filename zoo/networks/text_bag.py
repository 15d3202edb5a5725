"""A bag of word pieces: the mean and the maximum of their embeddings, and one hidden layer."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from zoo.networks.text_importance import best, copy_linear, input_importance, over_positions, strided


class TextBag(nn.Module):
    """Token ids (N, L), 0 = padding, to logits (N, classes); ignores the order of words.

    Args:
        vocabulary: Number of word pieces.
        width: Width of the embedding.
        neurons: Neurons of the hidden layer.
        classes: Number of classes.
    """

    def __init__(self, vocabulary: int, width: int, neurons: int, classes: int = 2) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.dropout = nn.Dropout(0.2)
        self.hidden = nn.Linear(2 * width, neurons)
        self.head = nn.Linear(neurons, classes)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits (N, classes) for token ids (N, L)."""
        real = (tokens != 0).float()[:, :, None]
        embedded = self.embedding(tokens) * real
        mean = embedded.sum(1) / real.sum(1).clamp(min=1.0)
        # Padding enters the maximum as zeros; relu gives the same maximum for texts without padding.
        pooled = torch.cat([mean, torch.relu(embedded).amax(1)], 1)
        return self.head(torch.relu(self.hidden(self.dropout(pooled))))


@torch.no_grad()
def _cut(model: TextBag, width: Tensor, neurons: Tensor) -> TextBag:
    small = TextBag(model.embedding.num_embeddings, len(width), len(neurons), model.head.out_features)
    small.embedding.weight.copy_(model.embedding.weight[:, width])
    columns = torch.cat([width, width + model.embedding.embedding_dim])
    copy_linear(model.hidden, small.hidden, rows=neurons, columns=columns)
    copy_linear(model.head, small.head, columns=neurons)
    return small


def shrink(model: TextBag, batches: Sequence[tuple[Tensor, Tensor]], width: int, neurons: int) -> TextBag:
    """A smaller copy with the most important embedding columns and hidden neurons."""
    groups = {"hidden": strided(model.embedding.embedding_dim), "head": over_positions}
    scores = input_importance(model, groups, batches)
    return _cut(model, best(scores["hidden"], width), best(scores["head"], neurons))
