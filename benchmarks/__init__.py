"""Benchmarks of odviz itself: scripts that print ratios. `python -m benchmarks` runs all of them."""
