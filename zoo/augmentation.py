"""Random transformations of image batches (N, C, H, W)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def flip(x: Tensor) -> Tensor:
    """Mirror each image left to right with probability one half."""
    mirrored = torch.rand(len(x)) < 0.5
    return torch.where(mirrored[:, None, None, None], x.flip(-1), x)


def shift(x: Tensor, pixels: int) -> Tensor:
    """Shift each image by up to ``pixels`` in each direction, with zero padding."""
    if not pixels:
        return x
    n, channels, height, width = x.shape
    padded = functional.pad(x, [pixels] * 4)
    rows = torch.arange(height)[None] + torch.randint(2 * pixels + 1, (n, 1))
    columns = torch.arange(width)[None] + torch.randint(2 * pixels + 1, (n, 1))
    return padded[
        torch.arange(n)[:, None, None, None],
        torch.arange(channels)[None, :, None, None],
        rows[:, None, :, None],
        columns[:, None, None, :],
    ]
