"""A person's own measurements: what is wrong with each, and what odviz adds to its own networks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from odviz.analysis.device_estimate import published_name
from odviz.compression.recipes import canonical
from odviz.domain.errors import InputError, OdvizError
from odviz.domain.model import Checkpoint, Model
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.library import published
from odviz.library.published import believed, bounds
from odviz.library.sources import Source, sources
from odviz.services import catalogue

MOST_NETWORKS = 300
"""Measurements of one device: far more than anybody has, and few enough to be fitted while a person waits."""

LONGEST = 120
"""Characters of one text."""

TITLES = {
    "network": "Network",
    "latency_ms": "Latency (ms)",
    "macs_m": "MACs (million)",
    "parameters_m": "Parameters (million)",
    "power_w": "Power (W)",
    "energy_scope": "Power includes",
}
"""Every field of a measurement, as a heading."""

BELIEVED = {
    "latency_ms": published.BELIEVED["latency_ms"],
    "macs_m": (1e-6, 1e9),
    "parameters_m": published.BELIEVED["params_m"],
    "power_w": published.BELIEVED["power_w"],
}
"""Every number of a measurement, and the least and the most that is believed."""

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


def one_line(text: str) -> str:
    """Text on one line, without characters that no file or screen can hold."""
    kept = (char if char.isprintable() else " " for char in text.encode("utf-8", "replace").decode())
    return " ".join("".join(kept).split())


def identify(each: Measurement) -> Counted:
    """A network's name and counts: as filled in, else those of odviz's own network of this name.

    A pruned network of odviz is named with what was done to it: "lenet-5+prune-structured:50".

    Raises:
        InputError: odviz has networks of this name for several tasks and the MACs do not say which, or it is said to
            be made in a way that odviz does not know.
    """
    typed, macs, parameters = one_line(each.network), _units(each, "macs_m"), _units(each, "parameters_m")
    head, _, made = (part.strip() for part in typed.partition("+"))
    ours = [model for model in _models(sources()) if head.casefold() in (model.name.casefold(), model.title.casefold())]
    if not ours:
        return Counted(typed, macs, parameters)
    recipe = canonical(parse_recipe(made)) if made else Recipe()
    checkpoints = _masters(ours, recipe, typed)
    if macs is None and len(checkpoints) > 1:
        pairs = ((model, each) for model in ours for each in model.checkpoints if each in checkpoints)
        known = " or ".join(f"{each.macs / 1e6:.3g} ({model.task})" for model, each in pairs)
        raise InputError(f"odviz has several {head}: fill in its MACs to say which, {known} million.")
    checkpoint = min(checkpoints, key=lambda one: abs(math.log(one.macs / macs)) if macs else 0)
    if macs and abs(macs / checkpoint.macs - 1) > _SAME_MACS:
        return Counted(typed, macs, parameters)
    return Counted(published_name(ours[0].name, recipe), macs or checkpoint.macs, parameters or checkpoint.parameters)


def _masters(ours: Sequence[Model], recipe: Recipe, typed: str) -> list[Checkpoint]:
    if any(not step.method.startswith(_PRUNED) for step in recipe.steps):
        raise InputError(
            f"“{typed[:LONGEST]}” says how it was quantized; name its pruning alone, the number type is that of the "
            "device."
        )
    values = [value for step in recipe.steps if step.method == _STRUCTURED for _, value in step.options]
    removed = next((int(value) for value in values if value.isdigit()), 0)
    found = [checkpoint for model in ours for checkpoint in model.checkpoints if checkpoint.nominal == removed]
    if not found:
        there = ", ".join(
            dict.fromkeys(str(checkpoint.nominal) for model in ours for checkpoint in model.checkpoints[1:])
        )
        raise InputError(f"odviz has no {ours[0].title} with {removed} % removed; it has {there or 'none'} %.")
    return found


@cache
def _models(_sources: tuple[Source, ...]) -> tuple[Model, ...]:
    """Every model of the library, read once rather than for every line of a table."""
    return tuple(model for task in catalogue.tasks() for model in catalogue.models(task.name))


def _units(each: Measurement, field: str) -> float | None:
    """A count that was given in millions; None where it is missing or is none that can be believed."""
    millions = getattr(each, field)
    return millions * 1e6 if millions is not None and believed(millions, BELIEVED[field]) else None


def problems(given: Sequence[Measurement]) -> list[str]:
    """Everything that is wrong with measurements, a sentence each, with its row."""
    if not given:
        return ["There is no measurement yet: fill in at least one network and its latency."]
    if len(given) > MOST_NETWORKS:
        return [f"There are {len(given)} measurements; {MOST_NETWORKS} is the most for one device."]
    found, seen = [], dict[str, int]()
    for number, each in enumerate(given, start=1):
        typed = one_line(each.network)
        where = f"Measurement {number}" + (f" ({typed[:40]})" if typed else "")
        name, wrong = _of_one(each)
        found += [f"{where}: {what}" for what in wrong]
        same = name.casefold()  # nobody tells networks apart by capitals
        if same in seen:
            found.append(f"{where} is the same network as measurement {seen[same]}; keep one of them, or rename one.")
        elif same:
            seen[same] = number
    return found


def _of_one(each: Measurement) -> tuple[str, list[str]]:
    """Name of the network and what is wrong with its row."""
    found, name = [], one_line(each.network)
    if not name:
        found.append("the network has no name.")
    elif len(name) > LONGEST:
        found.append(f"the name is longer than {LONGEST} characters.")
    if each.latency_ms is None:
        found.append("the latency is missing; give the time of one answer in milliseconds.")
    for field, ends in BELIEVED.items():
        value = getattr(each, field)
        if value is not None and not believed(value, ends):
            found.append(f"“{TITLES[field]}” is {value:g}; it must be {bounds(ends)}.")
    if each.power_w is not None and not one_line(each.energy_scope):
        found.append("it has a power but does not say what that includes, such as “whole board, at the plug”.")
    if len(each.energy_scope) > LONGEST:
        found.append(f"what the power includes is said in more than {LONGEST} characters.")
    try:
        name = identify(each).name
    except OdvizError as error:
        found.append(str(error))
    return name, found


def with_macs(given: Iterable[Measurement]) -> list[Counted]:
    """Networks with a latency and known MACs: those from which others can be projected."""
    found = []
    for each in given:
        try:
            network = identify(each)
        except OdvizError:
            continue
        if network.macs and each.latency_ms:
            found.append(network)
    return found
