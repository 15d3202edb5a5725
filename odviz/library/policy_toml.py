"""Policies of the gate: TOML files, read strictly and written; those that odviz ships."""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from pathlib import Path

from odviz.domain.errors import FileRefused, UnknownName
from odviz.domain.gate import Clause, Policy
from odviz.domain.text import quoted
from odviz.library.files import printable, read_text
from odviz.library.parsing import parse_toml
from odviz.library.sources import built_in
from odviz.library.toml_table import LONGEST_NOTE, TomlTable

_FOLDER = "policies"
_SUFFIX = ".toml"
_LARGEST = 64 << 10
_MOST_CLAUSES = 100
_TEXTS = ("device", "target", "variant")


def policy_names() -> tuple[str, ...]:
    """Names of the policies that odviz ships."""
    return tuple(sorted(path.stem for path in (built_in().datasets.path / _FOLDER).glob(f"*{_SUFFIX}")))


def load_policy(name: str, objectives: Collection[str]) -> Policy:
    """A policy that odviz ships, or one in a file.

    Args:
        name: of a shipped policy, or path of a file that ends in .toml.
        objectives: names of all objectives.

    Raises:
        UnknownName: no shipped policy has this name.
        FileRefused: the file cannot be read, or is no policy; says where, and what would be accepted.
    """
    if name.endswith(_SUFFIX):
        path = Path(name)
    elif name in policy_names():
        path = built_in().datasets.file(f"{_FOLDER}/{name}{_SUFFIX}")
    else:
        raise UnknownName("policy", name, (*policy_names(), "or the path of a .toml file"))
    return parse_policy(read_text(path, _LARGEST, "policy"), printable(path), objectives)


def parse_policy(text: str, place: str, objectives: Collection[str]) -> Policy:
    """The policy in a TOML text.

    Args:
        text: TOML.
        place: what to call it in a message.
        objectives: names of all objectives.

    Raises:
        FileRefused: not TOML, or an entry is missing, unknown or impossible.
    """
    table = TomlTable(parse_toml(text, place), place)
    table.only({"title", "note", "clauses"})
    clauses = tuple(_clause(entry, objectives) for entry in table.tables("clauses", "clause", _MOST_CLAUSES))
    if not clauses:
        raise FileRefused(
            f"{place} has no [[clauses]]: add one, such as objective = 'latency' and relative = 0.05.",
            place=place,
            field="clauses",
        )
    return Policy(table.text("title"), clauses, table.text("note", "", LONGEST_NOTE))


def _clause(table: TomlTable, objectives: Collection[str]) -> Clause:
    table.only({"objective", "relative", "absolute", *_TEXTS})
    objective = table.choice("objective", objectives)
    kinds = [field for field in ("relative", "absolute") if field in table.entries]
    if len(kinds) != 1:
        raise table.refuse("relative", "or absolute must be there, one of them: 0.05 is 5 % of the figure before, or "
                           "5 points of a share.")  # fmt: skip
    (kind,) = kinds
    margin = table.number(kind)
    if not 0 <= margin < math.inf:
        raise table.refuse(kind, f"is {margin:g}; it must be a number from 0 on: how much worse may it become?")
    device, target, variant = (table.text(field, "") for field in _TEXTS)
    if target and not device:
        raise table.refuse("target", f"is {quoted(target)} without a device; name its device, too.")
    return Clause(objective, margin, kind == "relative", device, target, variant)


def policy_text(policy: Policy) -> str:
    """A policy as TOML, which `parse_policy` reads."""
    lines = [f"title = {_written(policy.title)}"]
    lines += [f"note = {_written(policy.note)}"] if policy.note else []
    for clause in policy.clauses:
        lines += ["", "[[clauses]]", f"objective = {_written(clause.objective)}"]
        lines.append(f"{'relative' if clause.is_relative else 'absolute'} = {clause.margin!r}")
        texts = zip(_TEXTS, (clause.device, clause.target, clause.variant), strict=True)
        lines += [f"{field} = {_written(text)}" for field, text in texts if text]
    return "\n".join(lines) + "\n"


def _written(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a string of JSON is one of TOML
