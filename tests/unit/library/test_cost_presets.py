"""Assumptions that a comparison of costs starts from."""

import pytest

from odviz.domain.cost import FACTORS, CostBasis, CostFactor, read_assumption
from odviz.domain.errors import InputError, UnknownName
from odviz.library.cost_presets import GENERAL, OF_BENCHMARK, load_preset, preset_names


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_has_every_factor_within_what_is_accepted(name):
    preset = load_preset(name)
    assert set(preset.assumptions) == set(CostFactor) - OF_BENCHMARK and preset.title and preset.note
    for factor, one in preset.assumptions.items():
        assert FACTORS[factor].least <= one.low <= one.value <= one.high <= FACTORS[factor].most and one.source


def test_only_what_names_an_address_and_a_day_counts_as_cited():
    ones = [one for name in preset_names() for one in load_preset(name).assumptions.values()]
    assert any(one.basis is CostBasis.CITED for one in ones)
    assert all(("https://" in one.source and bool(one.checked)) == (one.basis is CostBasis.CITED) for one in ones)


def test_the_complete_one_is_first_and_another_name_is_refused():
    assert preset_names()[0] == GENERAL
    with pytest.raises(UnknownName):
        load_preset("../manifest")


@pytest.mark.parametrize(
    ("text", "ends"), [("5", (5, 5, 5)), ("1:2:3", (1, 2, 3)), (" 1 : 2 : 1e3", (1, 2, 1000)), ("-0", (0, 0, 0))]
)
def test_one_number_or_three_are_read(text, ends):
    one = read_assumption(CostFactor.REQUESTS, text)
    assert (one.low, one.value, one.high) == ends and one.basis is CostBasis.OWN


@pytest.mark.parametrize("text", ["", "x", "1:2", "3:2:1", "-1", "nan", "inf", "1e400", "1:2:3:4", "1;2;3", "٣"])
def test_anything_else_is_refused(text):
    with pytest.raises(InputError):
        read_assumption(CostFactor.REQUESTS, text)


@pytest.mark.parametrize(("factor", "text"), [(CostFactor.DEVICES, "0"), (CostFactor.DEVICE_LIFE, "0")])
def test_what_cannot_be_zero_is_refused(factor, text):
    with pytest.raises(InputError):
        read_assumption(factor, text)
