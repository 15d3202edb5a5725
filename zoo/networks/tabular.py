"""Networks for rows of a table (N, F): a multilayer perceptron, a wide-and-deep network and a small transformer."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from zoo.networks.motion import Block


def _hidden(inputs: int, widths: Sequence[int], dropout: float) -> nn.Sequential:
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise((inputs, *widths)):
        layers += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers)


class TabularMlp(nn.Module):
    """A multilayer perceptron.

    Args:
        inputs: Number of inputs F.
        widths: Neurons of each hidden layer.
        classes: Number of classes.
        dropout: After each hidden layer.
    """

    def __init__(self, inputs: int, widths: Sequence[int], classes: int = 2, dropout: float = 0.3) -> None:
        super().__init__()
        self.hidden = _hidden(inputs, widths, dropout)
        self.classifier = nn.Linear(widths[-1], classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes)."""
        return self.classifier(self.hidden(x))


class WideAndDeep(nn.Module):
    """A linear model of inputs and of pairs of categories, added to a multilayer perceptron (Cheng et al. 2016).

    Args:
        columns: Number of inputs of each column of the table, in order.
        crossed: Columns whose inputs are multiplied with those of each other such column.
        widths: Neurons of each hidden layer of the deep part.
        classes: Number of classes.
        dropout: After each hidden layer.
    """

    def __init__(
        self,
        columns: Sequence[int],
        crossed: Sequence[int],
        widths: Sequence[int],
        classes: int = 2,
        dropout: float = 0.3,
    ) -> None:
        super().__init__()
        starts = list(itertools.accumulate(columns, initial=0))
        places = [range(starts[column], starts[column + 1]) for column in crossed]
        pairs = [pair for one, other in itertools.combinations(places, 2) for pair in itertools.product(one, other)]
        self.register_buffer("pairs", torch.tensor(pairs).T.contiguous())
        self.wide = nn.Linear(starts[-1] + len(pairs), classes)
        self.hidden = _hidden(starts[-1], widths, dropout)
        self.classifier = nn.Linear(widths[-1], classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes)."""
        crosses = x.index_select(1, self.pairs[0]) * x.index_select(1, self.pairs[1])
        return self.wide(torch.cat([x, crosses], 1)) + self.classifier(self.hidden(x))


class TabularTransformer(nn.Module):
    """An encoder in which each column of the table is a token (FT-Transformer, Gorishniy et al. 2021).

    Args:
        columns: Number of inputs of each column of the table, in order.
        layers: Number of layers.
        heads: Heads of each layer.
        neurons: Feed-forward neurons of each layer.
        width: Width of the residual stream.
        head_size: Width of a head.
        classes: Number of classes.
        dropout: Dropout of each residual part.
    """

    def __init__(
        self,
        columns: Sequence[int],
        *,
        layers: int = 2,
        heads: int = 4,
        neurons: int = 48,
        width: int = 24,
        head_size: int = 6,
        classes: int = 2,
        dropout: float = 0.2,
    ) -> None:
        super().__init__()
        inputs = sum(columns)
        owner = torch.repeat_interleave(torch.arange(len(columns)), torch.tensor(columns))
        self.register_buffer("mask", (owner == torch.arange(len(columns))[:, None]).float()[None])
        self.embedding = nn.Linear(inputs, width, bias=False)
        self.column = nn.Parameter(torch.randn(1, len(columns), width) * 0.02)
        self.blocks = nn.Sequential(*(Block(width, heads, head_size, neurons, dropout) for _ in range(layers)))
        self.norm = nn.LayerNorm(width)
        self.classifier = nn.Linear(width, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes)."""
        tokens = self.embedding(x[:, None, :] * self.mask) + self.column
        return self.classifier(self.norm(self.blocks(tokens)).mean(1))
