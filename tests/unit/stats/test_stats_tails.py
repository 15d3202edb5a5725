import pytest
from scipy import stats

from odviz.stats.tails import _binomial_quantile


@pytest.mark.parametrize("share", [0.9, 0.99])
@pytest.mark.parametrize("chance", [0.005, 0.025, 0.975, 0.995])
def test_the_binomial_quantile_is_scipys(chance, share):
    for size in range(1, 400, 7):
        assert _binomial_quantile(chance, size, share) == stats.binom.ppf(chance, size, share)
