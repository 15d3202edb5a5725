"""A form for the name, tags, note and baseline of a benchmark."""

from __future__ import annotations

import streamlit as st

from odviz.domain.label import LONGEST_NAME, LONGEST_NOTE, MOST_TAGS, BenchmarkLabel
from odviz.library.rights import may_change
from odviz.report.markdown import plain
from odviz.services import naming
from odviz.store import BenchmarkRecord
from odviz.ui import data
from odviz.ui.parts import benchmark_choice


def label_form(record: BenchmarkRecord, tags: list[str]) -> None:
    """Draw what a benchmark is called, to read or to change.

    Args:
        record: of the benchmark.
        tags: those of all benchmarks, to choose from.
    """
    label = record.label
    if label.note:
        st.markdown(plain(label.note))
    if not may_change():
        return
    key = f"label-{record.id}-{hash((label, record.baseline))}"  # another visitor may have changed it
    with st.expander("Name, tags and note", icon=":material/label:"), st.form(key, border=False):
        name = st.text_input("Name", label.name, max_chars=LONGEST_NAME, key=f"{key}-name")
        chosen = st.multiselect(
            "Tags",
            sorted({*tags, *label.tags}),
            label.tags,
            accept_new_options=True,
            max_selections=MOST_TAGS,
            placeholder="Choose, or write one and press Enter",
            key=f"{key}-tags",
        )
        note = st.text_area("Note", label.note, max_chars=LONGEST_NOTE, key=f"{key}-note")
        baseline = st.checkbox(
            f"Baseline of {naming.task(record.plan.task)}: others are compared with it",
            record.baseline,
            key=f"{key}-baseline",
        )
        if st.form_submit_button("Save", type="primary"):
            new = BenchmarkLabel(name.strip(), tuple(dict.fromkeys(map(str.strip, chosen))), note.strip())
            if new != label:
                data.store().set_label(record.id, new)
            if baseline != record.baseline:
                data.store().set_baseline(record.id, baseline)
            benchmark_choice.forget_names()
            st.rerun()
