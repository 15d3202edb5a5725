"""A person's own measurements: what is wrong with each, what odviz adds to its own networks, and how CSV is read."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from odviz.compression.recipes import canonical
from odviz.domain.errors import FileRefused, InputError, OdvizError
from odviz.domain.model import Master, Model
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.services import catalogue
from odviz.services.outlook import published_name

MOST_NETWORKS = 300
"""Measurements of one device: far more than anybody has, and few enough to be fitted while a person waits."""

LONGEST = 120
"""Characters of one text."""

LARGEST = 1 << 20
"""Bytes of a file that is taken in."""

COLUMNS = {
    "network": ("Network", ("model",)),
    "latency_ms": ("Latency (ms)", ()),
    "macs_m": ("MACs (million)", ()),
    "parameters_m": ("Parameters (million)", ("params_m",)),
    "power_w": ("Power (W)", ()),
    "energy_scope": ("Power includes", ()),
}
"""Field: heading on the page, and other names that a column may have in a file."""

_MOST = {"latency_ms": (1e8, "ms"), "macs_m": (1e9, "million"), "parameters_m": (1e9, "million"), "power_w": (1e5, "W")}
_CALLED = {"latency_ms": "latency", "macs_m": "MACs", "parameters_m": "number of parameters", "power_w": "power"}
_PRUNED, _STRUCTURED = "prune", "prune-structured"
_SAME_MACS = 0.05
"""A network whose MACs differ by more from those of odviz's own of this name is another one."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One network as it was measured; None for what was not filled in.

    Attributes:
        network: its name; one of odviz's own brings its counts along.
        latency_ms: one answer, milliseconds.
        macs_m: million multiply-accumulates.
        parameters_m: million learned numbers.
        power_w: mean power while it runs.
        energy_scope: what that power includes.
    """

    network: str = ""
    latency_ms: float | None = None
    macs_m: float | None = None
    parameters_m: float | None = None
    power_w: float | None = None
    energy_scope: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """A network as a profile has it.

    Attributes:
        name: as odviz writes it.
        macs: multiply-accumulates; None if not known.
        parameters: learned numbers; None if not known.
    """

    name: str
    macs: float | None
    parameters: float | None


def counted(each: Measurement) -> Counted:
    """A network's name and counts: as filled in, else those of odviz's own network of this name.

    A pruned network of odviz is named with what was done to it: "lenet-5+prune-structured:50".

    Raises:
        InputError: odviz has networks of this name for several tasks and the MACs do not say which, or it is said to
            be made in a way that odviz does not know.
    """
    typed, macs, parameters = each.network.strip(), _units(each.macs_m), _units(each.parameters_m)
    head, _, made = (part.strip() for part in typed.partition("+"))
    ours = [model for model in _shipped() if head.casefold() in (model.name.casefold(), model.title.casefold())]
    if not ours:
        return Counted(typed, macs, parameters)
    recipe = canonical(parse_recipe(made)) if made else Recipe()
    masters = _masters(ours, recipe, typed)
    if macs is None and len(masters) > 1:
        tasks = " and ".join(model.task for model in ours)
        raise InputError(f"odviz has a {head} for {tasks}: fill in its MACs to say which.")
    master = min(masters, key=lambda one: abs(math.log(one.macs / macs)) if macs else 0)
    if macs and abs(macs / master.macs - 1) > _SAME_MACS:
        return Counted(typed, macs, parameters)
    return Counted(published_name(ours[0].name, recipe), macs or master.macs, parameters or master.parameters)


def _masters(ours: Sequence[Model], recipe: Recipe, typed: str) -> list[Master]:
    if any(not step.method.startswith(_PRUNED) for step in recipe.steps):
        raise InputError(
            f"“{typed[:LONGEST]}” says how it was quantized; name its pruning alone, the number type is that of the "
            "device."
        )
    values = [value for step in recipe.steps if step.method == _STRUCTURED for _, value in step.options]
    removed = next((int(value) for value in values if value.isdigit()), 0)
    found = [master for model in ours for master in model.masters if master.nominal == removed]
    if not found:
        there = ", ".join(dict.fromkeys(str(master.nominal) for model in ours for master in model.masters[1:]))
        raise InputError(f"odviz has no {ours[0].title} with {removed} % removed; it has {there} %.")
    return found


def _shipped() -> list[Model]:
    return [model for task in catalogue.tasks() for model in catalogue.models(task.name)]


def _units(millions: float | None) -> float | None:
    return millions * 1e6 if millions is not None and millions > 0 else None


def problems(given: Sequence[Measurement]) -> list[str]:
    """Everything that is wrong with measurements, a sentence each, with its row."""
    if not given:
        return ["There is no measurement yet: fill in at least one network and its latency."]
    if len(given) > MOST_NETWORKS:
        return [f"There are {len(given)} measurements; {MOST_NETWORKS} is the most for one device."]
    found, seen = [], dict[str, int]()
    for number, each in enumerate(given, start=1):
        where = f"Measurement {number}" + (f" ({each.network.strip()[:40]})" if each.network.strip() else "")
        name, wrong = _of_one(each)
        found += [f"{where}: {what}" for what in wrong]
        if name in seen:
            found.append(f"{where} is the same network as measurement {seen[name]}; keep one of them.")
        elif name:
            seen[name] = number
    return found


def _of_one(each: Measurement) -> tuple[str, list[str]]:
    """Name of the network and what is wrong with its row."""
    found = []
    if not each.network.strip():
        found.append("the network has no name.")
    elif len(each.network) > LONGEST:
        found.append(f"the name is longer than {LONGEST} characters.")
    if each.latency_ms is None:
        found.append("the latency is missing; give the time of one answer in milliseconds.")
    for field, (most, unit) in _MOST.items():
        value = getattr(each, field)
        if value is not None and not 0 < value <= most:
            found.append(f"the {_CALLED[field]} is {value:g}; it must be more than 0 and at most {most:g} {unit}.")
    if each.power_w is not None and not each.energy_scope.strip():
        found.append("it has a power but does not say what that includes, such as “whole board, at the plug”.")
    if len(each.energy_scope) > LONGEST:
        found.append(f"what the power includes is said in more than {LONGEST} characters.")
    name = each.network.strip()
    try:
        name = counted(each).name
    except OdvizError as error:
        found.append(str(error))
    return name, found


def read_csv(name: str, content: bytes) -> tuple[Measurement, ...]:
    """Measurements in a CSV file, with commas, or with semicolons and decimal commas.

    Args:
        name: of the file, for messages.
        content: its bytes.

    Raises:
        FileRefused: too large, no such table, or a cell that is no number, with its line.
    """
    if len(content) > LARGEST:
        raise FileRefused(f"{name} is larger than a table of measurements can be (1 MB).")
    try:
        text = content.decode("utf-8-sig")
        first = text.partition("\n")[0]
        european = first.count(";") > first.count(",")
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if european else ","))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileRefused(f"{name} cannot be read as CSV in UTF-8: {error}.") from error
    headings = [_field(cell) for cell in lines[0]] if lines else []
    missing = [field for field in ("network", "latency_ms") if field not in headings]
    if missing:
        raise FileRefused(f"{name} has no column {' or '.join(missing)}; its columns are {', '.join(COLUMNS)}.")
    full = [(number, line) for number, line in enumerate(lines[1:], start=2) if any(cell.strip() for cell in line)]
    if len(full) > MOST_NETWORKS:
        raise FileRefused(f"{name} has {len(full)} rows; {MOST_NETWORKS} is the most for one device.")
    return tuple(
        _measurement(dict(zip(headings, line, strict=False)), european, f"{name}, line {number}")
        for number, line in full
    )


def template() -> str:
    """A CSV file to fill in, with one of odviz's own networks and another one."""
    rows = [tuple(COLUMNS), ("lenet-5", 0.42, "", "", "", ""), ("my-network", 12.5, 56.9, 4.2, 3.1, "board, DC supply")]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _field(heading: str) -> str:
    """The field that a column is for; "gmacs" is one of its own, in thousand million."""
    said = heading.strip().casefold()
    for field, (title, others) in COLUMNS.items():
        if said in (field, title.casefold(), *others):
            return field
    return said


def _measurement(cells: Mapping[str, str], european: bool, place: str) -> Measurement:
    numbers = {field: _number(cells.get(field, ""), european, f"{place}: {field}") for field in _MOST}
    if numbers["macs_m"] is None:
        billions = _number(cells.get("gmacs", ""), european, f"{place}: gmacs")
        numbers["macs_m"] = None if billions is None else 1e3 * billions
    return Measurement(cells["network"].strip(), **numbers, energy_scope=(cells.get("energy_scope") or "").strip())


def _number(cell: str, european: bool, place: str) -> float | None:
    text = cell.strip().replace(",", ".") if european else cell.strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise FileRefused(f"{place} is “{cell.strip()[:40]}”, which is not a number.")
    return value


def with_macs(given: Iterable[Measurement]) -> list[Counted]:
    """Networks with a latency and known MACs: those from which others can be projected."""
    found = []
    for each in given:
        try:
            network = counted(each)
        except OdvizError:
            continue
        if network.macs and each.latency_ms:
            found.append(network)
    return found
