"""Devices: what is known about each, and how accurate the projections for it are."""

from __future__ import annotations

import streamlit as st

from odviz.domain.device import DeviceProfile
from odviz.domain.target import HOST
from odviz.report.markdown import plain
from odviz.ui import data
from odviz.ui.parts import (
    add_device,
    device_choice,
    device_facts,
    layout,
    target_measurements,
    target_report,
    user_device,
)
from odviz.ui.parts.choice import choose
from odviz.ui.parts.device_choice import DEVICE
from odviz.ui.url_state import restore, save

PAGE = "devices"
_TARGET, _TAB = device_choice.target_key(DEVICE), "devices-tab"
_WIDTH_PX = 480
_ONE, _ALL, _ADD = "One device", "All devices", "Add a device"


def render() -> None:
    """Draw the page."""
    layout.page(PAGE, "Devices", "The machines you can ask about, and how far the figures of each can be trusted.")
    with layout.error_boundary():
        _page()


def _page() -> None:
    fields = device_choice.url_fields(DEVICE, lambda device: device.targets)
    layout.warn(restore(PAGE, fields))
    changed = user_device.report_change()
    if changed:
        _open(changed)
    profiles, unlisted = data.devices()
    user_device.unlisted_files(unlisted)
    one, every, add = st.tabs((_ONE, _ALL, _ADD), key=_TAB, on_change="rerun")
    with one, layout.error_boundary():
        _one()
    with every, layout.error_boundary():
        device_facts.device_table(device_facts.sort_devices(profiles), "all-devices", _open)
    with add, layout.error_boundary():
        add_device.add_device()
    save(PAGE, fields)


def _open(name: str) -> None:
    """Show a device in the first tab."""
    st.session_state[DEVICE], st.session_state[_TAB] = name, _ONE
    st.session_state.pop(_TARGET, None)


def _one() -> None:
    chosen = st.session_state.get(DEVICE) or HOST
    if data.device(chosen) is None:
        st.warning(f"The device {plain(chosen)} was deleted or cannot be read.", icon=":material/devices:")
    device = device_choice.choose_device(DEVICE, "Device", width=_WIDTH_PX)
    assert device is not None  # the choice is not optional
    device_facts.device_facts(device)
    if device.name == HOST:
        st.session_state.pop(_TARGET, None)  # the host has no targets to link to
        _host_links()
        return
    user_device.tools(device.name)
    _target(device)


def _host_links() -> None:
    with st.container(horizontal=True):
        st.page_link("pages/this_machine.py", label="What can be measured here", icon=":material/computer:")
        st.page_link("pages/new_benchmark.py", label="Measure something", icon=":material/play_arrow:")


def _target(device: DeviceProfile) -> None:
    """Draw one target of the device, then a table of all its targets."""
    st.header("How far its figures can be trusted", anchor=False)
    key = choose(
        "How networks are run on it (target)",
        {target.key: target_report.full_target_title(target) for target in device.targets},
        _TARGET,
        device.targets[0].key,
        width=_WIDTH_PX,
        help="Runtime, processor, threads and number type. The first one has the most measurements.",
    )
    target = device.target(key)
    measurements = target_report.measurements_of(device, target)
    if target.note:
        st.markdown(f":small[{plain(target.note)}]")
    target_report.report(measurements)
    if measurements.rows:
        target_measurements.charts(device, measurements)
        target_measurements.table(target, measurements.rows)
    if len(device.targets) > 1:
        st.header(f"All {len(device.targets)} ways side by side", anchor=False)
        target_report.compare_targets(device)
