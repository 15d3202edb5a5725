"""Which kind of product is on the picture? Fashion-MNIST, all 10,000 test images."""

from __future__ import annotations

import numpy as np

from odviz.tasks import _data
from odviz.tasks.base import Examples


class ProductImages:
    """Ten classes; inputs are grey images, shape (N, 28, 28, 1) float32 from 0 to 1."""

    name = "product-images"
    title = "Product images"
    summary = "Looks at a small picture of an article of clothing and says what it is."
    metric = "top-1 accuracy"

    def classes(self) -> tuple[str, ...]:
        """See base.Task."""
        return tuple(_data.labels(self.name)["classes"])

    def test(self) -> Examples:
        """See base.Task."""
        return self._examples("test")

    def calibration(self) -> Examples:
        """See base.Task."""
        return self._examples("calibration")

    def _examples(self, split: str) -> Examples:
        stored = _data.arrays(self.name, split)
        inputs = stored["x"].astype(np.float32)[..., np.newaxis] / 255
        return Examples(inputs, stored["y"].astype(np.int64), stored["group"])


plugin = ProductImages()
