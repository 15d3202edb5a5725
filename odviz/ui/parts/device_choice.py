"""Choosing the machine that is asked about, and how networks are run on it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from odviz.analysis.device_calibration import ways as ways_of
from odviz.domain.device import UNSAID, DeviceProfile, DeviceTarget, Kind
from odviz.domain.errors import InputError
from odviz.domain.target import HOST
from odviz.services import devices, machine
from odviz.ui import data
from odviz.ui.link import Field, one_of
from odviz.ui.parts.device_facts import KINDS, in_order


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks about.

    Attributes:
        device: its name; empty for none.
        target: key of how networks are run on it; empty for the best-backed way.
    """

    device: str
    target: str = ""


def fields(key: str) -> tuple[Field, Field]:
    """What the address says of a machine: its name under `key`, and the way it is used."""
    way = way_key(key)

    def read(text: str) -> str:
        device = data.device(str(st.session_state.get(key) or HOST))
        keys = [each.key for each in ways_of(device)] if device else []
        return one_of("way to run networks on this device", keys)(text)

    return (
        Field(
            key, one_of("device", devices.names()), lambda name: "" if name == HOST and key == "device" else str(name)
        ),
        Field(way, read, lambda value: "" if value == _first(key) else str(value)),
    )


def way_key(key: str) -> str:
    """Where the way in which a machine is used is kept, and what the address calls it."""
    return "target" if key == "device" else f"{key}-target"


def choose(key: str, label: str, optional: bool = False) -> Asked:
    """Draw the choice of a machine, and of the way it is used where there are several.

    Args:
        key: of the widget, and in the address.
        label: above it.
        optional: nothing may be chosen.
    """
    profiles, _ = data.devices()
    by_name = {each.name: each for each in in_order(profiles)}
    if st.session_state.get(key) not in by_name:
        st.session_state[key] = None if optional else HOST
    name = st.selectbox(
        label,
        list(by_name),
        index=None if optional else 0,
        format_func=lambda each: _title(by_name[each]),
        key=key,
        placeholder="nothing",
        help=None
        if optional
        else "The machine that the model will run on. Only this one is measured; for others, "
        "figures are those that somebody published or you brought along, or are projected from them.",
    )
    if not name:
        return Asked("")
    return Asked(name, _way(by_name[name], way_key(key), label))


def _way(device: DeviceProfile, key: str, label: str) -> str:
    ways = {each.key: each for each in ways_of(device)}
    if len(ways) < 2:
        st.session_state.pop(key, None)
        return ""
    if st.session_state.get(key) not in ways:
        st.session_state[key] = next(iter(ways))
    return str(
        st.selectbox(
            f"{label}: run by",
            list(ways),
            format_func=lambda each: way_words(ways[each]),
            key=key,
            help="Runtime, processor and threads (target). The first is the one with most measurements behind it.",
        )
    )


def way_words(target: DeviceTarget) -> str:
    """How networks are run, in words: runtime, processor, threads."""
    threads = target.target.threads
    said = "" if threads == UNSAID else f", {threads} thread{'s' if threads > 1 else ''}"
    return f"{target.target.runtime} on {target.target.backend.upper()}{said}"


def _title(device: DeviceProfile) -> str:
    if device.kind is Kind.HOST:
        return f"This machine ({machine.host().processor})"
    return f"{device.title} · {KINDS[device.kind]}"


def _first(key: str) -> str:
    device = data.device(str(st.session_state.get(key) or HOST))
    ways = ways_of(device) if device else ()
    return ways[0].key if ways else ""


def refuse_twice(first: Asked, second: Asked) -> None:
    """Two machines side by side have to differ.

    Raises:
        InputError: they are one and the same, run in the same way.
    """
    if first == second:
        raise InputError("Both sides show the same device run in the same way: choose another one to compare with.")
