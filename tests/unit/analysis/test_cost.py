"""Cloud against devices: closed forms, units, properties and simulation."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odviz.analysis.cost import compare_costs, flows
from odviz.domain.cost import Cheaper, CostAssumption, CostBasis, CostCase, CostFactor, EvidenceKind, Payback
from odviz.serialization import from_json, to_json

MONTH = 365.25 / 12
F = CostFactor
NOTHING = dict.fromkeys(F, 0.0) | {F.DEVICES: 1.0, F.DEVICE_LIFE: 10.0}


def exactly(value):
    return CostAssumption(value, value, value, CostBasis.OWN)


def between(low, value, high):
    return CostAssumption(low, value, high, CostBasis.OWN)


def case(years=5, **changed):
    named = {F(name.replace("_", "-")): value for name, value in changed.items()}
    values = {factor: exactly(value) for factor, value in NOTHING.items()}
    own = {factor: one if isinstance(one, CostAssumption) else exactly(one) for factor, one in named.items()}
    return CostCase({**values, **own}, (), years * 12.0)


def flow(**changed):
    named = {F(name.replace("_", "-")): value for name, value in changed.items()}
    return flows({factor: np.array(float(value)) for factor, value in {**NOTHING, **named}.items()}, 0)


def months(**changed):
    return float(flow(**changed).break_even())


def test_the_cloud_charges_calls_and_traffic():
    money = flow(requests=1000, call_price=2, traffic=500, traffic_price=0.1)
    assert float(money.cloud) == pytest.approx(MONTH * (2 + 1000 * 500e3 / 1e9 * 0.1))


def test_a_device_uses_electricity_for_waiting_and_for_answers():
    waiting = flow(power=3, electricity=0.2)
    assert float(waiting.running) == pytest.approx(3 * 24 * MONTH / 1000 * 0.2)
    answering = flow(requests=1e6, energy=3600, electricity=0.2)  # 1 kWh a day
    assert float(answering.running) == pytest.approx(0.2 * MONTH)


def test_devices_that_are_too_slow_are_more():
    assert float(flow(requests=86_400, latency=1000, device_price=50).devices) == 1
    money = flow(requests=86_401, latency=1000, device_price=50)
    assert (float(money.devices), float(money.purchase)) == (2, 100)


def test_evidence_takes_hours_off_but_never_more_than_there_are():
    values = {factor: np.array(value) for factor, value in NOTHING.items()}
    values |= {F.COMPLIANCE: np.array(10.0), F.EVIDENCE: np.array(3.0), F.HOUR: np.array(50.0)}
    assert [float(flows(values, held).start) for held in (0, 2, 9)] == [500, 200, 0]


def test_break_even_is_what_is_paid_first_over_what_is_saved_a_month():
    saved = {"requests": 1000, "call_price": 1, "upkeep": MONTH - 20}  # $20 a month
    assert months(**saved, device_price=100, training=60) == pytest.approx(8)
    assert months(**saved) == 0


def test_a_device_that_is_bought_again_pays_for_itself_later():
    saved = {"requests": 1000, "call_price": 1, "upkeep": MONTH - 20, "device_life": 1}  # $240 in a life
    # $300 before the first device, of which each of $200 leaves $40: in the eighth life.
    assert months(**saved, device_price=200, training=300) == pytest.approx((300 + 8 * 200) / 20)
    assert math.isinf(months(**saved, device_price=241, training=300))
    assert months(**saved, device_price=240) == pytest.approx(12)


@pytest.mark.parametrize("upkeep", [MONTH, MONTH + 1])
def test_nothing_saved_a_month_is_never(upkeep):
    assert math.isinf(months(requests=1000, call_price=1, upkeep=upkeep, device_price=1))


amounts = st.floats(0, 1e4)


@settings(max_examples=60, deadline=None)
@given(amounts, amounts, amounts, st.floats(0.2, 20), st.floats(0, 100))
def test_break_even_is_the_first_time_at_which_costs_are_equal(price, training, requests, life, upkeep):
    money = flow(
        requests=requests, call_price=3, device_price=price, training=training, device_life=life, upkeep=upkeep
    )
    even = float(money.break_even())
    times = np.linspace(0.01, 600, 2000)
    paid = money.cloud * times - money.device_cost(times) > 1e-6 * (1 + money.cloud * times)
    assert not paid[times < even * (1 - 1e-6) - 1e-6].any()
    if 0 < even < 600:
        assert float(money.saving(even)) == pytest.approx(0, abs=1e-6 * (1 + float(money.cloud) * even))


@settings(max_examples=60, deadline=None)
@given(st.floats(1, 1e5), st.floats(1, 4), st.floats(0, 10), amounts, st.floats(0, 50), st.floats(0.5, 20))
def test_more_requests_never_favour_the_cloud_where_a_call_costs_more_than_its_electricity(
    requests, more, price, device, power, life
):
    changed = {"call_price": price, "device_price": device, "power": power, "electricity": 0.2, "device_life": life}
    few, many = flow(requests=requests, **changed), flow(requests=requests * more, **changed)
    assert float(many.cloud) >= float(few.cloud)
    assert float(many.break_even()) <= float(few.break_even()) * (1 + 1e-9)


@settings(max_examples=40, deadline=None)
@given(amounts, st.floats(1, 3), st.floats(0.5, 20))
def test_a_dearer_device_never_pays_for_itself_sooner(price, more, life):
    changed = {"requests": 1000, "call_price": 2, "device_life": life}
    cheap, dear = months(device_price=price, **changed), months(device_price=price * more, **changed)
    assert dear >= cheap * (1 - 1e-9)


def test_exact_assumptions_have_exact_results():
    report = compare_costs(case(requests=1000, call_price=1, upkeep=MONTH - 20, device_price=100, training=60))
    even = report.break_even
    assert even.payback is Payback.PAYS and (even.low, even.high) == (pytest.approx(8), pytest.approx(8))
    assert report.cheaper is Cheaper.DEVICE and report.share == even.share == 1
    assert report.saving.centre == pytest.approx(60 * 20 - 160) and report.saving.unit == "$"
    assert report.paths[Cheaper.CLOUD].value[-1] == pytest.approx(60 * MONTH)
    assert report.paths[Cheaper.DEVICE].value[0] == pytest.approx(160 + (MONTH - 20))


def test_ranges_hold_what_the_draws_hold():
    report = compare_costs(case(requests=1000, call_price=1, upkeep=MONTH - 20, device_price=between(100, 200, 400)))
    # Half uniformly from 100 to 200, half from 200 to 400: the quantiles at 2.5, 50 and 97.5 %.
    assert report.first.low == pytest.approx(105, rel=0.01)
    assert report.first.centre == pytest.approx(200, rel=0.01)
    assert report.first.high == pytest.approx(390, rel=0.01)
    assert report.break_even.high == pytest.approx(390 / 20, rel=0.01)


def test_never_is_a_type():
    report = compare_costs(case(requests=1, call_price=1, device_price=100, upkeep=5))
    assert report.break_even.payback is Payback.NEVER and report.break_even.low is None
    assert report.cheaper is Cheaper.CLOUD
    assert from_json(type(report), to_json(report)) == report


def test_what_is_open_is_open():
    report = compare_costs(case(requests=1000, call_price=between(0, 1, 2), device_price=100, upkeep=MONTH))
    assert report.break_even.payback is Payback.PERHAPS and report.break_even.high is None
    assert report.cheaper is Cheaper.OPEN and 0.4 < report.share < 0.5


def test_the_factor_that_moves_most_is_first_and_flips_where_costs_are_equal():
    report = compare_costs(
        case(requests=1000, call_price=between(0.1, 1, 2), device_price=between(90, 100, 110), upkeep=10)
    )
    first, second = report.swings[:2]
    assert (first.factor, second.factor) == (F.CALL_PRICE, F.DEVICE_PRICE) and first.width > second.width
    assert first.within and first.flips_at == pytest.approx((100 / 60 + 10) / MONTH, rel=1e-3)
    assert second.flips_at == pytest.approx(60 * (MONTH - 10), rel=1e-3) and not second.within
    assert first.at_low == pytest.approx(60 * (0.1 * MONTH - 10) - 100)


def test_a_factor_of_zero_flips_too_and_one_without_an_effect_is_left_out():
    report = compare_costs(case(requests=1000, call_price=1, upkeep=10))
    by_factor = {one.factor: one for one in report.swings}
    assert by_factor[F.TRAINING].flips_at == pytest.approx(60 * (MONTH - 10), rel=1e-3)
    assert F.TRAFFIC_PRICE not in by_factor and F.ENERGY not in by_factor


def test_evidence_makes_the_device_cheaper():
    plain = case(requests=1000, call_price=1, compliance=20, hour=80)
    hours = {**plain.assumptions, F.EVIDENCE: exactly(2.0)}
    without = compare_costs(replace(plain, assumptions=hours))
    held = compare_costs(replace(plain, assumptions=hours, evidence=(EvidenceKind.FILE, EvidenceKind.STRESS)))
    assert without.first.centre - held.first.centre == pytest.approx(2 * 2 * 80)
