import pytest

from odviz import units
from odviz.domain.estimate import Estimate, Provenance


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.00124, "s", "1.24 ms"),
        (2.5e-5, "s", "25.0 µs"),
        (0.9996e-3, "s", "1.00 ms"),
        (12.0, "s", "12.0 s"),
        (303_104, "B", "303 kB"),
        (999_950, "B", "1.00 MB"),
        (7, "B", "7.00 B"),
        (0.913, "1", "91.3 %"),
        (3.2e-7, "J", "320 nJ"),
        (0.0, "s", "0 ns"),
    ],
)
def test_figure_has_three_digits_in_a_suitable_unit(value, unit, text):
    assert units.figure(value, unit) == text


def measured(value, low, high, unit, provenance=Provenance.MEASURED):
    return Estimate(value, low, high, unit, provenance, n=3)


def test_counted_adds_a_plural():
    assert [units.counted(number, "variant") for number in (0, 1, 1200)] == [
        "0 variants",
        "1 variant",
        "1,200 variants",
    ]


def test_a_projection_that_may_be_off_by_more_than_three_has_no_headline():
    vague = measured(2.2e-5, 1e-7, 5e-3, "s", Provenance.PROJECTED)
    assert vague.vague and not vague.mere_range
    assert units.estimate(vague) == "between 100 ns and 5.0 ms: too vague to choose by"
    assert units.short(vague) == "100 ns–5.0 ms"
    assert units.estimate(measured(3e-4, 9e-5, 9.98e-4, "s", Provenance.PROJECTED)).startswith(
        "between 90 µs and 1.0 ms"
    )
    for known in (measured(2e-3, 1e-3, 5e-3, "s", Provenance.PROJECTED), measured(2.2e-5, 1e-7, 5e-3, "s")):
        assert not known.vague


def test_an_interval_is_shown_by_its_ends_because_it_is_rarely_symmetric():
    assert units.estimate(measured(1e-3, 0.98e-3, 1.03e-3, "s")) == "1.00 ms (0.980–1.03)"
    assert units.estimate(measured(1e-3, 0.4e-3, 9e-3, "s")) == "1.00 ms (0.400–9.00)"
    assert units.estimate(measured(1e-3, 0.4e-3, float("inf"), "s")) == "1.00 ms (0.400–∞)"


def test_the_interval_of_a_share_is_in_percent_with_one_decimal():
    assert units.estimate(measured(0.91, 0.90, 1.0, "1")) == "91.0 % (90.0–100.0)"


def test_an_interval_alone_is_in_the_unit_of_its_value_or_of_its_column():
    latency = measured(1e-3, 0.98e-3, 1.03e-3, "s")
    assert units.interval(latency) == "0.980–1.03 ms"
    assert units.interval(latency, (1e-6, "µs")) == "980–1030 µs"
    assert units.interval(measured(0.91, 0.90, 0.92, "1"), (0.01, "%")) == "90.0–92.0 %"


def test_an_exact_figure_has_no_interval():
    assert units.estimate(measured(1000, 1000, 1000, "B")) == "1.00 kB"


def test_a_mere_range_is_shown_without_a_value():
    range_only = Estimate(None, 1e-6, 2e-5, "J", Provenance.MODELLED)
    assert units.estimate(range_only) == "1.00–20.0 µJ"


def test_a_difference_has_its_sign_and_interval():
    assert units.change(measured(-0.004, -0.009, 0.001, "1")) == "−0.4 (−0.9 to +0.1)"
    assert units.change(measured(0.125, -0.01, 1.5, "°C")) == "+0.125 (−0.0100 to +1.50) °C"


def test_any_other_unit_is_written_as_it_is():
    assert units.figure(0.1234, "°C") == "0.123 °C"
    assert units.figure(1234.5, "") == "1230"
    assert units.estimate(measured(2, 1.9, 2.1, "m")) == "2.00 m (1.90–2.10)"


def test_a_ratio_is_a_factor():
    assert units.times(measured(2.31, 2.24, 2.38, "1")) == "2.31× (2.24–2.38)"


def test_a_wide_range_has_a_unit_at_each_end():
    wide, narrow = (Estimate(None, low, 1.1e-2, "J", Provenance.MODELLED) for low in (7.9e-7, 5e-3))
    assert units.short(wide) == "790 nJ–11 mJ" and units.short(narrow) == "5.0–11 mJ"
    assert units.estimate(wide) == "790 nJ–11.0 mJ" and units.estimate(narrow) == "5.00–11.0 mJ"


def test_units_without_multiples_are_written_as_they_are():
    assert units.figure(30.0, "dB") == "30.0 dB" and units.figure(0.25, "") == "0.250"
    assert units.estimate(Estimate(30.0, 29.0, 31.0, "dB", Provenance.MEASURED)) == "30.0 dB (29.0–31.0)"


@pytest.mark.parametrize("value", [-0.0, -1e-12, -0.0004, -0.00049, 0.0004])
@pytest.mark.parametrize("unit", ["1", "s", "°C"])
def test_a_zero_has_no_minus(value, unit):
    small = measured(value, value, value, unit)
    texts = [units.change(small), units.percent(value, 1), units.percent(value), units.figure(value, "1")]
    if value > -1e-9:
        texts += [units.change_interval(small), units.figure(value, unit)]
    for text in texts:
        words = text.replace("−", "-").replace("(", " ").replace(")", " ").split()
        assert not any(word.startswith("-") and float(word) == 0 for word in words), text
