"""Latency on machines that are not here, from what others published: fit, predict with intervals, validate; pure."""
