"""Objectives: one file for each axis on which variants are compared; see base.ObjectivePlugin.

Code that treats all objectives alike iterates over `objectives`. The constants are for code that is about one of them.
"""

from collections.abc import Container, Iterable

from odviz.domain.objective import Limits, Objective
from odviz.metrics.base import Metric
from odviz.objectives.accuracy import ACCURACY
from odviz.objectives.base import ObjectivePlugin
from odviz.objectives.calibration_error import CALIBRATION_ERROR
from odviz.objectives.energy import ENERGY
from odviz.objectives.groups import ItemGroups
from odviz.objectives.latency import LATENCY
from odviz.objectives.memory import MEMORY
from odviz.objectives.size import SIZE
from odviz.objectives.worst_group_accuracy import WORST_GROUP_ACCURACY
from odviz.registry import Registry

__all__ = [
    "ACCURACY", "CALIBRATION_ERROR", "ENERGY", "LATENCY", "MEMORY", "OBJECTIVES", "SIZE", "WORST_GROUP_ACCURACY",
    "default_limits", "objectives", "objectives_of",
]  # fmt: skip

OBJECTIVES: Registry[ObjectivePlugin] = Registry("objective", __name__)


def objectives(stress: Container[str] | None = None) -> tuple[Objective, ...]:
    """The objectives as they are declared, in order: first the one that all others are traded for.

    Args:
        stress: names of the stress tests of a benchmark, for the objectives that it has; by default all objectives.
    """
    return _ordered(plugin.objective for plugin in OBJECTIVES if stress is None or _has(plugin, stress))


def objectives_of(metric: Metric, groups: ItemGroups, stress: Container[str] = ()) -> tuple[Objective, ...]:
    """The objectives of one task, in order: titles, units and directions are those of its metric.

    Args:
        metric: of the task; the first objective.
        groups: of its test items.
        stress: names of the stress tests that were run.
    """
    adapted = (plugin.for_task(metric, groups) for plugin in OBJECTIVES if _has(plugin, stress))
    return _ordered(objective for objective in adapted if objective is not None)


def default_limits(compared: Iterable[Objective]) -> Limits:
    """The limits that hold until a person chooses others: the default need of each objective that has one."""
    needs = {objective: objective.limit.need(objective.limit.default) for objective in compared}
    return Limits({objective: need.limit for objective, need in needs.items() if need})


def _has(plugin: ObjectivePlugin, stress: Container[str]) -> bool:
    return not plugin.stress or plugin.stress in stress


def _ordered(unordered: Iterable[Objective]) -> tuple[Objective, ...]:
    return tuple(sorted(unordered, key=lambda objective: (objective.order, objective.name)))
