"""Fronts: who dominates whom, how sure that is, and what to choose. Pure."""

from odviz.pareto.choice import Binding, binding, hypervolume, keeps, knee
from odviz.pareto.dominance import fronts, non_dominated
from odviz.pareto.membership import SURE, three_state

__all__ = [
    "SURE",
    "Binding",
    "binding",
    "fronts",
    "hypervolume",
    "keeps",
    "knee",
    "non_dominated",
    "three_state",
]
