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
