"""Timing, memory, energy and environment of this process; starts no process and stores nothing."""
