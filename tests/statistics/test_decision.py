"""The recommended variant is the truly best one, or hardly worse, as often as the page says."""

import numpy as np
import pytest

from benchmarks._decisions import trial


@pytest.mark.parametrize(("deadline", "least"), [(0.1, 0.95), (5e-3, 0.9), (None, 0.8)])
def test_the_recommended_variant_is_within_half_a_point_and_ten_percent_of_the_best(deadline, least):
    rng = np.random.default_rng(5)
    hits = [trial(rng, deadline) for _ in range(60)]
    assert np.mean(hits) >= least
