"""This machine: what it is, what it can measure, and whether what was shipped to it is whole."""

from __future__ import annotations

import streamlit as st

from odviz.measurement.doctor import Finding, Verdict
from odviz.services import machine
from odviz.ui import data
from odviz.ui.parts import layout
from odviz.units import figure

_ICONS = {Verdict.YES: ":green[✓]", Verdict.LIMITED: ":orange[≈]", Verdict.NO: ":gray[–]"}
_SAID = {Verdict.YES: "works", Verdict.LIMITED: "works with limits", Verdict.NO: "not here"}


def render() -> None:
    """The page."""
    layout.page(
        "machine", "This machine", "What it is, what can be measured on it, and whether odviz's own files are whole."
    )
    with layout.guarded():
        _host()
    with layout.guarded():
        _findings()
    with layout.guarded():
        _files()


def _host() -> None:
    host = machine.host()
    with st.container(horizontal=True, gap="large"):
        for label, value in (
            ("Processor", host.processor),
            ("Cores that can be used", str(host.cores)),
            ("Memory", figure(host.memory_bytes, "B")),
            ("System", host.system),
        ):
            with st.container(width="content", gap=None):
                st.caption(label)
                st.markdown(f"**{value}**")


def _findings() -> None:
    st.header("What can be measured", anchor=False)
    if data.runner().snapshot.active:
        st.caption("A benchmark is under way; looking closely now would disturb it. Come back when it has ended.")
        return
    found = _examined()
    for verdict in Verdict:
        some = [each for each in found if each.verdict is verdict]
        if some:
            st.markdown(
                "\n".join(f"- {_ICONS[verdict]} **{each.topic}** ({_SAID[verdict]}): {each.detail}" for each in some)
            )
    if st.button("Look again", icon=":material/refresh:"):
        _examined.clear()
        st.rerun()


@st.cache_data(show_spinner="Looking at the machine …")
def _examined() -> tuple[Finding, ...]:
    return machine.examine()


def _files() -> None:
    st.header("Shipped files", anchor=False)
    st.caption("Every model and data file is compared with the fingerprint (sha256) it was shipped with.")
    if not st.button("Check them now", icon=":material/verified:"):
        return
    found = machine.check_files()
    wrong = [each for each in found if each.problem]
    if not wrong:
        st.success(f"All {len(found)} files are as they were shipped.", icon=":material/verified:")
        return
    st.error(f"{len(wrong)} of {len(found)} files differ from what was shipped.", icon=":material/error:")
    st.markdown("\n".join(f"- `{each.path}`: {each.problem}" for each in wrong))
