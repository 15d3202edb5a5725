"""The choice of a device, and of a target on it: how networks run there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from odviz.analysis.device_calibration import ways
from odviz.domain.device import DeviceKind, DeviceProfile, DeviceTarget
from odviz.domain.errors import InputError
from odviz.domain.target import HOST
from odviz.services import devices, naming
from odviz.ui import data
from odviz.ui.parts.choice import choose
from odviz.ui.parts.device_facts import KIND_TITLES, sort_devices
from odviz.ui.url_state import UrlField, one_of

DEVICE = "device"
"""Key of the device of a page; another device is compared with it."""

WHERE_MEASURED = "Where it was measured"
"""Title of the host beside a benchmark, which another machine may have measured: it must not change with that."""

Targets = Callable[[DeviceProfile], Sequence[DeviceTarget]]
"""Which targets of a device can be chosen, the default first."""


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """What the visitor chose.

    Attributes:
        device: name of the device; empty for none.
        target: key of the target; empty for the one with most measurements.
    """

    device: str
    target: str = ""


def url_fields(key: str, targets: Targets = ways) -> tuple[UrlField, UrlField]:
    """URL parameters of a device choice: the device under `key`, and its target."""

    def target_keys() -> list[str]:
        device = data.device(str(st.session_state.get(key) or HOST))
        return [target.key for target in targets(device)] if device else []

    def parse_device(text: str) -> str:
        one_of("device", devices.names())(text)
        if data.device(text) is None:
            raise InputError("its file cannot be read; see the page Devices")
        return text

    def parse_target(text: str) -> str:
        return one_of("way to run networks on this device", target_keys())(text)

    def write_device(name: str) -> str:
        return "" if name == HOST and key == DEVICE else str(name)

    def write_target(target: str) -> str:
        return "" if target in target_keys()[:1] else str(target)

    return UrlField(key, parse_device, write_device), UrlField(target_key(key), parse_target, write_target)


def target_key(key: str) -> str:
    """Widget key and URL parameter of the target that belongs to a device choice."""
    return "target" if key == DEVICE else f"{key}-target"


def choose_device(
    key: str, label: str, optional: bool = False, host_title: str = "", **options: Any
) -> DeviceProfile | None:
    """Draw the choice of a device.

    Args:
        key: widget key and URL parameter.
        label: above the widget.
        optional: whether the choice may stay empty.
        host_title: of this machine; its processor by default.
        options: of `st.selectbox`.
    """
    by_name = {profile.name: profile for profile in sort_devices(data.devices()[0])}
    titles = {name: _title(profile) for name, profile in by_name.items()}
    titles[HOST] = host_title or titles[HOST]
    name = choose(label, titles, key, None if optional else HOST, placeholder="nothing", **options)
    return by_name[name] if name else None


def choose_way(key: str, label: str, optional: bool = False) -> DeviceChoice:
    """Draw the choice of a device, and of how networks run on it where there are several ways.

    Args:
        key: widget key and URL parameter of the device.
        label: above the widget.
        optional: whether the choice may stay empty.
    """
    text = (
        "The machine that the model will run on. odviz measures on this machine only; for others it shows "
        "published figures, your own figures, or projections from them."
    )
    device = choose_device(key, label, optional, WHERE_MEASURED, help=None if optional else text)
    if device is None:
        return DeviceChoice("")
    titles = {target.key: naming.target(target) for target in ways(device)}
    if len(titles) < 2:
        st.session_state.pop(target_key(key), None)
        return DeviceChoice(device.name)
    text = "Runtime, processor and threads (target). The first one has the most measurements."
    target = choose(f"{label}: run by", titles, target_key(key), next(iter(titles)), help=text)
    return DeviceChoice(device.name, target)


def _title(device: DeviceProfile) -> str:
    if device.kind is DeviceKind.HOST:
        return f"This machine ({device.processor})"
    return f"{device.title} · {KIND_TITLES[device.kind]}"


def require_different(first: DeviceChoice, second: DeviceChoice) -> None:
    """Check that two devices to be compared differ.

    Raises:
        InputError: both choices name the same device and target.
    """
    if first == second:
        raise InputError("Both sides show the same device run in the same way. Choose another one to compare with.")
