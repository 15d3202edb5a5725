"""A form for a network and data of the visitor's own, and what was found out about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from odviz.domain.own_task import Understanding
from odviz.formats import FORMATS
from odviz.metrics import METRICS
from odviz.report.markdown import plain
from odviz.services import own_models
from odviz.ui.parts import page_links
from odviz.ui.parts.data_table import data_table
from odviz.units import counted, figure

LARGEST_MB = 500
"""Of an uploaded file; the server holds it in memory until it is stored."""

_MODEL_SUFFIXES = ("zip", "txt")
"""Beside those of the formats: what exporters pack models into, and the names of the classes."""

_DATA_SUFFIXES = ("zip", "tm", "csv", "tsv", "npz", "json", "txt", "png", "jpg", "jpeg", "webp", "wav")

_NOTE, _LAST, _VERSION = "_models_note", "_model_added", "_model_form"


@dataclass(frozen=True)
class _Last:
    """The model that was added or corrected last.

    Attributes:
        title: as shown.
        added: as it is now.
        proposed: as it was understood when it was added.
    """

    title: str
    added: own_models.Added
    proposed: Understanding


def note(message: str) -> None:
    """Have a message shown when the page is drawn again."""
    st.session_state[_NOTE] = message


def report() -> None:
    """Draw what has just happened: a message, or the model that was added with what was found out about it."""
    if message := st.session_state.pop(_NOTE, ""):
        st.success(plain(message), icon=":material/check:")
    last: _Last | None = st.session_state.get(_LAST)
    if last is not None and own_models.exists(last.added.task, last.added.model):
        with st.container(border=True, key="model-added"):
            _understanding(last)


def corrected(added: own_models.Added, title: str) -> None:
    """Have it shown how a model is understood now."""
    last: _Last | None = st.session_state.get(_LAST)
    proposed = last.proposed if last and last.added.model == added.model else added.understanding
    st.session_state[_LAST] = _Last(title, added, proposed)
    note(f"{title} is understood as you say.")


def form() -> None:
    """Draw the form."""
    version = st.session_state.get(_VERSION, 0)
    suffixes = [suffix.removeprefix(".") for format in FORMATS for suffix in format.suffixes]
    st.markdown("##### 1. The model")
    st.caption(
        "An ONNX or a TensorFlow Lite file, or both of the same network. From Teachable Machine, AutoML and the like: "
        "the zip that *Export* gives for TensorFlow Lite; the names of its classes come with it."
    )
    files = st.file_uploader(
        "Model file, or the zip that it was exported in",
        [*suffixes, *_MODEL_SUFFIXES],
        accept_multiple_files=True,
        key=f"model-files-{version}",
        max_upload_size=LARGEST_MB,
    )
    st.markdown("##### 2. Items to test it with")
    st.caption(
        "**Photos or sounds**: a zip with one folder for each class; or the samples or the project that Teachable "
        "Machine gives. **A table**: CSV, with its tokenizer.json if it holds texts. **Arrays**: .npz with x and y. "
        "Best are items that the model has not learned from, 50 or more. Without items it runs on random numbers: "
        "its time, memory and size are measured, and nothing is recommended."
    )
    items = st.file_uploader(
        "Zip, table or arrays",
        list(_DATA_SUFFIXES),
        accept_multiple_files=True,
        key=f"model-data-{version}",
        max_upload_size=LARGEST_MB,
    )
    with st.expander("Other items to calibrate with", icon=":material/tune:"):
        others = st.file_uploader(
            "Like the items above; by default a fifth of these calibrates the quantizers, and does not test",
            list(_DATA_SUFFIXES),
            accept_multiple_files=True,
            key=f"model-calibration-{version}",
            max_upload_size=LARGEST_MB,
        )
    title = st.text_input("Title", key=f"model-title-{version}", placeholder="My model", width=400)
    label = "Find out how they fit, and add"
    if not st.button(label, type="primary", icon=":material/add:", disabled=not files):
        return
    uploads = own_models.Uploads(_by_name(files), _by_name(items), _by_name(others), title)
    with st.spinner("Trying how the model takes the items …"):
        added = own_models.add_uploads(uploads)
    st.session_state[_LAST] = _Last(title or added.model, added, added.understanding)
    st.session_state[_VERSION] = version + 1  # an empty form lets go of the bytes
    st.rerun()


def _by_name(uploads: Iterable[Any]) -> dict[str, Any]:
    return {upload.name: upload for upload in uploads}


def _understanding(last: _Last) -> None:
    understanding = last.added.understanding
    st.markdown(f"##### {plain(last.title)} is added")
    st.markdown(_result(understanding))
    st.markdown("\n".join(f"- {line}" for line in _facts(understanding)))
    if understanding.remarks:
        with st.expander(f"What was read and changed ({len(understanding.remarks)})", icon=":material/fact_check:"):
            st.markdown("\n".join(f"- {plain(remark)}" for remark in understanding.remarks))
    if last.proposed.trials:
        _trials(last.proposed)
    page_links.plan_link(last.added.task)


def _result(understanding: Understanding) -> str:
    """How good the model is on the visitor's items, in a sentence."""
    metric = METRICS[understanding.metric]
    if not understanding.trials:
        return "How good the model is cannot be told: variants are compared with the model itself."
    trial = understanding.trials[0]
    value, low, high = (figure(number, metric.unit) for number in (trial.value, trial.low, trial.high))
    of = f"of {counted(trial.items, 'item')} that were tried"
    if metric.counts_right:
        return f"It is right for **{value}** {of}; for new ones between {low} and {high}."
    return f"{metric.title}: **{value}** {of}; for new ones between {low} and {high}."


def _facts(understanding: Understanding) -> list[str]:
    """What was understood, a line each."""
    shape = " × ".join(map(str, understanding.shape))
    layouts = ", ".join(f"{FORMATS[name].title}: {layout}" for name, layout in understanding.layouts.items())
    facts = [f"It takes items of {shape} ({layouts}), prepared: **{understanding.preparation.label}**."]
    classes = understanding.classes
    if classes:
        listed = ", ".join(f"{index} {plain(name)}" for index, name in enumerate(classes[:12]))
        facts.append(f"It tells {len(classes)} classes apart: {listed}{' …' if len(classes) > 12 else ''}.")
    facts.append(
        f"{counted(understanding.test_items, 'item')} test it; {understanding.calibration_items:,} others calibrate "
        "the quantizers, and do not test."
    )
    return facts


def _trials(understanding: Understanding) -> None:
    metric, trials = METRICS[understanding.metric], understanding.trials
    columns: dict[str, list[Any]] = {
        "Way": [trial.title for trial in trials],
        metric.title: [figure(trial.value, metric.unit) for trial in trials],
        "95 % interval": [f"{figure(trial.low, metric.unit)} to {figure(trial.high, metric.unit)}" for trial in trials],
        "Items tried": [trial.items for trial in trials],
    }
    with st.expander(f"What was tried ({len(trials)})", icon=":material/troubleshoot:"):
        data_table(columns, "Ways to give the items to the model, with how well each did")
