"""How odviz measures itself: scripts that print ratios. `python -m benchmarks` runs all of them."""
