"""A device as a person fills it in: what is wrong with it, and its profile as TOML."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from odviz.domain.device import DeviceKind, Platform, RuntimeFamily, first_link, processor_of
from odviz.domain.errors import InputError
from odviz.domain.target import HOST
from odviz.library.device_facts import FACT_TYPES
from odviz.library.published import LONGEST
from odviz.projection.features import family_of
from odviz.projection.requirements import needed, suffices
from odviz.services import user_measurements
from odviz.services.user_measurements import DraftProblem, Measurement, identify, one_line, with_macs
from odviz.units import counted

_LONGEST_NAME = 40
_LONGEST_NOTE = 5 * LONGEST
_TEXTS = {
    "title": "Title",
    "processor": "Processor",
    "runtime": "Runtime",
    "backend": "Computes on",
    "source": "How it was measured",
}
"""Fields that must be filled in, as the form labels them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person fills in.

    Attributes:
        title: of the device, as shown; its name follows from it.
        kind: of the machine.
        processor: its CPU.
        ram_bytes: memory; None if not known.
        flash_bytes: of a microcontroller; None if not known.
        platform: what runs programs on it; the usual of its kind if None.
        runtime: that runs the networks, with its version.
        family: of the runtime.
        backend: what it computes on ("cpu").
        threads: 0 if not known.
        precision: number type.
        source: who measured, how and when.
        measurements: on this device, run in this way.
        note: further text.
    """

    title: str = ""
    kind: DeviceKind = DeviceKind.BOARD
    processor: str = ""
    ram_bytes: float | None = None
    flash_bytes: float | None = None
    platform: Platform | None = None
    runtime: str = ""
    family: RuntimeFamily = RuntimeFamily.OTHER
    backend: str = "cpu"
    threads: int = 0
    precision: str = "fp32"
    source: str = ""
    measurements: tuple[Measurement, ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """As typed, and as the file is called: letters, digits and dashes of the title; empty if it has none."""
        return file_stem(self.title)

    @property
    def key(self) -> str:
        """Of its one target; its prefix keeps it apart from every published target."""
        way = file_stem(f"{self.runtime} {self.backend}{self.threads or ''}")
        return f"user-{self.name}-{way}-{self.precision}"

    @property
    def memories(self) -> dict[str, float | None]:
        """Its facts, by their names in a profile."""
        return {"ram_bytes": self.ram_bytes, "flash_bytes": self.flash_bytes}


def file_stem(title: str) -> str:
    """A title as a valid file name on every system: no dots, slashes or spaces, at most 40 characters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode() or title
    return re.sub(r"[\W_]+", "-", plain.casefold()).strip("-")[:_LONGEST_NAME].strip("-")


def problems(draft: Draft) -> tuple[DraftProblem, ...]:
    """Everything that is wrong with a draft and its measurements."""
    return (*_of_device(draft), *user_measurements.problems(draft.measurements))


def _of_device(draft: Draft) -> Iterator[DraftProblem]:
    for field, label in _TEXTS.items():
        text = getattr(draft, field)
        if not one_line(text):
            yield DraftProblem(field, f"“{label}” is empty; a few words will do.")
        elif len(text) > LONGEST:
            yield DraftProblem(field, f"“{label}” is longer than {LONGEST} characters; shorten it.")
    if one_line(draft.title) and not draft.name:
        yield DraftProblem("title", "“Title” needs at least one letter or digit.")
    if draft.name == HOST:
        yield DraftProblem("title", f"“{HOST}” is what this machine is called; choose another title.")
    if len(draft.note) > _LONGEST_NOTE:
        yield DraftProblem("note", f"“Note” is longer than {_LONGEST_NOTE} characters; shorten it.")
    for field, value in draft.memories.items():
        fact = FACT_TYPES[field]
        if value and value not in fact.plausible:
            message = f"“{fact.title}” is {value:g} bytes; it must be {fact.plausible}. Look at its unit."
            yield DraftProblem(field, message)
    if draft.kind is DeviceKind.MICROCONTROLLER and not draft.ram_bytes:
        message = "“Memory (RAM)” is empty; it decides whether a network fits a microcontroller."
        yield DraftProblem("ram_bytes", message)


def enough(draft: Draft) -> str:
    """One sentence on whether the measurements suffice to project other networks."""
    networks = with_macs(draft.measurements)
    families = [family_of(network.network) for network in networks]
    processor = processor_of(draft.kind, draft.backend)
    need = needed(processor).words
    if not networks:
        return f"Once {need}, have known MACs, others are projected from them."
    kinds = "1 family" if len(set(families)) == 1 else f"{len(set(families))} families"
    have = f"{counted(len(networks), 'network')} of {kinds} with known MACs"
    if suffices(families, processor):
        return f"{have}: enough to project others from them."
    return f"{have}. Once there are {need}, others are projected from them."


def to_toml(draft: Draft, today: str) -> str:
    """The profile as TOML.

    Args:
        draft: without problems.
        today: date that is recorded with the device's facts.

    Raises:
        InputError: the draft has problems; names the first.
    """
    wrong = problems(draft)
    if wrong:
        raise InputError(wrong[0].message)
    source = f"said by the person who added this device, {today}"
    target = {
        "key": draft.key,
        "runtime": draft.runtime,
        "family": str(draft.family),
        "backend": draft.backend,
        "precision": draft.precision,
    }
    machine: dict[str, object] = {
        "title": draft.title,
        "kind": str(draft.kind),
        "platform": str(draft.platform or ""),
        "processor": draft.processor,
        "note": draft.note,
    }
    tables = [
        _table("", machine),
        _table("[[targets]]", target | ({"threads": draft.threads} if draft.threads else {})),
        *(
            _table(f"[facts.{name}]", {"value": value, "source": source, "checked": False})
            for name, value in draft.memories.items()
            if value
        ),
        *(_table("[[points]]", _point(draft, measurement)) for measurement in draft.measurements),
    ]
    return "\n".join(tables)


def _point(draft: Draft, measurement: Measurement) -> dict[str, object]:
    network = identify(measurement)
    return {
        "target": draft.key,
        "model": network.network,
        "latency_ms": measurement.latency_ms,
        "gmacs": network.macs_m / 1e3 if network.macs_m else None,
        "params_m": network.parameters_m,
        "power_w": measurement.power_w,
        "energy_scope": measurement.energy_scope if measurement.power_w is not None else "",
        "source": draft.source,
        "source_url": first_link(draft.source),
    }


def _table(heading: str, entries: dict[str, object]) -> str:
    """One TOML table; empty entries are left out."""
    lines = [f"{key} = {_value(value)}" for key, value in entries.items() if value not in (None, "")]
    return "\n".join([*([heading] if heading else []), *lines]) + "\n"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:.12g}"
    # A JSON string without control characters is a basic string of TOML.
    return json.dumps(one_line(str(value)), ensure_ascii=False)
