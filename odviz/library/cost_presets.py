"""Assumptions for comparing costs, from the TOML files in `data/cost/`.

`general.toml` has all factors but those that a benchmark gives; the others have what differs from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from odviz.domain.cost import CostAssumption, CostBasis, CostFactor, CostPreset
from odviz.domain.errors import FileRefused, UnknownName
from odviz.library.files import read_text
from odviz.library.parsing import parse_toml
from odviz.library.paths import data_dir

GENERAL = "general"
"""Name of the complete preset."""

OF_BENCHMARK = frozenset({CostFactor.LATENCY, CostFactor.ENERGY})
"""Factors that a benchmark gives."""

_LARGEST = 1 << 16
_TEXTS = frozenset({"title", "note"})


def preset_names() -> tuple[str, ...]:
    """Names of the presets, the complete one first."""
    names = sorted(path.stem for path in (data_dir() / "cost").glob("*.toml"))
    return tuple(sorted(names, key=lambda name: name != GENERAL))


def load_preset(name: str) -> CostPreset:
    """A preset, complete.

    Raises:
        UnknownName: no such preset.
        FileRefused: its file cannot be read, or has an entry that it must not have.
    """
    if name not in preset_names():
        raise UnknownName("preset", name, preset_names())
    own = _read(name)
    general = own if name == GENERAL else _read(GENERAL)
    return CostPreset(name, own.title, own.note, {**general.assumptions, **own.assumptions})


def _read(name: str) -> CostPreset:
    path = data_dir() / "cost" / f"{name}.toml"
    content = parse_toml(read_text(path, _LARGEST, "preset"), path.name)
    unknown = set(content) - _TEXTS - set(CostFactor) | OF_BENCHMARK & set(content)
    if unknown:
        raise FileRefused(f"{path.name}: {', '.join(sorted(unknown))} cannot be assumed here.", place=path.name)
    try:
        assumptions = {CostFactor(key): _assumption(content[key]) for key in content if key not in _TEXTS}
        return CostPreset(name, str(content["title"]), str(content["note"]), assumptions)
    except (KeyError, TypeError, ValueError) as error:
        raise FileRefused(f"{path.name} is not a preset: {error}.", place=path.name) from error


def _assumption(entry: Mapping[str, Any]) -> CostAssumption:
    low, value, high = (float(entry[key]) for key in ("low", "value", "high"))
    if not low <= value <= high:
        raise ValueError(f"not low <= value <= high: {low} {value} {high}")
    checked = str(entry.get("checked", ""))
    return CostAssumption(
        low, value, high, CostBasis.CITED if checked else CostBasis.ASSUMED, str(entry["source"]), checked
    )
