import pytest
from scipy import stats

from odviz.stats.tails import _binomial_quantile


@pytest.mark.parametrize("share", [0.9, 0.99])
@pytest.mark.parametrize("probability", [0.005, 0.025, 0.975, 0.995])
def test_binomial_quantile_equals_scipy(probability, share):
    for size in range(1, 400, 7):
        assert _binomial_quantile(probability, size, share) == stats.binom.ppf(probability, size, share)
