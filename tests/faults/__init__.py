"""Faults while real processes measure; see matrix.py."""
