"""Timing, memory, energy, and what machine they were taken on. Knows runtimes; starts no process, stores nothing."""
