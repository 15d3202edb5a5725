"""Texts of a label that are stored, and those that are refused."""

import pytest

from odviz.domain.errors import LabelRefused
from odviz.domain.label import BenchmarkLabel


def test_any_shown_text_is_a_name():
    for name in ("", "a", "é" * 100, "<b>&amp;", "=1+1", "名前 \U0001f300", "a,b:c@d/e"):
        assert BenchmarkLabel(name).name == name


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ({"name": "x" * 101}, "name"),
        ({"name": "a\x1b[2J"}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": " a"}, "name"),
        ({"name": "BaseLine"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"tags": ("",)}, "tag"),
        ({"tags": ("a,b",)}, "tag"),
        ({"tags": ("a", "a")}, "tag"),
        ({"tags": ("x" * 41,)}, "tag"),
        ({"tags": tuple(map(str, range(21)))}, "tag"),
        ({"note": "x" * 2001}, "note"),
        ({"note": "a\0"}, "note"),
    ],
)
def test_other_texts_are_refused_with_their_field(label, field):
    with pytest.raises(LabelRefused) as refused:
        BenchmarkLabel(**label)
    assert refused.value.field == field
