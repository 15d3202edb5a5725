"""Devices: the machines that can be asked about, and how much is known of each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from odviz.domain.device import DeviceProfile
from odviz.domain.errors import InputError
from odviz.domain.target import HOST
from odviz.services import devices
from odviz.ui import data
from odviz.ui.link import Field, one_of, remember, restore
from odviz.ui.markup import plain
from odviz.ui.parts import add_device, device_facts, layout, target_measurements, target_report, user_device

PAGE = "devices"
_DEVICE, _TARGET, _TAB = "device", "target", "devices-tab"
_WIDE = 480
_ONE, _ALL, _ADD = "One device", "All devices", "Add a device"


def render() -> None:
    """The page."""
    layout.page(
        PAGE, "Devices", "The machines that can be asked about, and how far what is said of each can be trusted."
    )
    with layout.guarded():
        _page()


def _page() -> None:
    fields = _fields()
    layout.say(restore(PAGE, fields))
    opened = user_device.news()
    if opened:
        _open(opened)
    profiles, problems = data.devices()
    user_device.broken(problems)
    one, every, add = st.tabs((_ONE, _ALL, _ADD), key=_TAB, on_change="rerun")
    ordered = device_facts.in_order(profiles)
    with one, layout.guarded():
        _one(ordered)
    with every, layout.guarded():
        device_facts.overview(ordered, "all-devices", _open)
    with add, layout.guarded():
        add_device.add()
    remember(PAGE, fields)


def _open(name: str) -> None:
    """Show this device, whatever was shown."""
    st.session_state[_DEVICE], st.session_state[_TAB] = name, _ONE
    st.session_state.pop(_TARGET, None)


def _one(profiles: Sequence[DeviceProfile]) -> None:
    by_name = {each.name: each for each in profiles}
    wanted = st.session_state.get(_DEVICE) or HOST
    if wanted not in by_name:
        st.warning(f"{plain(wanted)} is no longer there, or its file no longer makes sense.", icon=":material/devices:")
        wanted = HOST
    st.session_state[_DEVICE] = wanted
    name = st.selectbox(
        "Device",
        list(by_name),
        format_func=lambda each: f"{by_name[each].title} · {device_facts.KINDS[by_name[each].kind]}".removesuffix(
            " · this machine"
        ),
        key=_DEVICE,
        width=_WIDE,
    )
    device = by_name[name]
    device_facts.facts(device)
    if device.name == HOST:
        st.session_state.pop(_TARGET, None)  # Explore keeps one under the same name; here there is none to link to
        _host()
        return
    user_device.tools(device.name)
    _target(device)


def _host() -> None:
    with st.container(horizontal=True):
        st.page_link("pages/machine.py", label="What can be measured here", icon=":material/computer:")
        st.page_link("pages/new_benchmark.py", label="Measure something", icon=":material/play_arrow:")


def _target(device: DeviceProfile) -> None:
    """One way to run networks on the device, with what stands behind it; then all ways side by side."""
    targets = {each.key: each for each in device.targets}
    if st.session_state.get(_TARGET) not in targets:
        st.session_state[_TARGET] = next(iter(targets))
    st.header("How far its figures can be trusted", anchor=False)
    key = st.selectbox(
        "How networks are run on it (target)",
        list(targets),
        format_func=lambda each: target_report.words_of(targets[each]),
        key=_TARGET,
        width=_WIDE,
        help="Runtime, processor, threads and number type. The first is the one with most measurements behind it.",
    )
    known = target_report.known_of(device, targets[key])
    if targets[key].note:
        st.markdown(f":small[{plain(targets[key].note)}]")
    target_report.trust(known)
    if known.rows:
        target_measurements.charts(device, known)
        target_measurements.table(targets[key], known.rows)
    if len(targets) > 1:
        st.header(f"All {len(targets)} ways side by side", anchor=False)
        target_report.side_by_side(device)


def _fields() -> tuple[Field, ...]:
    return (
        Field(_DEVICE, _read_device, lambda name: "" if name == HOST else str(name)),
        Field(_TARGET, _read_target, lambda key: "" if key == _first() else str(key)),
    )


def _read_device(text: str) -> str:
    one_of("device", devices.names())(text)
    if data.device(text) is None:
        raise InputError("its file makes no sense; see below")
    return text


def _read_target(text: str) -> str:
    device = data.device(str(st.session_state.get(_DEVICE) or HOST))
    return one_of("way to run networks on this device", [each.key for each in device.targets] if device else [])(text)


def _first() -> str:
    device = data.device(str(st.session_state.get(_DEVICE) or HOST))
    return device.default.key if device and device.default else ""
