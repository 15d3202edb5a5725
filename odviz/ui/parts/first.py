"""The first visit: what is shipped, and one button that measures it in under a minute."""

from __future__ import annotations

import streamlit as st

from odviz.services import benchmark, catalogue, duration, suggestions
from odviz.ui import data, words
from odviz.ui.parts import asked, live
from odviz.ui.parts.frame import above_table, guarded
from odviz.units import counted, figure, percent


def nothing_yet(task: str) -> None:
    """Nothing was measured for this task on this machine: offer to, and show what there is meanwhile."""
    if data.runner().snapshot.active:
        live.live()
    else:
        with guarded():
            _offer(task)
    with guarded():
        _shipped(task)


def _offer(task: str) -> None:
    plan = suggestions.first_look(task)
    expansion = benchmark.check(plan)
    title = catalogue.model(task, plan.models[0]).title
    with st.container(border=True):
        st.subheader("Nothing has been measured for this task on this machine yet", anchor=False)
        st.markdown(
            f"A first look measures **{title}** in {counted(len(expansion.points), 'variant')}, here and now: "
            f"{words.between(duration.expected(plan, expansion.points))}. "
            "You can watch, stop it, or leave and come back."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Measure now", type="primary", icon=":material/play_arrow:"):
                asked.measure(plan)
                st.rerun()
            st.page_link("pages/benchmark.py", label="Choose what to measure", icon=":material/checklist:")


def _shipped(task: str) -> None:
    models = catalogue.models(task)
    st.subheader("Models that are shipped for this task", anchor=False)
    if not models:
        st.caption("None.")
        return
    above_table()
    st.dataframe(
        {
            "Model": [model.title for model in models],
            "Accuracy when it was trained": [percent(model.dense.test_accuracy, 1) for model in models],
            "File": [figure(min(f.size_bytes for f in model.dense.artifacts.values()), "B") for model in models],
            "Work per answer (MACs)": [f"{model.dense.macs:,}" for model in models],
            "What it is": [model.summary for model in models],
        },
        hide_index=True,
        alt="Shipped models",
    )
