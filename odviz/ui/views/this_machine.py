"""This machine: its hardware, what can be measured on it, and the integrity of odviz's files."""

from __future__ import annotations

import streamlit as st

from odviz.library.sources import check_files
from odviz.measurement.doctor import Finding, Usability, examine
from odviz.services import devices
from odviz.ui import data
from odviz.ui.parts import layout
from odviz.units import figure

_ICONS = {Usability.YES: ":green[✓]", Usability.LIMITED: ":orange[≈]", Usability.NO: ":gray[–]"}
_TITLES = {Usability.YES: "works", Usability.LIMITED: "works with limits", Usability.NO: "not available"}


def render() -> None:
    """Draw the page."""
    layout.page(
        "this_machine", "This machine", "What it is, what can be measured on it, and whether odviz's files are intact."
    )
    for part in (_host, _findings, _files):
        with layout.error_boundary():
            part()


def _host() -> None:
    host = devices.host()
    facts = {
        "Processor": host.cpu,
        "Usable cores": str(host.usable_cores),
        "Memory": figure(host.memory_bytes, "B"),
        "System": host.system,
    }
    with st.container(horizontal=True, gap="large"):
        for label, value in facts.items():
            with st.container(width="content", gap=None):
                st.caption(label)
                st.markdown(f"**{value}**")


def _findings() -> None:
    st.header("What can be measured", anchor=False)
    if data.runner().snapshot.active:
        st.caption("A benchmark is running, and a close look would disturb it. Come back when it has ended.")
        return
    findings = _examine()
    for verdict in Usability:
        lines = [
            f"- {_ICONS[verdict]} **{finding.topic}** ({_TITLES[verdict]}): {finding.detail}"
            for finding in findings
            if finding.verdict is verdict
        ]
        if lines:
            st.markdown("\n".join(lines))
    if st.button("Look again", icon=":material/refresh:"):
        _examine.clear()
        st.rerun()


@st.cache_data(show_spinner="Examining the machine …")
def _examine() -> tuple[Finding, ...]:
    return examine()


def _files() -> None:
    st.header("Built-in files", anchor=False)
    st.caption("Compares every built-in model and data file with its recorded fingerprint (sha256).")
    if not st.button("Check them now", icon=":material/verified:"):
        return
    checks = check_files()
    problems = [check for check in checks if check.problem]
    if not problems:
        st.success(f"All {len(checks)} files are intact.", icon=":material/verified:")
        return
    st.error(f"{len(problems)} of {len(checks)} files have changed.", icon=":material/error:")
    st.markdown("\n".join(f"- `{check.path}`: {check.problem}" for check in problems))
