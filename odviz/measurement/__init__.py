"""Timing, memory, energy, and what machine they were taken on. Knows engines; starts no process, stores nothing."""
