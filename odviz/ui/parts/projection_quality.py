"""How far the figures for another device can be trusted, and why some are missing."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from odviz.objectives import LATENCY
from odviz.report import projection_text
from odviz.report.markdown import plain
from odviz.report.view import AnalysisView
from odviz.units import counted


def projection_quality(view: AnalysisView) -> None:
    """Draw a few lines on another device; nothing for this host."""
    device, target = view.analysis.device, view.analysis.target
    if device is None or target is None:
        return
    candidates = view.analysis.candidates
    st.markdown(f":small[{projection_text.summary(view)}]")
    if explanations := projection_text.explanations(view):
        with st.expander("How far these times can be trusted"):
            st.markdown("\n".join(f"- {explanation}" for explanation in explanations))
            st.caption("Accuracy and file size are those of the same files here.")
    reasons = Counter(candidate.missing[LATENCY] for candidate in candidates if LATENCY in candidate.missing)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "pages/devices.py",
            label="More about this device",
            icon=":material/devices:",
            query_params={"device": device.name, "target": target.key},
        )
        if reasons:
            with st.popover(f"No time for {sum(reasons.values())} of {counted(len(candidates), 'variant')}"):
                st.markdown("\n".join(f"- {count} ×: {plain(reason)}" for reason, count in reasons.most_common()))
