"""A device as a person fills it in: what is still wrong with it, and the profile that comes of it as TOML."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass

from odviz.domain.device import Kind
from odviz.domain.errors import InputError
from odviz.domain.target import HOST
from odviz.library.devices import BELIEVED
from odviz.library.published import believed
from odviz.projection import NEEDED, family_of, suffices
from odviz.services import user_measurements
from odviz.services.device_facts import link_of
from odviz.services.user_measurements import LONGEST, Measurement, identify, one_line, with_macs
from odviz.units import counted

_NAME = 40


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person fills in.

    Attributes:
        title: of the device, as it is shown; its name follows from it.
        kind: what sort of machine.
        processor: in words.
        ram_bytes: memory; None if not said.
        flash_bytes: of a microcontroller; None if not said.
        runtime: that runs the networks, with its version.
        backend: what it computes on ("cpu").
        threads: 0 if not said.
        precision: number type.
        source: who measured, how and when.
        measurements: on this device, run in this way.
        note: in words.
    """

    title: str = ""
    kind: Kind = Kind.BOARD
    processor: str = ""
    ram_bytes: float | None = None
    flash_bytes: float | None = None
    runtime: str = ""
    backend: str = "cpu"
    threads: int = 0
    precision: str = "fp32"
    source: str = ""
    measurements: tuple[Measurement, ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """As typed and as the file is called: letters, digits and dashes of the title; empty if it has none."""
        return name_of(self.title)

    @property
    def key(self) -> str:
        """Of its one target; begins so that no published target is meant by accident."""
        way = name_of(f"{self.runtime} {self.backend}{self.threads or ''}")
        return f"own-{self.name}-{way}-{self.precision}"


def name_of(title: str) -> str:
    """A title as a file can be called anywhere: no dots, slashes or spaces, at most 40 characters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode() or title
    return re.sub(r"[\W_]+", "-", plain.casefold()).strip("-")[:_NAME].strip("-")


def problems(draft: Draft) -> tuple[str, ...]:
    """Everything that is still wrong, a sentence each: what, where, and what would work."""
    found = []
    texts = {
        "Title": draft.title,
        "Processor": draft.processor,
        "Runtime": draft.runtime,
        "Computes on": draft.backend,
        "How it was measured": draft.source,
    }
    for label, text in texts.items():
        if not one_line(text):
            found.append(f"“{label}” is empty; a few words will do.")
        elif len(text) > LONGEST:
            found.append(f"“{label}” is longer than {LONGEST} characters; shorten it.")
    if one_line(draft.title) and not draft.name:
        found.append("“Title” needs at least one letter or digit.")
    if draft.name == HOST:
        found.append(f"“{HOST}” is what this machine is called; choose another title.")
    if len(draft.note) > 5 * LONGEST:
        found.append(f"“Note” is longer than {5 * LONGEST} characters; shorten it.")
    memories = {"ram_bytes": draft.ram_bytes, "flash_bytes": draft.flash_bytes}
    if not all(believed(value, BELIEVED[name]) for name, value in memories.items() if value):
        least, most = BELIEVED["ram_bytes"]
        found.append(
            f"A memory of less than {least:.0f} bytes or more than {most / 1e9:,.0f} GB is not believed; look at its "
            "unit."
        )
    if draft.kind is Kind.MICROCONTROLLER and not draft.ram_bytes:
        found.append("“Memory (RAM)” is empty; without it nobody can say whether a network fits a microcontroller.")
    return (*found, *user_measurements.problems(draft.measurements))


def enough(draft: Draft) -> str:
    """One sentence on whether what is filled in suffices to project other networks."""
    known = with_macs(draft.measurements)
    families = [family_of(each.name) for each in known]
    if not known:
        return f"Once {NEEDED}, have known MACs, others are projected from them."
    kinds = "1 family" if len(set(families)) == 1 else f"{len(set(families))} families"
    have = f"{counted(len(known), 'network')} of {kinds} with known MACs"
    if suffices(families):
        return f"{have}: enough to project others from them."
    return f"{have}. Once there are {NEEDED}, others are projected from them."


def to_toml(draft: Draft, today: str) -> str:
    """The profile as TOML.

    Args:
        draft: without problems.
        today: date that goes with what the person said of the device.

    Raises:
        InputError: the draft has problems; says the first.
    """
    wrong = problems(draft)
    if wrong:
        raise InputError(wrong[0])
    said = f"said by the person who added this device, {today}"
    facts = {"ram_bytes": draft.ram_bytes, "flash_bytes": draft.flash_bytes}
    target = {"key": draft.key, "runtime": draft.runtime, "backend": draft.backend, "precision": draft.precision}
    parts = [
        _table("", {"title": draft.title, "kind": str(draft.kind), "processor": draft.processor, "note": draft.note}),
        _table("[[targets]]", target | ({"threads": draft.threads} if draft.threads else {})),
        *(
            _table(f"[facts.{name}]", {"value": value, "source": said, "checked": False})
            for name, value in facts.items()
            if value
        ),
        *(_table("[[points]]", _point(draft, each)) for each in draft.measurements),
    ]
    return "\n".join(parts)


def _point(draft: Draft, each: Measurement) -> dict[str, object]:
    network = identify(each)
    return {
        "target": draft.key,
        "model": network.name,
        "latency_ms": each.latency_ms,
        "gmacs": network.macs / 1e9 if network.macs else None,
        "params_m": network.parameters / 1e6 if network.parameters else None,
        "power_w": each.power_w,
        "energy_scope": each.energy_scope if each.power_w is not None else "",
        "source": draft.source,
        "source_url": link_of(draft.source),
    }


def _table(heading: str, entries: dict[str, object]) -> str:
    """One TOML table; what is empty is left out."""
    lines = [f"{key} = {_value(value)}" for key, value in entries.items() if value not in (None, "")]
    return "\n".join([*([heading] if heading else []), *lines]) + "\n"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:.12g}"
    # A JSON string is a basic string of TOML once control characters are gone.
    return json.dumps(one_line(str(value)), ensure_ascii=False)
