"""docs/benchmarks.md: a heading, then one section a script, replaced one at a time."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks._common import ROOT
from odviz.measurement.environment import Environment

DOCUMENT = ROOT / "docs" / "benchmarks.md"

_HEADING = (
    "# Benchmarks\n\n"
    "How odviz measures itself. `make bench` runs the scripts in `benchmarks/` and writes this file; "
    "`python -m benchmarks NAME` renews one section. Trust ratios: absolute times are those of the machine that the "
    "section ends with.\n"
)
_MARK = "<!-- {} -->"
_SECTION = re.compile(r"^<!-- (\w+) -->\n(.*?)(?=^<!-- \w+ -->\n|\Z)", re.MULTILINE | re.DOTALL)


def keep(name: str, order: Sequence[str], body: str, path: Path = DOCUMENT) -> None:
    """Put a section in its place; the others stay as they are.

    Args:
        name: of the script.
        order: of all sections.
        body: what it printed.
        path: the document.
    """
    there = dict(_SECTION.findall(path.read_text("utf-8"))) if path.exists() else {}
    there[name] = f"## {name.capitalize()}\n\n{_purpose(name)}\n\n{body}\n"
    parts = [_HEADING]
    parts += [f"{_MARK.format(each)}\n{there[each].strip()}\n" for each in order if each in there]
    path.write_text("\n".join(parts), "utf-8")


def machine(found: Environment) -> str:
    """A machine and what runs on it, in a line."""
    flags = " ".join(found.flags)
    dot = "has" if found.int8_dot_product else "no"
    packages = ", ".join(f"{name} {version}" for name, version in found.packages.items())
    return (
        f"{found.cpu}, {found.usable_cores} cores ({found.virtual or 'bare metal'}; {flags}; {dot} integer dot "
        f"product), {found.memory_bytes / 2**30:.0f} GiB, {found.system}, Python {found.python}, {packages}"
    )


def _purpose(name: str) -> str:
    """The script's docstring without the paragraph that says how to call it."""
    tree = ast.parse((ROOT / "benchmarks" / f"{name}.py").read_text("utf-8"))
    paragraphs = (ast.get_docstring(tree) or "").split("\n\n")
    return "\n\n".join(" ".join(text.split()) for text in paragraphs if not text.startswith("`python"))
