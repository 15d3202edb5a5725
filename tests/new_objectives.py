"""Objectives that odviz does not have: one is better lower, the other higher."""

from dataclasses import replace

from odviz.domain.estimate import Estimate, Provenance
from odviz.objectives import LATENCY
from odviz.objectives.base import Missing, ObjectivePlugin


def measured_in_file(values, objective):
    """An estimate by recipe, as if it had been measured."""

    def host(samples):
        value = values.get(str(samples.result.point.variant.recipe))
        if value is None:
            return Missing("It was not measured.")
        return Estimate(value, value * 0.99, value * 1.01, objective.unit, Provenance.MEASURED, 10)

    return host


def declared(name, title, unit, higher_is_better, order, values):
    limit = replace(LATENCY.limit, key=name, label=title, phrase=f"{title.lower()} limit", unit=unit, scale=1.0)
    objective = replace(
        LATENCY,
        name=name,
        title=title,
        unit=unit,
        higher_is_better=higher_is_better,
        limit=limit,
        order=order,
        log=False,
    )
    return ObjectivePlugin(objective, measured_in_file(values, objective))


LOAD_TIME = declared("load_time", "Load time", "s", False, 8, {"fp32": 0.5, "int8-static": 0.9})
STABILITY = declared("stability", "Stability", "dB", True, 9, {"fp32": 30.0, "int8-static": 20.0})
