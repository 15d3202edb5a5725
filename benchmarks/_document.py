"""Writer of docs/benchmarks.md: a heading, then one replaceable section per script."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks._common import ROOT
from odviz.domain.environment import Environment

DOCUMENT = ROOT / "docs" / "benchmarks.md"

_HEADING = (
    "# Benchmarks\n\n"
    "How fast and how reliable odviz itself is. `make bench` runs the scripts in `benchmarks/` and writes this file; "
    "`python -m benchmarks NAME` renews one section; `--tiny` only checks that a script runs. Compare ratios: absolute "
    "times are those of the machine named at the end of each section.\n"
)
_MARK = "<!-- {} -->"
_SECTION = re.compile(r"^<!-- (\w+) -->\n(.*?)(?=^<!-- \w+ -->\n|\Z)", re.MULTILINE | re.DOTALL)


def replace_section(name: str, order: Sequence[str], body: str, path: Path = DOCUMENT) -> None:
    """Replace one section and keep the others.

    Args:
        name: name of the script.
        order: names of all sections, in the order of the document.
        body: markdown that the script printed.
        path: the document.
    """
    sections = dict(_SECTION.findall(path.read_text("utf-8"))) if path.exists() else {}
    sections[name] = f"## {name.capitalize()}\n\n{_purpose(name)}\n\n{body}\n"
    parts = [f"{_MARK.format(title)}\n{sections[title].strip()}\n" for title in order if title in sections]
    path.write_text("\n".join([_HEADING, *parts]), "utf-8")


def machine(environment: Environment) -> str:
    """One line on a machine and its software."""
    flags = " ".join(environment.flags)
    dot = "has" if environment.int8_dot_product else "no"
    packages = ", ".join(f"{name} {version}" for name, version in environment.packages.items())
    return (
        f"{environment.cpu}, {environment.usable_cores} cores ({environment.virtual or 'bare metal'}; {flags}; {dot} "
        f"integer dot product), {environment.memory_bytes / 2**30:.0f} GiB, {environment.system}, "
        f"Python {environment.python}, {packages}"
    )


def _purpose(name: str) -> str:
    """Docstring of a script without its paragraph on usage."""
    tree = ast.parse((ROOT / "benchmarks" / f"{name}.py").read_text("utf-8"))
    paragraphs = (ast.get_docstring(tree) or "").split("\n\n")
    return "\n\n".join(" ".join(text.split()) for text in paragraphs if not text.startswith("`python"))
