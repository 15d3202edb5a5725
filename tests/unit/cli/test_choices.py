"""Options by which a person says how a network of their own takes its items."""

from __future__ import annotations

import click
import pytest

from odviz.cli.choices import ClassesType, PreparationType
from odviz.domain.own_task import Preparation


@pytest.mark.parametrize(
    ("text", "preparation"),
    [
        ("stored", Preparation()),
        ("0-1", Preparation(1 / 255)),
        ("1/255", Preparation(1 / 255)),
        ("-1-1", Preparation(1 / 255, (0.5,), (0.5,))),
        ("0-255", Preparation(255)),
        ("0-1 bgr", Preparation(1 / 255, reverse_channels=True)),
        ("1/255 mean=0.1,0.2,0.3 std=2", Preparation(1 / 255, (0.1, 0.2, 0.3), (2,))),
    ],
)
def test_scales(text, preparation):
    assert PreparationType().convert(text, None, None) == preparation


@pytest.mark.parametrize("text", ["much", "1/0", "-2", "mean=", "std=a,b", "1/2/3", "nan"])
def test_scales_that_are_none(text):
    with pytest.raises(click.BadParameter, match="1/255"):
        PreparationType().convert(text, None, None)


def test_names_of_classes(tmp_path):
    path = tmp_path / "labels.txt"
    path.write_text("red, dark\r\n\ngreen\n")
    assert ClassesType().convert(str(path), None, None) == ("red, dark", "green")
    assert ClassesType().convert("red, green,", None, None) == ("red", "green")
    with pytest.raises(click.BadParameter, match="not shown"):
        ClassesType().convert("a,\x1b[31m", None, None)
