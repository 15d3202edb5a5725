"""A form for a network and data of the visitor's own; what was found out about them is shown and can be corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from odviz.domain.own_task import NO_CHOICES, Choices, Preparation, Understanding
from odviz.formats import FORMATS
from odviz.metrics import METRICS
from odviz.report.markdown import plain
from odviz.services import own_models
from odviz.ui.parts import page_links
from odviz.ui.parts.data_table import data_table
from odviz.ui.parts.layout import error_boundary
from odviz.units import counted, figure

LARGEST_MB = 500
"""Of an uploaded file; the server holds it in memory until it is stored."""

_MODEL_SUFFIXES = ("zip", "txt")
"""Beside those of the formats: what exporters pack models into, and the names of the classes."""

_DATA_SUFFIXES = ("zip", "tm", "csv", "tsv", "npz", "json", "txt", "png", "jpg", "jpeg", "webp", "wav")

_NOTE, _LAST, _VERSION = "_models_note", "_model_added", "_model_form"


@dataclass(frozen=True)
class _Last:
    """The model that was added last.

    Attributes:
        added: as it is now.
        proposed: as it was understood without corrections.
        uploads: its files, for corrections.
    """

    added: own_models.Added
    proposed: Understanding
    uploads: own_models.Uploads


def note(message: str) -> None:
    """Have a message shown when the page is drawn again."""
    st.session_state[_NOTE] = message


def report() -> None:
    """Draw what has just happened: a message, or the model that was added with what was found out about it."""
    if message := st.session_state.pop(_NOTE, ""):
        st.success(plain(message), icon=":material/check:")
    last: _Last | None = st.session_state.get(_LAST)
    if last is None:
        return
    if not own_models.exists(last.added.task, last.added.model):
        del st.session_state[_LAST]
        return
    with st.container(border=True, key="model-added"):
        _understanding(last)


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
    title = st.text_input("Title", key=f"model-title-{version}", placeholder="My model", width=400)
    label = "Find out how they fit, and add"
    if not st.button(label, type="primary", icon=":material/add:", disabled=not files):
        return
    uploads = own_models.Uploads({file.name: file for file in files}, {file.name: file for file in items}, title)
    with st.spinner("Trying how the model takes the items …"):
        added = own_models.add_uploads(uploads)
    st.session_state[_LAST], st.session_state[_VERSION] = _Last(added, added.understanding, uploads), version + 1
    st.rerun()


def _understanding(last: _Last) -> None:
    added, understanding = last.added, last.added.understanding
    title = last.uploads.title or added.model
    st.markdown(f"##### {plain(title)} is added")
    st.markdown(_result(understanding))
    st.markdown("\n".join(f"- {line}" for line in _facts(understanding)))
    if understanding.remarks:
        with st.expander(f"What was read and changed ({len(understanding.remarks)})", icon=":material/fact_check:"):
            st.markdown("\n".join(f"- {plain(remark)}" for remark in understanding.remarks))
    if last.proposed.trials:
        _trials(last.proposed)
    with st.expander("Not so? Correct it", icon=":material/edit:"), error_boundary():
        _correction(last)
    with st.container(horizontal=True, vertical_alignment="center"):
        page_links.plan_link(added.task)
        if st.button("That is right", icon=":material/check:"):
            del st.session_state[_LAST]  # which lets go of the uploaded bytes
            st.rerun()


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
    metric = METRICS[understanding.metric]
    trials = understanding.trials
    columns: dict[str, list[Any]] = {
        "Way": [trial.title for trial in trials],
        metric.title: [figure(trial.value, metric.unit) for trial in trials],
        "95 % interval": [f"{figure(trial.low, metric.unit)} to {figure(trial.high, metric.unit)}" for trial in trials],
        "Items tried": [trial.items for trial in trials],
    }
    with st.expander(f"What was tried ({len(trials)})", icon=":material/troubleshoot:"):
        data_table(columns, "Ways to give the items to the model, with how well each did")


def _correction(last: _Last) -> None:
    """Let the visitor choose otherwise; the files are then understood anew."""
    understanding = last.added.understanding
    choices = Choices(
        metric=_metric(understanding),
        preparation=_preparation(last),
        output=_output(last),
        classes=_classes(understanding),
    )
    unchanged = Choices(
        understanding.metric, understanding.preparation, understanding.output, classes=understanding.classes
    )
    if st.button("Use this", disabled=choices == unchanged, icon=":material/edit:"):
        with st.spinner("Trying it this way …"):
            added = own_models.add_uploads(last.uploads, choices, instead_of=last.added)
        st.session_state[_LAST] = _Last(added, last.proposed, last.uploads)
        note(f"{last.uploads.title or added.model} is understood as you say.")
        st.rerun()


def _preparation(last: _Last) -> Preparation:
    current = last.added.understanding.preparation
    options = {one.label: one for one in (current, *(trial.preparation for trial in last.proposed.trials))}
    labels = sorted(options)
    return options[st.selectbox("Prepare the items", labels, index=labels.index(current.label), width=420)]


def _output(last: _Last) -> str:
    current = last.added.understanding.output
    names = sorted({current, *(trial.output for trial in last.proposed.trials)})
    if len(names) == 1:
        return current
    return str(st.selectbox("The scores are in the output", names, index=names.index(current), width=420))


def _metric(understanding: Understanding) -> str:
    current = METRICS[understanding.metric]
    names = [metric.name for metric in METRICS if metric.targets is current.targets]
    return str(
        st.selectbox(
            "Judge it by",
            names,
            index=names.index(current.name),
            format_func=lambda name: METRICS[name].title,
            help=current.summary,
            width=420,
        )
    )


def _classes(understanding: Understanding) -> tuple[str, ...]:
    if not understanding.classes:
        return NO_CHOICES.classes
    text = st.text_area(
        "Classes in the order of the model's scores, one a line",
        "\n".join(understanding.classes),
        width=420,
    )
    return tuple(line.strip() for line in text.splitlines() if line.strip())
