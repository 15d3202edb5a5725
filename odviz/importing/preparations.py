"""Usual ways to prepare items for a model, of which the one that fits is found by trying."""

from __future__ import annotations

import numpy as np

from odviz.domain.own_task import Preparation

_IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Mean and standard deviation of the channels of ImageNet, red, green, blue, on a scale of 0 to 1."""

_BYTE = 255.0


def preparations(low: float, high: float, channels: int) -> tuple[Preparation, ...]:
    """Ways to try, the items as they are first.

    Args:
        low: least number in the items.
        high: greatest number in them.
        channels: of an item; 1 for items without channels.
    """
    if low < 0:
        unit = None  # they were prepared, or are no pictures
    elif high > 1:
        unit = 1 / _BYTE if high <= _BYTE else None
    else:
        unit = 1.0
    ways = [Preparation()]
    if unit is not None:
        ways += [
            Preparation(unit),
            Preparation(unit * _BYTE),
            Preparation(unit, (0.5,), (0.5,)),
            Preparation(unit * _BYTE, (127.5,), (1.0,)),
        ]
        if channels == 3:
            ways.append(Preparation(unit, *_IMAGENET))
    if channels == 3:
        ways += [_reversed(way) for way in ways]
    return tuple(dict.fromkeys(ways))


def _reversed(way: Preparation) -> Preparation:
    mean, std = (tuple(np.flip(values).tolist()) for values in (way.mean, way.std))
    return Preparation(way.scale, mean, std, reverse_channels=True)
