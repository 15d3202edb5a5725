"""Attacks that need nothing of a model but its outputs; numpy only."""
