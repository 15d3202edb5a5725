"""Pareto dominance, three-state fronts, knee, hypervolume and binding limits; pure functions on arrays."""

from odviz.pareto.choice import Binding, binding, hypervolume, keeps, knee
from odviz.pareto.dominance import fronts, non_dominated
from odviz.pareto.membership import three_state

__all__ = [
    "Binding",
    "binding",
    "fronts",
    "hypervolume",
    "keeps",
    "knee",
    "non_dominated",
    "three_state",
]
