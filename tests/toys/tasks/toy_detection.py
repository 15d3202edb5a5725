"""A detector of bright squares in small grey images, scored by mAP50: three outputs, padded targets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from odviz.tasks.base import Examples

SIDE, CELL = 16, 4
CELLS = (SIDE // CELL) ** 2
BRIGHT = (0.6, 1.0)
"""Brightness of the squares of class 0 and of class 1."""

_corners = np.array([(x, y) for y in range(0, SIDE, CELL) for x in range(0, SIDE, CELL)], np.float32)
BOXES = np.concatenate([_corners, _corners + CELL], axis=1)
"""The box of each cell, shape (16, 4)."""


def cell_means() -> NDArray[np.float32]:
    """Weights that turn the pixels of an image into the mean brightness of each cell, shape (256, 16)."""
    weights = np.zeros((SIDE, SIDE, CELLS), np.float32)
    for index, (x, y) in enumerate(_corners.astype(int)):
        weights[y : y + CELL, x : x + CELL, index] = 1 / CELL**2
    return weights.reshape(SIDE * SIDE, CELLS)


class ToyDetection:
    """Images of up to 16 squares, each in a cell of its own, moved by up to a pixel."""

    name, title, summary, metric = "toy-detection", "Toy detection", "Finds bright squares.", "map50"
    takes, shape, dtype, groups = "a grey image of 16 × 16 points", (SIDE, SIDE, 1), "float32", ""

    def classes(self) -> tuple[str, ...]:
        """Two brightnesses."""
        return "grey", "white"

    def test(self) -> Examples:
        """80 images."""
        return self._examples(1, 80)

    def calibration(self) -> Examples:
        """16 others."""
        return self._examples(2, 16)

    def _examples(self, seed: int, count: int) -> Examples:
        rng = np.random.default_rng(seed)
        images = rng.normal(0.15, 0.1, (count, SIDE, SIDE, 1)).astype(np.float32)
        targets = np.full((count, CELLS, 5), -1, np.float32)
        for image, rows in zip(images, targets, strict=True):
            for cell in np.flatnonzero(rng.random(CELLS) < 0.3):
                kind = int(rng.integers(2))
                low = np.clip(BOXES[cell, :2].astype(int) + rng.integers(-1, 2, 2), 0, SIDE - CELL)
                (x, y), (right, bottom) = low, low + CELL
                image[y:bottom, x:right] = BRIGHT[kind] + rng.normal(0, 0.1, (CELL, CELL, 1))
                rows[cell] = kind, x, y, right, bottom
        return Examples(images, targets, np.full(count, ""))


plugin = ToyDetection()
