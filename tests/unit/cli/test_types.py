import os

import click
import pytest

from odviz.cli.types import DURATION, ENERGY, LARGEST, RECIPE, SHARE, SIZE, TEXT, Whole


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (DURATION, "30", 30),
        (DURATION, "30s", 30),
        (DURATION, "1.5ms", 0.0015),
        (DURATION, "5min", 300),
        (SHARE, "2%", 0.02),
        (SHARE, "0.9", 0.9),
        (SIZE, "500kB", 500_000),
        (SIZE, "2 MiB", 2 * 1024**2),
        (ENERGY, "3mJ", 0.003),
    ],
)
def test_quantities_are_read_with_their_units(kind, text, value):
    assert kind.convert(text, None, None) == pytest.approx(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (DURATION, "-3s"),
        (DURATION, "0"),
        (DURATION, "3 parsecs"),
        (SIZE, "big"),
        (SHARE, ""),
        (SIZE, "1e400MB"),
        (SIZE, "1e308GB"),
        (ENERGY, "1e-320nJ"),
        (DURATION, "٣s"),
        (DURATION, "1_0s"),
        (DURATION, "9" * 50_000 + " 9 9"),
        (SIZE, "." * 50_000 + "9"),
    ],
)
def test_what_is_no_quantity_is_said_with_the_units_that_are(kind, text):
    with pytest.raises(click.BadParameter, match="write a number above 0 and a unit"):
        kind.convert(text, None, None)


def test_a_file_of_recipes(tmp_path):
    path = tmp_path / "recipes.txt"
    path.write_text("# mine\nint8-static\n\ntill = prune-structured:50+int8-static\n")
    assert [str(each) for each in RECIPE.convert(f"@{path}", None, None)] == [
        "int8-static",
        "prune-structured:50+int8-static",
    ]


@pytest.mark.parametrize("text", ["@nowhere.txt", "++", "fp32+int8-static", "int8-static:a=b=c"])
def test_a_malformed_recipe_is_a_usage_error(text):
    with pytest.raises(click.BadParameter):
        RECIPE.convert(text, None, None)


def test_an_empty_file_of_recipes_is_said(tmp_path):
    path = tmp_path / "none.txt"
    path.write_text("# nothing\n")
    with pytest.raises(click.BadParameter, match="holds no recipe"):
        RECIPE.convert(f"@{path}", None, None)


def test_a_file_of_recipes_that_is_no_file_or_too_large_is_said(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"#" * (LARGEST + 1))
    for name, words in (("pipe", "a folder, pipe or device"), ("large", "larger than a recipe file can be")):
        with pytest.raises(click.BadParameter, match=words):
            RECIPE.convert(f"@{tmp_path / name}", None, None)
    with pytest.raises(
        click.BadParameter, match="recipe file /dev/zero cannot be read: it is a folder, pipe or device"
    ):
        RECIPE.convert("@/dev/zero", None, None)


def test_bytes_that_are_no_text_name_nothing():
    assert TEXT.convert("größe", None, None) == "größe"
    with pytest.raises(click.BadParameter, match="nothing is called so"):
        TEXT.convert("\udcff", None, None)


@pytest.mark.parametrize("text", ["1_0", "٣", "1.0", "", "0x10", "9" * 5000, "257"])
def test_whole_numbers_are_written_in_ascii_digits(text):
    assert Whole(1, 256).convert("256", None, None) == 256
    with pytest.raises(click.BadParameter):
        Whole(1, 256).convert(text, None, None)


def test_lines_of_a_recipe_file_end_as_editors_end_them(tmp_path):
    path = tmp_path / "recipes.txt"
    path.write_bytes(b"int8-static\r\nfp16\n")
    assert [str(recipe) for recipe in RECIPE.convert(f"@{path}", None, None)] == ["int8-static", "fp16"]
    path.write_bytes("int8-static\x85fp16".encode())
    with pytest.raises(click.BadParameter):
        RECIPE.convert(f"@{path}", None, None)
