"""Bad recipes, typed and in files."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from odviz.cli.types import RECIPE
from odviz.compression.recipes import canonical, resolve
from odviz.formats import FORMATS
from tests.hostile.attempt import Attempt, refused
from tests.hostile.words import NUMBERS, TEXTS

SHAPES = (
    *(
        "int8-static\x85",
        "int8-static\n",
        "int8\u2010static",
        "\xa0int8-static",
        "int8-static;fp16",
        "int8-static,fp16",
    ),
    *("INT8-STATIC", "int8_static", "fp32+int8-static", "int8-static+fp32", "int8-static+int8-static", "a+", "+a"),
    *("int8-static+fp16", "int8-static+prune-structured:50", "prune-structured", "prune-structured:", "fp16:1"),
    *("prune-structured:50,percent=50", "prune-structured:x=50", "prune-structured:percent=", "prune-structured:=50"),
    *("prune-structured:1000", "prune-structured:-1", "x" * 100_000 + "=int8-static", "x" * 61 + "=int8-static"),
    *("a\x0bb=int8-static", "=int8-static", "a/b=int8-static", "<b>=int8-static", "+".join(["fp16"] * 50_000)),
    *("prune-structured:50:50", "prune-structured:50%%", "null", "master", "@", "@.", "@/dev/zero", "@/nowhere"),
)
FILES = {
    "pipe": None,
    "empty": b"",
    "comments": b"# a\n\n#b\n",
    "binary": bytes(range(256)),
    "utf-16": "int8-static\n".encode("utf-16"),
    "two on a line": b"int8-static fp16\n",
    "next line": "int8-static\x85fp16\n".encode(),
    "line separator": "int8-static\u2028fp16\n".encode(),
    "one bad line": b"int8-static\nint9\n",
    "large": b"fp16\n" * 300_000,
    "long line": b"x" * 900_000,
    "escape": b"int8-static\x1b[31m\n",
}


def attempts() -> Iterator[Attempt]:
    """Recipes that no method takes, and files of recipes."""
    for text in SHAPES:
        yield Attempt(f"recipe {text[:30]!r}", refused(_typed, text))
    for number in NUMBERS:
        yield Attempt(f"recipe prune-structured:{number[:20]!r}", refused(_typed, f"prune-structured:{number}"))
        yield Attempt(f"recipe percent={number[:20]!r}", refused(_typed, f"prune-magnitude:percent={number}"))
    for text in TEXTS:
        yield Attempt(f"recipe {text[:20]!r}", refused(_typed, text))
        yield Attempt(f"recipe name {text[:20]!r}", refused(_typed, f"{text}\x1b=int8-static"))
    for name, content in FILES.items():
        yield Attempt(f"file of recipes: {name}", refused(_from_file, content))


def _typed(text: str) -> object:
    for recipe in RECIPE.convert(text, None, None):
        canonical(recipe)
        for format in FORMATS.names():
            resolve(recipe, format)
    return text


def _from_file(content: bytes | None) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recipes.txt"
        if content is None:
            os.mkfifo(path)
        else:
            path.write_bytes(content)
        return _typed(f"@{path}")
