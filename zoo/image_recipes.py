"""Training recipes of the product-images networks: architecture, epochs, rates and pruned versions."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import nn

from zoo.networks.images import DSCNN, LeNet5, ResNet8


@dataclass(frozen=True)
class Recipe:
    """Training recipe of one network.

    Attributes:
        title: Title for people.
        family: Kind of network.
        summary: One sentence for people without an ML background.
        build: Builds the untrained network.
        epochs: Of the dense network.
        prune: Nominal percentage of MACs to remove -> epochs of fine-tuning.
        lr: Peak learning rate of the dense network.
        fine_tune_lr: Peak learning rate after pruning.
        batch_size: Pictures per step.
        shift: Largest random shift in pixels.
        label_smoothing: Of the cross-entropy.
        round_to: Channel counts after pruning are multiples of this; int8 kernels are fastest at multiples of 8.
    """

    title: str
    family: str
    summary: str
    build: Callable[[], nn.Module]
    epochs: int
    prune: Mapping[int, int]
    lr: float = 3e-3
    fine_tune_lr: float = 2e-3
    batch_size: int = 128
    shift: int = 1
    label_smoothing: float = 0.05
    round_to: int = 8

    def fingerprint(self) -> str:
        """Short hash of everything the dense network's training depends on; part of file names in the cache."""
        settings = (self.epochs, self.lr, self.batch_size, self.shift, self.label_smoothing)
        # The network's repr, because the builder's contains a memory address.
        return hashlib.sha256(f"{self.build()}{settings}".encode()).hexdigest()[:10]


RECIPES = {
    "lenet-5": Recipe(
        "LeNet-5",
        "lenet",
        "The classic of 1998: two convolution layers and three plain ones; most of its file is one big table.",
        LeNet5,
        epochs=10,
        prune={30: 3, 50: 4, 70: 5},
        label_smoothing=0.0,
        round_to=2,
    ),
    "ds-cnn-0.25": Recipe(
        "DS-CNN ×0.25",
        "ds-cnn",
        "A tiny network made for microcontrollers; the smallest file here and the least accurate.",
        functools.partial(DSCNN, 0.25),
        epochs=10,
        prune={30: 4, 50: 4, 70: 6},
        label_smoothing=0.0,
        round_to=4,
    ),
    "ds-cnn-0.5": Recipe(
        "DS-CNN ×0.5",
        "ds-cnn",
        "A small network made for microcontrollers, a good compromise between size and accuracy.",
        functools.partial(DSCNN, 0.5),
        epochs=12,
        prune={30: 4, 50: 4, 70: 6},
        label_smoothing=0.0,
        round_to=4,
    ),
    "resnet-8": Recipe(
        "ResNet-8",
        "resnet",
        "The image network of the MLPerf Tiny benchmark: looks at every pixel at full resolution, so it is slow.",
        ResNet8,
        epochs=6,
        prune={30: 1, 50: 2, 70: 3},
        round_to=4,
    ),
    "resnet-8-wide": Recipe(
        "ResNet-8 wide",
        "resnet",
        "ResNet-8 with twice the channels at half the resolution: the most accurate here, and it prunes well.",
        functools.partial(ResNet8, (32, 64, 128), 2),
        epochs=12,
        prune={30: 2, 50: 3, 70: 4},
    ),
}
