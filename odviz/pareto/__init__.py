"""Pareto dominance, three-state fronts, knee, hypervolume and binding limits; pure functions on arrays."""
