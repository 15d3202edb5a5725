"""Objectives: one file for each axis on which variants are compared; see base.ObjectivePlugin.

Code that treats all objectives alike iterates over `objectives` or `axes`. The constants are for code that is about
one of them.
"""

from odviz.domain.objective import Objective
from odviz.objectives.accuracy import ACCURACY
from odviz.objectives.base import ObjectivePlugin
from odviz.objectives.energy import ENERGY
from odviz.objectives.latency import LATENCY
from odviz.objectives.memory import MEMORY
from odviz.objectives.size import SIZE
from odviz.registry import Registry

__all__ = ["ACCURACY", "ENERGY", "LATENCY", "MEMORY", "OBJECTIVES", "SIZE", "axes", "objectives"]

OBJECTIVES: Registry[ObjectivePlugin] = Registry("objective", __name__)


def objectives() -> tuple[Objective, ...]:
    """Every objective in order: first the one that all others are traded for."""
    return tuple(sorted((plugin.objective for plugin in OBJECTIVES), key=lambda objective: objective.order))


def axes() -> tuple[Objective, ...]:
    """Every objective that is traded for the first one; each has a front."""
    return objectives()[1:]
