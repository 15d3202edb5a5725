"""Which kind of product is on the picture? Fashion-MNIST, all 10,000 test images."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array
from odviz.tasks.base import Task


class ProductImages(Task):
    """Ten classes; inputs are grey images, shape (N, 28, 28, 1) float32 from 0 to 1."""

    name = "product-images"
    title = "Product images"
    summary = "Looks at a small picture of an article of clothing and says what it is."
    knows = (
        "Ten kinds of clothing and shoes on grey pictures of 28 × 28 points. It does not know your products: "
        "those need a model that was trained on pictures of them."
    )
    metric = "top1"
    shape, dtype = (28, 28, 1), "float32"
    takes = "one grey picture of 28 × 28 points, each from 0 (black, the background) to 1 (white)"

    def prepare(self, stored: Mapping[str, Array]) -> Array:
        """Grey values from 0 to 1, with a channel axis."""
        inputs: NDArray[np.float32] = stored["x"].astype(np.float32)[..., np.newaxis] / 255
        return inputs


plugin = ProductImages()
