"""Changes to pictures: float arrays of shape (N, H, W, C) from 0 to 1.

The kinds are those of Hendrycks and Dietterich ("Benchmarking Neural Network Robustness to Common Corruptions and
Perturbations", ICLR 2019) that need no data of their own, with a shift and a rotation. Lengths are shares of the
shorter side, so that severities mean the same for pictures of any size.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.stress._kinds import Kind

Images = NDArray[np.floating[Any]]
Rng = np.random.Generator


def noise(images: Images, level: float, rng: Rng) -> Images:
    """Gaussian noise; the level is its standard deviation."""
    return _within(images + level * rng.standard_normal(images.shape, np.float32))


def blur(images: Images, level: float, rng: Rng) -> Images:  # noqa: ARG001
    """Gaussian blur; the level is its standard deviation."""
    from scipy import ndimage

    sigma = level * min(images.shape[1:3])
    return _within(ndimage.gaussian_filter(images, (0, sigma, sigma, 0), mode="nearest"))


def brightness(images: Images, level: float, rng: Rng) -> Images:  # noqa: ARG001
    """More light; the level is added."""
    return _within(images + level)


def contrast(images: Images, level: float, rng: Rng) -> Images:  # noqa: ARG001
    """Less contrast; the level is taken from the distances to the mean of each picture."""
    means = images.mean(axis=(1, 2, 3), keepdims=True)
    return _within(means + (1 - level) * (images - means))


def jpeg(images: Images, level: float, rng: Rng) -> Images:  # noqa: ARG001
    """JPEG compression; the level is 100 less the quality."""
    if not level:
        return images
    levels = np.rint(255 * images).astype(np.uint8)
    if images.shape[-1] == 3:
        decoded = np.stack([_compressed(image, 100 - round(level)) for image in levels])
    else:  # channels that are no colours, each by itself
        channels = (np.moveaxis(image, -1, 0) for image in levels)
        decoded = np.stack(
            [np.stack([_compressed(one, 100 - round(level)) for one in image], axis=-1) for image in channels]
        )
    return (decoded / 255).astype(images.dtype)


def shift(images: Images, level: float, rng: Rng) -> Images:
    """Off centre; the level is the length of the move, in one of eight directions."""
    from scipy import ndimage

    turns = rng.integers(8, size=len(images))
    moved = images.copy()
    for turn in np.unique(turns):
        angle, length = turn * np.pi / 4, level * min(images.shape[1:3])
        move = (0, length * np.sin(angle), length * np.cos(angle), 0)
        moved[turns == turn] = ndimage.shift(images[turns == turn], move, order=1, mode="nearest")
    return _within(moved)


def rotation(images: Images, level: float, rng: Rng) -> Images:
    """Rotated to either side; the level is in degrees."""
    from scipy import ndimage

    right = rng.random(len(images)) < 0.5
    rotated = images.copy()
    for side, angle in ((right, level), (~right, -level)):
        if side.any():
            rotated[side] = ndimage.rotate(images[side], angle, (1, 2), reshape=False, order=1, mode="nearest")
    return _within(rotated)


def _within(images: Images) -> Images:
    return np.clip(images, 0, 1).astype(np.float32)


def _compressed(image: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(image).save(content, "JPEG", quality=quality)
    return np.asarray(Image.open(content))


KINDS = (
    Kind("noise", "Noise", (0.04, 0.08, 0.14, 0.2, 0.3), noise),
    Kind("blur", "Blur", (0.02, 0.032, 0.048, 0.068, 0.095), blur),
    Kind("brightness", "Too bright", (0.05, 0.1, 0.16, 0.24, 0.35), brightness),
    Kind("contrast", "Little contrast", (0.2, 0.35, 0.5, 0.65, 0.8), contrast),
    Kind("jpeg", "JPEG compression", (50.0, 70.0, 82.0, 90.0, 95.0), jpeg),
    Kind("shift", "Off centre", (0.04, 0.07, 0.11, 0.15, 0.2), shift),
    Kind("rotation", "Rotated", (5.0, 10.0, 17.0, 25.0, 35.0), rotation),
)
