"""The choice of a device, and of a target on it: how networks run there."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from odviz.analysis.device_calibration import ways
from odviz.domain.device import UNKNOWN_THREADS, DeviceKind, DeviceProfile, DeviceTarget
from odviz.domain.errors import InputError
from odviz.domain.target import HOST
from odviz.services import devices
from odviz.ui import data
from odviz.ui.parts.device_facts import KIND_TITLES, sort_devices
from odviz.ui.url_state import UrlField, one_of


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """What the visitor chose.

    Attributes:
        device: name of the device; empty for none.
        target: key of the target; empty for the one with most measurements.
    """

    device: str
    target: str = ""


def url_fields(key: str) -> tuple[UrlField, UrlField]:
    """URL parameters of a device choice: the device under `key`, and its target."""

    def parse_target(text: str) -> str:
        device = data.device(str(st.session_state.get(key) or HOST))
        keys = [target.key for target in ways(device)] if device else []
        return one_of("way to run networks on this device", keys)(text)

    def write_device(name: str) -> str:
        return "" if name == HOST and key == "device" else str(name)

    return (
        UrlField(key, one_of("device", devices.names()), write_device),
        UrlField(target_key(key), parse_target, lambda value: "" if value == _default_target(key) else str(value)),
    )


def target_key(key: str) -> str:
    """Widget key and URL parameter of the target that belongs to a device choice."""
    return "target" if key == "device" else f"{key}-target"


def choose_device(key: str, label: str, optional: bool = False) -> DeviceChoice:
    """Draw the choice of a device, and of its target where it has several.

    Args:
        key: widget key and URL parameter.
        label: above the widget.
        optional: whether the choice may stay empty.
    """
    profiles, _ = data.devices()
    by_name = {profile.name: profile for profile in sort_devices(profiles)}
    if st.session_state.get(key) not in by_name:
        st.session_state[key] = None if optional else HOST
    name = st.selectbox(
        label,
        list(by_name),
        index=None if optional else 0,
        format_func=lambda name: _option_title(by_name[name]),
        key=key,
        placeholder="nothing",
        help=None
        if optional
        else "The machine that the model will run on. odviz measures on this machine only; for others it shows "
        "published figures, your own figures, or projections from them.",
    )
    if not name:
        return DeviceChoice("")
    return DeviceChoice(name, _choose_target(by_name[name], target_key(key), label))


def _choose_target(device: DeviceProfile, key: str, label: str) -> str:
    targets = {target.key: target for target in ways(device)}
    if len(targets) < 2:
        st.session_state.pop(key, None)
        return ""
    if st.session_state.get(key) not in targets:
        st.session_state[key] = next(iter(targets))
    return str(
        st.selectbox(
            f"{label}: run by",
            list(targets),
            format_func=lambda target: target_title(targets[target]),
            key=key,
            help="Runtime, processor and threads (target). The first one has the most measurements.",
        )
    )


def target_title(target: DeviceTarget) -> str:
    """A target in words: runtime, processor, threads."""
    threads = target.target.threads
    suffix = "" if threads == UNKNOWN_THREADS else f", {threads} thread{'s' if threads > 1 else ''}"
    return f"{target.target.runtime} on {target.target.backend.upper()}{suffix}"


def _option_title(device: DeviceProfile) -> str:
    if device.kind is DeviceKind.HOST:
        return f"This machine ({device.processor})"
    return f"{device.title} · {KIND_TITLES[device.kind]}"


def _default_target(key: str) -> str:
    device = data.device(str(st.session_state.get(key) or HOST))
    targets = ways(device) if device else ()
    return targets[0].key if targets else ""


def require_different(first: DeviceChoice, second: DeviceChoice) -> None:
    """Check that two devices to be compared differ.

    Raises:
        InputError: both choices name the same device and target.
    """
    if first == second:
        raise InputError("Both sides show the same device run in the same way. Choose another one to compare with.")
