import pytest

from odviz.services import duration
from tests.fakes import plan


@pytest.mark.parametrize(("launches", "half"), [(3, "± 5 %"), (5, "± 2 %"), (20, "± 1 %")])
def test_the_precision_that_launches_usually_buy_is_told(launches, half):
    words = duration.precision(plan(launches=launches, confidence=0.07, time_s=33.0))
    assert f"{launches} fresh processes" in words and half in words and "± 7 %" in words and "33 s" in words


def test_one_launch_buys_no_interval():
    assert "not tell" in duration.precision(plan(launches=1))
