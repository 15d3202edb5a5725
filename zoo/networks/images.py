"""Networks for small grey images (N, 1, 28, 28): LeNet-5, DS-CNN and ResNet-8."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class LeNet5(nn.Module):
    """LeNet-5 (LeCun et al. 1998) with ReLU and max pooling."""

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.hidden = nn.Sequential(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU())
        self.classifier = nn.Linear(84, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes)."""
        return self.classifier(self.hidden(torch.flatten(self.features(x), 1)))


def _conv(inputs: int, outputs: int, kernel: int = 3, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    return [
        nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
    ]


class DSCNN(nn.Module):
    """Depthwise-separable network like DS-CNN (Zhang et al. 2017) and MobileNet.

    Args:
        width: Multiplies the channels 64, 64, 128, 128, 256, 256.
        classes: Number of classes.
    """

    def __init__(self, width: float, classes: int = 10) -> None:
        super().__init__()
        channels = [max(8, int(base * width)) for base in (64, 64, 128, 128, 256, 256)]
        layers: list[nn.Module] = [*_conv(1, channels[0], stride=2), nn.ReLU()]
        for inputs, outputs, stride in zip(channels, channels[1:], (1, 2, 1, 2, 1), strict=False):
            layers += [*_conv(inputs, inputs, stride=stride, groups=inputs), nn.ReLU()]
            layers += [*_conv(inputs, outputs, kernel=1), nn.ReLU()]
        self.features = nn.Sequential(*layers)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(channels[-1], classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes)."""
        return self.classifier(torch.flatten(self.pool(self.features(x)), 1))


class _Residual(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(*_conv(inputs, outputs, stride=stride), nn.ReLU(), *_conv(outputs, outputs))
        changes = stride != 1 or inputs != outputs
        self.shortcut = nn.Sequential(*_conv(inputs, outputs, kernel=1, stride=stride)) if changes else nn.Identity()
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.body(x) + self.shortcut(x))


class ResNet8(nn.Module):
    """ResNet-8 of MLPerf Tiny (Banbury et al. 2021), for one input channel.

    Args:
        widths: Channels of the three stages.
        stem_stride: 2 halves the resolution at the first layer, for a quarter of the MACs.
        classes: Number of classes.
    """

    def __init__(self, widths: tuple[int, int, int] = (16, 32, 64), stem_stride: int = 1, classes: int = 10) -> None:
        super().__init__()
        first, second, third = widths
        self.stem = nn.Sequential(*_conv(1, first, stride=stem_stride), nn.ReLU())
        self.stages = nn.Sequential(
            _Residual(first, first, 1), _Residual(first, second, 2), _Residual(second, third, 2)
        )
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(third, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes)."""
        return self.classifier(torch.flatten(self.pool(self.stages(self.stem(x))), 1))
