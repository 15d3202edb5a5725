"""Devices: the machines that can be asked about, and how much is known of each."""

from __future__ import annotations

import streamlit as st

from odviz.services import machine
from odviz.ui.parts import frame
from odviz.units import figure


def render() -> None:
    """The page."""
    frame.page(
        "devices", "Devices", "The machines that can be asked about, and how far what is said of each can be trusted."
    )
    with frame.guarded():
        _host()


def _host() -> None:
    host = machine.host()
    with st.container(border=True):
        st.markdown(
            f"#### This machine\n{host.processor}, {host.cores} cores, {figure(host.memory_bytes, 'B')}, {host.system}"
        )
        st.caption("Everything said of it is measured here, never projected.")
