"""Random changes of image batches (N, C, H, W), vectorised: no loop over items."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def flip(x: Tensor) -> Tensor:
    """Mirrors half of the images left to right."""
    chosen = torch.rand(len(x)) < 0.5
    return torch.where(chosen[:, None, None, None], x.flip(-1), x)


def shift(x: Tensor, pixels: int) -> Tensor:
    """Moves each image by up to ``pixels`` each way; zeros come in from outside."""
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


def cutout(x: Tensor, size: int) -> Tensor:
    """Blackens a square of up to ``size`` pixels in each image (DeVries and Taylor 2017); less at the border."""
    if not size:
        return x
    n, _, height, width = x.shape
    top = torch.randint(-size + 1, height, (n, 1))
    left = torch.randint(-size + 1, width, (n, 1))
    rows, columns = torch.arange(height)[None], torch.arange(width)[None]
    hit = ((rows >= top) & (rows < top + size))[:, :, None] & ((columns >= left) & (columns < left + size))[:, None]
    return x.masked_fill(hit[:, None], 0.0)
