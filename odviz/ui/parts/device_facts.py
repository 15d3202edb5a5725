"""What a device is: its numbers, each with who says so; and all devices at a glance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from odviz.analysis.device_calibration import calibration
from odviz.domain.device import DeviceProfile, Fact, Kind
from odviz.library.devices import FACTS
from odviz.services import user_devices
from odviz.services.device_facts import TITLES, amount, link_of
from odviz.ui.markup import link, plain
from odviz.ui.parts.layout import above_table, phone

KINDS = {
    Kind.HOST: "this machine",
    Kind.BOARD: "board",
    Kind.PHONE: "phone",
    Kind.LAPTOP: "laptop",
    Kind.MICROCONTROLLER: "microcontroller",
}
"""Kinds of machines as people read them, in the order in which devices are listed."""

_CARD = 160
"""Pixels of one number: two of them stand side by side on a phone."""


def in_order(profiles: Sequence[DeviceProfile]) -> list[DeviceProfile]:
    """This host, then boards, phones, laptops and microcontrollers, each by name."""
    return sorted(profiles, key=lambda each: (list(KINDS).index(each.kind), each.title.casefold()))


def facts(device: DeviceProfile) -> None:
    """The heading of a device and its numbers."""
    yours = " :blue-badge[yours]" if device.name in user_devices.own_files() else ""
    st.header(plain(device.title) + yours, anchor=False)
    kind = "" if device.kind is Kind.HOST else f"{KINDS[device.kind].capitalize()}: "
    st.markdown(kind + plain(device.processor))
    if device.note:
        st.markdown(f":small[{plain(device.note)}]")
    if not device.facts:
        st.caption("No numbers of its hardware are known.")
    with st.container(horizontal=True, gap="small"):
        for name in (name for name in TITLES if name in device.facts):
            with st.container(width=_CARD, gap=None):
                _card(name, device.facts[name])


def _card(name: str, fact: Fact) -> None:
    url = link_of(fact.source)
    checked = "checked at its source" if fact.checked else "not checked"
    st.caption(TITLES[name], help=f"{FACTS[name].capitalize()}. Source: {plain(fact.source)} ({checked}).")
    st.markdown(f"**{amount(name, fact.value)}**")
    said = link(url) if url else plain(fact.source)
    # Not a caption, which makes links and colours too pale to be read by everybody.
    st.markdown(f":small[{said} · {':green[✓] checked' if fact.checked else 'not checked'}]")


def overview(profiles: Sequence[DeviceProfile], key: str, on_choice: Callable[[str], None]) -> None:
    """All devices as a table; a chosen row opens that device.

    Args:
        profiles: in the order shown.
        key: of the table.
        on_choice: called with the name of the device whose row was chosen.
    """
    ways = [_ways(each) for each in profiles]
    st.caption("Choose a row to see what is known of that device.")
    above_table()
    st.dataframe(
        {
            "Device": [each.title for each in profiles],
            "Kind": [KINDS[each.kind] for each in profiles],
            "Processor": [each.processor for each in profiles],
            "RAM": [_fact(each, "ram_bytes") for each in profiles],
            "Ways to run": [len(each.targets) or None for each in profiles],
            "Networks measured": [count for count, _ in ways],
            "Other networks": [said for _, said in ways],
            "Name": [each.name for each in profiles],
        },
        key=key,
        on_select=lambda: _opened(profiles, key, on_choice),
        selection_mode="single-row",
        hide_index=True,
        height="content",
        placeholder="",
        column_config={
            "Device": st.column_config.TextColumn(pinned=True, width=150 if phone() else 230),
            "Ways to run": st.column_config.NumberColumn(help="Runtime × processor × threads × number type (targets)."),
            "Networks measured": st.column_config.NumberColumn(
                help="How many networks somebody measured in the best-backed way to run them."
            ),
            "Other networks": st.column_config.TextColumn(
                help="Whether the time of any other network can be predicted from those."
            ),
        },
        alt="All devices",
    )


def _opened(profiles: Sequence[DeviceProfile], key: str, on_choice: Callable[[str], None]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    st.session_state[key] = {"selection": {"rows": []}}
    if rows and rows[0] < len(profiles):
        on_choice(profiles[rows[0]].name)


def _fact(device: DeviceProfile, name: str) -> str:
    return amount(name, device.facts[name].value) if name in device.facts else ""


def _ways(device: DeviceProfile) -> tuple[int | None, str]:
    if device.default is None:
        return None, "measured here"
    known = calibration(device, device.default)
    return len(known.rows), "projected, with an interval" if known.projects else "measured points only"
