"""The smallest form of the zoo: one small network, one epoch, random pictures.

It runs every step of ``python -m zoo product-images`` except reading Fashion-MNIST: training, pruning, fine-tuning,
export to both formats, the parity check, and writing of data folder, record, model card and manifests.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from zoo.fashion_mnist import CLASSES, FashionMnist
from zoo.image_recipes import RECIPES
from zoo.tasks import Options
from zoo.tasks.product_images import make_task

MODEL = "lenet-5"
ITEMS = 600


def run(options: Options) -> None:
    """Make data/product-images and models/product-images/lenet-5 under ``options.root``."""
    recipe = replace(RECIPES[MODEL], epochs=1, prune={50: 1})
    make_task(random_pictures(), {MODEL: recipe}, options)


def random_pictures() -> FashionMnist:
    """Random pictures with random labels, in three parts of ``ITEMS``."""
    rng = np.random.default_rng(0)
    train, validation, test = (
        (rng.integers(0, 256, (ITEMS, 28, 28), np.uint8), rng.integers(0, len(CLASSES), ITEMS, np.uint8))
        for _ in range(3)
    )
    return FashionMnist(train, validation, test, near=0, exact=0, repeats=0, nearest=np.full(ITEMS, 100.0), sha256={})
