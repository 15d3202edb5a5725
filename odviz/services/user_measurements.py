"""The user's own measurements: their fields, what is wrong with them, and the counts of odviz's own networks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from odviz.analysis.device_estimate import SAME_MACS, published_name
from odviz.compression import METHODS
from odviz.compression.recipes import canonical, quantizers
from odviz.domain.errors import InputError, OdvizError
from odviz.domain.model import Checkpoint, Model
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.library.device_toml import MOST_POINTS
from odviz.library.plausible import PlausibleRange
from odviz.library.published import COLUMNS, LONGEST
from odviz.library.sources import Source, sources
from odviz.services import catalogue
from odviz.tasks import TASKS


@dataclass(frozen=True, slots=True)
class MeasurementField:
    """A field of a measurement.

    Attributes:
        title: its heading.
        plausible: accepted values; None for a text.
    """

    title: str
    plausible: PlausibleRange | None = None


FIELDS: Mapping[str, MeasurementField] = {
    "network": MeasurementField("Network"),
    "latency_ms": MeasurementField("Latency (ms)", COLUMNS["latency_ms"].plausible),
    "macs_m": MeasurementField("MACs (million)", PlausibleRange(1e-6, 1e9)),
    "parameters_m": MeasurementField("Parameters (million)", COLUMNS["params_m"].plausible),
    "power_w": MeasurementField("Power (W)", COLUMNS["power_w"].plausible),
    "energy_scope": MeasurementField("Power includes"),
}
"""The fields of `Measurement`, in order."""

NUMBERS: Mapping[str, PlausibleRange] = {
    name: field.plausible for name, field in FIELDS.items() if field.plausible is not None
}
"""Accepted values of those fields that are numbers."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One network as it was measured; None for what was not filled in.

    Attributes:
        network: its name; the counts of odviz's own networks are known by their names.
        latency_ms: one inference, milliseconds.
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
class DraftProblem:
    """Something wrong with what a person filled in.

    Attributes:
        field: of the measurement or the device.
        message: a sentence: what is wrong, where, and what would be accepted.
        row: number of the measurement, from 1; 0 for the device, or the table as a whole.
    """

    field: str
    message: str
    row: int = 0


def one_line(text: str) -> str:
    """Text on one line, without characters that cannot be stored or shown."""
    characters = (char if char.isprintable() else " " for char in text.encode("utf-8", "replace").decode())
    return " ".join("".join(characters).split())


def identify(measurement: Measurement) -> Measurement:
    """The measurement with its network's name as odviz writes it, and with plausible counts.

    Counts are those that were filled in, else those of odviz's own network of this name. A pruned network of odviz is
    named with its pruning: "lenet-5+prune-structured:50".

    Raises:
        InputError: odviz has networks of this name for several tasks and the MACs do not say which, or the name
            states a step that does not identify a checkpoint.
    """
    name = one_line(measurement.network)
    macs_m, parameters_m = _count(measurement, "macs_m"), _count(measurement, "parameters_m")
    identified = replace(measurement, network=name, macs_m=macs_m, parameters_m=parameters_m)
    head, _, steps = (part.strip() for part in name.partition("+"))
    models = [
        model for model in _models(sources()) if head.casefold() in (model.name.casefold(), model.title.casefold())
    ]
    if not models:
        return identified
    recipe = canonical(parse_recipe(steps)) if steps else Recipe()
    checkpoints = _checkpoints(models, recipe, name)
    if macs_m is None and len(checkpoints) > 1:
        choices = " or ".join(f"{checkpoint.macs / 1e6:.3g} ({model.task})" for model, checkpoint in checkpoints)
        raise InputError(f"odviz has several {head}: fill in its MACs to say which, {choices} million.")
    _, checkpoint = min(checkpoints, key=lambda pair: abs(math.log(pair[1].macs / 1e6 / macs_m)) if macs_m else 0)
    if macs_m and abs(1e6 * macs_m / checkpoint.macs - 1) > SAME_MACS:
        return identified
    return replace(
        identified,
        network=published_name(models[0].name, recipe),
        macs_m=macs_m or checkpoint.macs / 1e6,
        parameters_m=parameters_m or checkpoint.parameters / 1e6,
    )


def _checkpoints(models: Sequence[Model], recipe: Recipe, name: str) -> list[tuple[Model, Checkpoint]]:
    """The checkpoints of models that a pruning recipe starts from."""
    if quantizers(recipe):
        raise InputError(
            f"“{name[:LONGEST]}” says how it was quantized; name its pruning alone, the number type is that of the "
            "device."
        )
    values = [value for step in recipe.steps if METHODS[step.method].starts for _, value in step.options]
    removed = next((int(value) for value in values if value.isdigit()), 0)
    pairs = [(model, checkpoint) for model in models for checkpoint in model.checkpoints]
    matching = [(model, checkpoint) for model, checkpoint in pairs if checkpoint.nominal == removed]
    if not matching:
        percents = dict.fromkeys(str(checkpoint.nominal) for _, checkpoint in pairs if checkpoint.nominal)
        raise InputError(
            f"odviz has no {models[0].title} with {removed} % removed; it has {', '.join(percents) or 'none'} %."
        )
    return matching


@cache
def _models(_sources: tuple[Source, ...]) -> tuple[Model, ...]:
    """Every model of the library, read once rather than for every line of a table."""
    return tuple(model for task in TASKS for model in catalogue.models(task.name))


def _count(measurement: Measurement, field: str) -> float | None:
    """A count that is filled in; None if it is missing or implausible."""
    millions: float | None = getattr(measurement, field)
    return millions if millions is not None and millions in NUMBERS[field] else None


def problems(measurements: Sequence[Measurement]) -> list[DraftProblem]:
    """Everything that is wrong with the measurements of a device."""
    number = len(measurements)
    if not number:
        message = "There is no measurement yet: fill in at least one network and its latency."
        return [DraftProblem("measurements", message)]
    if number > MOST_POINTS:
        message = f"There are {number} measurements; {MOST_POINTS} is the most for one device."
        return [DraftProblem("measurements", message)]
    wrong: list[DraftProblem] = []
    rows: dict[str, int] = {}
    for row, measurement in enumerate(measurements, start=1):
        typed = one_line(measurement.network)
        where = f"Measurement {row}" + (f" ({typed[:40]})" if typed else "")
        wrong += [DraftProblem(field, f"{where}: {reason}", row) for field, reason in _reasons(measurement)]
        try:
            name = identify(measurement).network
        except OdvizError as error:
            name = typed
            wrong.append(DraftProblem("network", f"{where}: {error}", row))
        first = rows.setdefault(name.casefold(), row) if name else row  # nobody tells networks apart by capitals
        if first != row:
            message = f"{where} is the same network as measurement {first}; keep one of them, or rename one."
            wrong.append(DraftProblem("network", message, row))
    return wrong


def _reasons(measurement: Measurement) -> Iterator[tuple[str, str]]:
    """Fields of one measurement that are wrong, and why."""
    name = one_line(measurement.network)
    if not name:
        yield "network", "the network has no name."
    elif len(name) > LONGEST:
        yield "network", f"the name is longer than {LONGEST} characters."
    if measurement.latency_ms is None:
        yield "latency_ms", "the latency is missing; give the time of one inference in milliseconds."
    for field, plausible in NUMBERS.items():
        value = getattr(measurement, field)
        if value is not None and value not in plausible:
            yield field, f"“{FIELDS[field].title}” is {value:g}; it must be {plausible}."
    if measurement.power_w is not None and not one_line(measurement.energy_scope):
        yield "energy_scope", "it has a power but does not say what that includes, such as “whole board, at the plug”."
    if len(measurement.energy_scope) > LONGEST:
        yield "energy_scope", f"“Power includes” is longer than {LONGEST} characters; shorten it."


def with_macs(measurements: Iterable[Measurement]) -> list[Measurement]:
    """Networks with a latency and known MACs: those from which others can be projected."""
    networks = []
    for measurement in measurements:
        try:
            network = identify(measurement)
        except OdvizError:
            continue
        if network.macs_m and measurement.latency_ms:
            networks.append(network)
    return networks
