"""From what a benchmark stored to estimates, fronts and a recommendation."""
