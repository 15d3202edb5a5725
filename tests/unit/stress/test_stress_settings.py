"""Settings of stress tests are read once, refuse what is no value, and have one option each."""

from __future__ import annotations

import pytest

from odviz.domain.errors import InputError
from odviz.domain.plan import BenchmarkPlan
from odviz.services import benchmark
from odviz.stress import STRESS_TESTS
from odviz.stress.attack import QUERIES
from odviz.stress.load import REQUEST_RATES
from odviz.stress.poison import SHARES


def test_defaults_hold_until_somebody_chooses() -> None:
    assert QUERIES.read({}) == 300 and QUERIES.read({"attack_queries": "1000"}) == 1000
    assert REQUEST_RATES.read({}) == (30, 100) and REQUEST_RATES.read({"load_rates": "50, 10,50"}) == (10, 50)
    assert SHARES.read({"poison_shares": "30%,5%"}) == pytest.approx((0.05, 0.3))


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        (QUERIES, "9"), (QUERIES, "1e3"), (QUERIES, "many"), (REQUEST_RATES, "0"), (REQUEST_RATES, "nan"),
        (REQUEST_RATES, ",".join(map(str, range(1, 10)))), (SHARES, "0%"), (SHARES, "95%"), (SHARES, ""),
    ],
)  # fmt: skip
def test_what_is_no_value_is_refused_with_its_option(setting, text) -> None:
    with pytest.raises(InputError, match=setting.option):
        setting.read({setting.name: text})


def test_every_setting_belongs_to_one_test_and_has_help() -> None:
    settings = [setting for test in STRESS_TESTS for setting in test.settings]
    assert len({setting.name for setting in settings}) == len(settings) >= 4
    assert all(setting.help.endswith(".") and setting.name.isidentifier() for setting in settings)


def test_settings_of_no_chosen_test_and_data_of_another_kind_are_refused() -> None:
    with pytest.raises(InputError, match="--attack-queries"):
        benchmark.check_stress("exercise", ("corruptions",), {"attack_queries": "50"})
    with pytest.raises(InputError, match="kind"):
        benchmark.check_stress("exercise", ("out-of-distribution",), {"foreign": "review-sentiment"})
    benchmark.check_stress("exercise", ("attack",), {"attack_queries": "50"})
    assert BenchmarkPlan("exercise", (), (), ()).stress_settings == {}
