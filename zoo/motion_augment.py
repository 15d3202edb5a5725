"""Random transformations of motion windows: other arm, strap, pace, strength and sensor noise."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

#: Signs of the channels for the same exercise on the other arm. The x axis lies along the forearm and is reflected;
#: turning rates are a pseudovector, so the reflection keeps their x component and inverts the two others.
MIRROR = torch.tensor([-1.0, 1.0, 1.0, 1.0, -1.0, -1.0]).view(1, 6, 1)


@dataclass(frozen=True)
class MotionAugment:
    """Random transformation of long raw windows (N, 6, L) to normalised windows (N, 6, ``samples``).

    Attributes:
        mean: Mean of each channel, for normalisation.
        std: Standard deviation of each channel, for normalisation.
        samples: Length of the network's window; L must exceed it by the range of the pace.
        pace: Largest relative change of the pace.
        turn: Standard deviation in degrees of the watch's rotation about the forearm.
        tilt: Standard deviation in degrees of the rotation about the two other axes.
        strength: Standard deviation of the relative amplitude of the motion, without gravity.
        noise: Standard deviation of added noise, in units of ``std``.
    """

    mean: Tensor
    std: Tensor
    samples: int = 200
    pace: float = 0.25
    turn: float = 20.0
    tilt: float = 8.0
    strength: float = 0.1
    noise: float = 0.05

    def __call__(self, x: Tensor) -> Tensor:
        """Transform one batch."""
        pace = torch.exp((torch.rand(len(x)) * 2 - 1) * math.log(1 + self.pace)).view(-1, 1, 1)
        x = self._crop(x, pace)
        turn = _rotation(torch.randn(len(x), 3) * torch.tensor([self.turn, self.tilt, self.tilt]) * (math.pi / 180))
        force = torch.bmm(turn, x[:, :3])
        # A faster movement has higher turning rates; its effect on the acceleration is small compared with gravity.
        rate = torch.bmm(turn, x[:, 3:]) * pace
        gravity = force.mean(2, keepdim=True)
        force = gravity + (force - gravity) * self._factor(len(x))
        x = torch.cat([force, rate * self._factor(len(x))], 1)
        x = torch.where(torch.rand(len(x), 1, 1) < 0.5, x * MIRROR, x)
        return (x - self.mean) / self.std + self.noise * torch.randn_like(x)

    def _crop(self, x: Tensor, pace: Tensor) -> Tensor:
        """Crop a random stretch and resample it linearly at the given pace."""
        length = x.shape[2]
        slack = (length - 1 - (self.samples - 1) * pace).clamp(min=0)
        position = torch.rand_like(slack) * slack + torch.arange(self.samples) * pace
        position = position.clamp(max=length - 1.001).expand(-1, x.shape[1], -1)
        before = position.long()
        share = position - before
        return torch.gather(x, 2, before) * (1 - share) + torch.gather(x, 2, before + 1) * share

    def _factor(self, items: int) -> Tensor:
        return 1 + self.strength * torch.randn(items, 1, 1)


def _rotation(vector: Tensor) -> Tensor:
    """Rotation matrices (N, 3, 3) of rotation vectors (N, 3) in radians."""
    x, y, z = vector.unbind(1)
    zero = torch.zeros_like(x)
    return torch.matrix_exp(torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], 1).view(-1, 3, 3))
