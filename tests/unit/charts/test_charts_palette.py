import itertools

import pytest

from odviz.charts.palette import DARK, GLYPHS, HUES, LIGHT, SHAPES, contrast, shape_of
from odviz.domain.estimate import Provenance


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_everything_that_carries_meaning_has_three_to_one(look):
    for colour in (*look.hues, *look.pale_hues, look.text, look.muted):
        assert contrast(colour, look.background) >= 3


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("eyes", ["protan", "deutan", "tritan"])
def test_hues_stay_apart_for_colour_blind_eyes(look, eyes):
    seen = [_seen(colour, eyes) for colour in look.hues]
    for one, other in itertools.combinations(seen, 2):
        assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 > 0.12


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_pale_hues_are_told_from_the_full_ones(look):
    for full, pale in zip(look.hues, look.pale_hues, strict=True):
        assert contrast(full, look.background) - contrast(pale, look.background) > 1


def test_each_provenance_looks_its_own_way():
    elsewhere = (Provenance.BROWSER, Provenance.OWN, Provenance.IMPORTED)  # measured, but not by odviz on this machine
    looks = {provenance: shape_of("a", ["a"], provenance) for provenance in Provenance}
    looks.pop(Provenance.MODELLED)  # no shape at all
    assert len({looks[provenance] for provenance in elsewhere}) == 1
    assert len(set(looks.values())) == len(looks) - len(elsewhere) + 1
    assert shape_of("b", ["a", "x", "y", "b"], Provenance.PROJECTED) == "triangle-up-dot"


def test_hues_shapes_and_glyphs_are_in_step():
    assert len(HUES) == len(LIGHT.hues) == len(DARK.hues) and len(SHAPES) == len(GLYPHS)


MATRICES = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009)."""


def _seen(colour, eyes):
    linear = [(int(colour[at : at + 2], 16) / 255) ** 2.2 for at in (1, 3, 5)]
    mixed = (sum(weight * part for weight, part in zip(row, linear, strict=True)) for row in MATRICES[eyes])
    return [max(0.0, min(1.0, part)) ** (1 / 2.2) for part in mixed]
