"""Estimates with intervals from samples; numpy and scipy only, no I/O."""

from odviz.stats.finite import finite_items
from odviz.stats.full_speed import (
    HIGHEST_SENSITIVITY,
    UNTIMED,
    SteadyBlocks,
    full_speed_ns,
    is_at_full_speed,
    steady,
    usual_full_speed_ns,
)
from odviz.stats.interval_score import interval_score
from odviz.stats.joint import item_weights, joint_accuracy, joint_p50
from odviz.stats.latency import latency, speedup
from odviz.stats.location import half_width
from odviz.stats.moves import moves
from odviz.stats.processes import process_mean
from odviz.stats.proportions import mcnemar, paired_difference, share, wilson

__all__ = [
    "HIGHEST_SENSITIVITY",
    "UNTIMED",
    "SteadyBlocks",
    "finite_items",
    "full_speed_ns",
    "half_width",
    "interval_score",
    "is_at_full_speed",
    "item_weights",
    "joint_accuracy",
    "joint_p50",
    "latency",
    "mcnemar",
    "moves",
    "paired_difference",
    "process_mean",
    "share",
    "speedup",
    "steady",
    "usual_full_speed_ns",
    "wilson",
]
