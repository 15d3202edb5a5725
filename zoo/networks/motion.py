"""Networks for windows of a motion sensor (N, 6, 200): a dense CNN, a depthwise-separable CNN and a transformer.

Convolutions are plain ``Conv1d``: ONNX keeps them, the TFLite converter turns them into 2-D convolutions of height 1,
and both quantize.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

CHANNELS = 6


def _conv(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    return [
        nn.Conv1d(inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False),
        nn.BatchNorm1d(outputs),
        nn.ReLU(),
    ]


class _Pooled(nn.Module):
    """Features (N, C, T) averaged over time and classified."""

    def __init__(self, features: Sequence[nn.Module], width: int, classes: int, dropout: float) -> None:
        super().__init__()
        self.features = nn.Sequential(*features)
        # A pooling module instead of ``mean``: ONNX Runtime has no int8 kernel for ReduceMean.
        self.pool = nn.AdaptiveAvgPool1d(1)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(width, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes)."""
        return self.classifier(self.dropout(torch.flatten(self.pool(self.features(x)), 1)))


class MotionCnn(_Pooled):
    """A few wide dense convolutions at a quarter of the sampling rate.

    Args:
        widths: Channels of each convolution; the first has stride 4.
        kernel: Width of every kernel; after the first layer 9 steps of 80 ms span 0.7 s.
        classes: Number of classes.
        dropout: Dropout before the classifier.
    """

    def __init__(
        self, widths: Sequence[int] = (64, 128, 128, 96), kernel: int = 9, classes: int = 7, dropout: float = 0.3
    ) -> None:
        layers: list[nn.Module] = []
        for inputs, outputs in zip((CHANNELS, *widths), widths, strict=False):
            layers += _conv(inputs, outputs, kernel, stride=1 if layers else 4)
        super().__init__(layers, widths[-1], classes, dropout)


class MotionDsCnn(_Pooled):
    """Depthwise-separable convolutions like DS-CNN (Zhang et al. 2017), in one dimension.

    Args:
        width: Channels of every layer.
        strides: Stride of each depthwise convolution, after a stem of stride 2.
        kernel: Width of the stem's and of the depthwise kernels.
        classes: Number of classes.
        dropout: Dropout before the classifier.
    """

    def __init__(
        self,
        width: int = 32,
        strides: Sequence[int] = (1, 2, 1, 2),
        kernel: int = 9,
        classes: int = 7,
        dropout: float = 0.2,
    ) -> None:
        layers = _conv(CHANNELS, width, kernel, stride=2)
        for stride in strides:
            layers += _conv(width, width, kernel, stride, groups=width) + _conv(width, width, 1)
        super().__init__(layers, width, classes, dropout)


class Attention(nn.Module):
    """Multi-head self-attention from matrix products and a softmax, with any number of heads."""

    def __init__(self, width: int, heads: int, head_size: int) -> None:
        super().__init__()
        self.heads, self.head_size = heads, head_size
        self.query, self.key, self.value = (nn.Linear(width, heads * head_size) for _ in range(3))
        self.output = nn.Linear(heads * head_size, width)

    def forward(self, x: Tensor) -> Tensor:
        """Attention output (N, L, width) for x (N, L, width)."""
        items, length, _ = x.shape

        def split(y: Tensor) -> Tensor:
            return y.reshape(items, length, self.heads, self.head_size).transpose(1, 2)

        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        weights = torch.softmax(torch.matmul(query, key.transpose(2, 3)) * (1 / math.sqrt(self.head_size)), dim=-1)
        mixed = torch.matmul(weights, value).transpose(1, 2).reshape(items, length, self.heads * self.head_size)
        return self.output(mixed)


class Block(nn.Module):
    """Pre-norm encoder layer: attention and a ReLU feed-forward part, each with a residual connection."""

    def __init__(self, width: int, heads: int, head_size: int, neurons: int, dropout: float) -> None:
        super().__init__()
        self.attention_norm, self.norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads, head_size)
        self.up, self.down = nn.Linear(width, neurons), nn.Linear(neurons, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Output (N, L, width) of the layer."""
        x = x + self.dropout(self.attention(self.attention_norm(x)))
        return x + self.dropout(self.down(torch.relu(self.up(self.norm(x)))))


class MotionTransformer(nn.Module):
    """A small encoder over patches of the window.

    Args:
        layers: Number of layers.
        heads: Heads of each layer.
        neurons: Feed-forward neurons of each layer.
        width: Width of the residual stream.
        head_size: Width of a head.
        patch: Samples per patch; 8 of 200 give 25 positions.
        samples: Samples per window.
        classes: Number of classes.
        dropout: Dropout of each residual part.
    """

    def __init__(
        self,
        *,
        layers: int = 3,
        heads: int = 4,
        neurons: int = 128,
        width: int = 64,
        head_size: int = 16,
        patch: int = 8,
        samples: int = 200,
        classes: int = 7,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.patches = nn.Conv1d(CHANNELS, width, patch, patch)
        self.position = nn.Parameter(torch.randn(1, samples // patch, width) * 0.02)
        self.blocks = nn.Sequential(*(Block(width, heads, head_size, neurons, dropout) for _ in range(layers)))
        self.norm = nn.LayerNorm(width)
        self.classifier = nn.Linear(width, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes)."""
        x = self.patches(x).transpose(1, 2) + self.position
        return self.classifier(self.norm(self.blocks(x)).mean(1))


class Ensemble(nn.Module):
    """Mean of the logits of several networks; a teacher."""

    def __init__(self, members: Sequence[nn.Module]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes)."""
        return torch.stack([member(x) for member in self.members]).mean(0)
