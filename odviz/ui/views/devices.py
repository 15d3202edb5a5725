"""Devices: what is known about each, and how accurate the projections for it are."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from odviz.domain.device import DeviceProfile
from odviz.domain.errors import InputError
from odviz.domain.target import HOST
from odviz.services import devices
from odviz.ui import data
from odviz.ui.markup import plain
from odviz.ui.parts import add_device, device_facts, layout, target_measurements, target_report, user_device
from odviz.ui.url_state import UrlField, one_of, restore, save

PAGE = "devices"
_DEVICE, _TARGET, _TAB = "device", "target", "devices-tab"
_WIDTH_PX = 480
_ONE, _ALL, _ADD = "One device", "All devices", "Add a device"


def render() -> None:
    """Draw the page."""
    layout.page(PAGE, "Devices", "The machines you can ask about, and how far the figures of each can be trusted.")
    with layout.error_boundary():
        _page()


def _page() -> None:
    fields = _url_fields()
    layout.warn(restore(PAGE, fields))
    changed = user_device.report_change()
    if changed:
        _open(changed)
    profiles, unlisted = data.devices()
    user_device.unlisted_files(unlisted)
    one, every, add = st.tabs((_ONE, _ALL, _ADD), key=_TAB, on_change="rerun")
    ordered = device_facts.sort_devices(profiles)
    with one, layout.error_boundary():
        _one(ordered)
    with every, layout.error_boundary():
        device_facts.device_table(ordered, "all-devices", _open)
    with add, layout.error_boundary():
        add_device.add_device()
    save(PAGE, fields)


def _open(name: str) -> None:
    """Show a device in the first tab."""
    st.session_state[_DEVICE], st.session_state[_TAB] = name, _ONE
    st.session_state.pop(_TARGET, None)


def _one(profiles: Sequence[DeviceProfile]) -> None:
    by_name = {profile.name: profile for profile in profiles}
    chosen = st.session_state.get(_DEVICE) or HOST
    if chosen not in by_name:
        st.warning(f"The device {plain(chosen)} was deleted or cannot be read.", icon=":material/devices:")
        chosen = HOST
    st.session_state[_DEVICE] = chosen
    name = st.selectbox(
        "Device",
        list(by_name),
        format_func=lambda name: _option_title(by_name[name]),
        key=_DEVICE,
        width=_WIDTH_PX,
    )
    device = by_name[name]
    device_facts.device_facts(device)
    if device.name == HOST:
        st.session_state.pop(_TARGET, None)  # the host has no targets to link to
        _host_links()
        return
    user_device.tools(device.name)
    _target(device)


def _option_title(device: DeviceProfile) -> str:
    if device.name == HOST:
        return device.title
    return f"{device.title} · {device_facts.KIND_TITLES[device.kind]}"


def _host_links() -> None:
    with st.container(horizontal=True):
        st.page_link("pages/machine.py", label="What can be measured here", icon=":material/computer:")
        st.page_link("pages/new_benchmark.py", label="Measure something", icon=":material/play_arrow:")


def _target(device: DeviceProfile) -> None:
    """Draw one target of the device, then a table of all its targets."""
    targets = {target.key: target for target in device.targets}
    if st.session_state.get(_TARGET) not in targets:
        st.session_state[_TARGET] = next(iter(targets))
    st.header("How far its figures can be trusted", anchor=False)
    key = st.selectbox(
        "How networks are run on it (target)",
        list(targets),
        format_func=lambda key: target_report.full_target_title(targets[key]),
        key=_TARGET,
        width=_WIDTH_PX,
        help="Runtime, processor, threads and number type. The first one has the most measurements.",
    )
    measurements = target_report.measurements_of(device, targets[key])
    if targets[key].note:
        st.markdown(f":small[{plain(targets[key].note)}]")
    target_report.report(measurements)
    if measurements.rows:
        target_measurements.charts(device, measurements)
        target_measurements.table(targets[key], measurements.rows)
    if len(targets) > 1:
        st.header(f"All {len(targets)} ways side by side", anchor=False)
        target_report.compare_targets(device)


def _url_fields() -> tuple[UrlField, ...]:
    return (
        UrlField(_DEVICE, _parse_device, lambda name: "" if name == HOST else str(name)),
        UrlField(_TARGET, _parse_target, lambda key: "" if key == _default_target() else str(key)),
    )


def _parse_device(text: str) -> str:
    one_of("device", devices.names())(text)
    if data.device(text) is None:
        raise InputError("its file cannot be read; see below")
    return text


def _parse_target(text: str) -> str:
    device = data.device(str(st.session_state.get(_DEVICE) or HOST))
    keys = [target.key for target in device.targets] if device else []
    return one_of("way to run networks on this device", keys)(text)


def _default_target() -> str:
    device = data.device(str(st.session_state.get(_DEVICE) or HOST))
    return device.default.key if device and device.default else ""
