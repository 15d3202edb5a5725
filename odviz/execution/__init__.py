"""Runs benchmarks: children, the machine-wide lease, phases, cancelling and recovery."""
