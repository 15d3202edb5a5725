"""What can be wrong with calibration items."""

from __future__ import annotations

from enum import StrEnum


class Poison(StrEnum):
    """What is wrong with a calibration item.

    Attributes:
        OUTLIER: one of its numbers is a hundred times the largest one.
        SCALE: all its numbers are in another unit.
        FOREIGN: it is none of the task's own items (`odviz.stress.out_of_distribution`).
    """

    OUTLIER = "outlier"
    SCALE = "scale"
    FOREIGN = "foreign"
