"""A form for a network and data of the visitor's own, and what was found out about them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from odviz.domain.own_task import Understanding
from odviz.formats import FORMATS
from odviz.metrics import METRICS
from odviz.report.markdown import plain
from odviz.services import own_models
from odviz.ui.parts import page_links
from odviz.ui.parts.data_table import data_table
from odviz.units import counted, percent

LARGEST_MB = 512
"""Of an uploaded file; the server holds it in memory until it is stored."""

_NOTE, _ADDED, _VERSION = "_models_note", "_model_added", "_model_form"


def note(message: str) -> None:
    """Have a message shown when the page is drawn again."""
    st.session_state[_NOTE] = message


def report() -> None:
    """Draw what has just happened: a message, or the model that was added with what was found out about it."""
    if message := st.session_state.pop(_NOTE, ""):
        st.success(plain(message), icon=":material/check:")
    added: own_models.Added | None = st.session_state.get(_ADDED)
    if added is not None and own_models.exists(added.task, added.model):
        with st.container(border=True, key="model-added"):
            _understanding(added)


def form() -> None:
    """Draw the form."""
    version = st.session_state.get(_VERSION, 0)
    suffixes = [suffix.removeprefix(".") for format in FORMATS for suffix in format.suffixes]
    files = st.file_uploader(
        "Model file; or an ONNX and a TFLite file of the same network",
        suffixes,
        accept_multiple_files=True,
        key=f"model-files-{version}",
        max_upload_size=LARGEST_MB,
    )
    items = st.file_uploader(
        "Items and their classes (.npz)",
        "npz",
        key=f"model-data-{version}",
        max_upload_size=LARGEST_MB,
        help='Written in Python by numpy.savez("items.npz", x=items, y=classes): one row an item. Classes may be '
        "numbers or names. At least 50 items are needed to find out how the model takes them.",
    )
    title = st.text_input("Title", key=f"model-title-{version}", placeholder="My model", width=400)
    label = "Find out how they fit, and add"
    pressed = st.button(label, type="primary", icon=":material/add:", disabled=not (files and items))
    if not pressed or items is None:
        return
    with st.spinner("Trying how the model takes the items …"):
        added = own_models.add_uploads({file.name: file for file in files}, (items.name, items), title=title)
    st.session_state[_ADDED], st.session_state[_VERSION] = added, version + 1  # an empty form lets go of the bytes
    st.rerun()


def _understanding(added: own_models.Added) -> None:
    understanding = added.understanding
    st.markdown(f"##### {plain(added.model)} is added")
    layouts = ", ".join(f"{FORMATS[name].title}: {layout}" for name, layout in understanding.layouts.items())
    st.markdown(
        f"Items of {' × '.join(map(str, understanding.shape))} ({layouts}), prepared: "
        f"**{understanding.preparation.label}**. {counted(understanding.test_items, 'item')} test it, "
        f"{understanding.calibration_items:,} others calibrate the quantizers."
    )
    for remark in understanding.remarks:
        st.markdown(f":small[{plain(remark)}]")
    _trials(understanding)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _correction(added)
    page_links.plan_link(added.task)


def _trials(understanding: Understanding) -> None:
    metric = METRICS[understanding.metric].title
    trials = understanding.trials
    columns: dict[str, list[Any]] = {
        "Preparation": [trial.title for trial in trials],
        metric: [percent(trial.value, 1) for trial in trials],
        "95 % interval": [f"{percent(trial.low, 1)} to {percent(trial.high, 1)}" for trial in trials],
        "Items tried": [trial.items for trial in trials],
    }
    with st.expander(f"What was tried ({len(trials)})", icon=":material/troubleshoot:"):
        data_table(columns, "Ways to prepare the items, with the share that was right in each")


def _correction(added: own_models.Added) -> None:
    """Let the visitor choose another preparation than the one that fits best."""
    options = {trial.preparation.label: trial.preparation for trial in added.understanding.trials}
    labels = list(options)
    current = added.understanding.preparation.label
    chosen = st.selectbox("Not so? Prepare the items", labels, index=labels.index(current), width=420)
    if st.button("Use this", disabled=chosen == current, icon=":material/edit:"):
        st.session_state[_ADDED] = own_models.correct(added, options[chosen])
        note(f"The items of {added.model} are now prepared: {chosen}.")
        st.rerun()
