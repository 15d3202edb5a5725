"""Models: the card of each, and a person's own networks and data, measured like the built-in ones."""

from __future__ import annotations

import streamlit as st

from odviz.domain.model import Model
from odviz.domain.own_task import OwnTask
from odviz.formats import FORMATS
from odviz.library.own_tasks import own_tasks
from odviz.report.markdown import plain
from odviz.services import own_models
from odviz.services.description import FIELDS, describe
from odviz.ui import data
from odviz.ui.parts import add_model, card, correct_model, layout, page_links
from odviz.ui.url_state import restore, save
from odviz.units import counted, figure

PAGE = "models"


def render() -> None:
    """Draw the page."""
    layout.page(
        PAGE, "Models", "What is known of each network, and adding your own. Everything stays on this computer."
    )
    with layout.error_boundary():
        _page()


def _page() -> None:
    fields = card.url_fields()
    layout.warn(restore(PAGE, fields))
    add_model.report()
    for error in own_tasks()[1]:
        st.warning(plain(str(error)), icon=":material/broken_image:")
    own = own_models.models()
    if own:
        st.header("Your models", anchor=False)
        for model in own:
            _model(model)
    st.header("Add a model", anchor=False)
    with layout.error_boundary():
        add_model.form()
    st.header("Model cards", anchor=False)
    with layout.error_boundary():  # last, because the first card of a benchmark takes seconds
        card.model_cards()
    save(PAGE, fields)


def _model(model: Model) -> None:
    """Draw one model: what it is, what can be done with it."""
    key = f"{model.task}-{model.name}"
    formats = " and ".join(FORMATS[name].title for name in model.dense.artifacts)
    size = figure(sum(artifact.size_bytes for artifact in model.dense.artifacts.values()), "B")
    with st.container(border=True, key=f"model-{key}"):
        st.markdown(
            f"**{plain(model.title)}**: {formats}, {size}, {counted(model.dense.parameters, 'parameter')}, "
            f"{model.dense.macs:,} MACs an inference"
        )
        record = own_tasks()[0].get(model.task)
        if record:
            shape = " × ".join(map(str, record.shape))
            st.caption(
                f"Data: items of {shape} in {len(record.classes)} classes; prepared: {record.preparation.label}. "
                f"{plain(' '.join(record.remarks))}"
            )
        if record and model.name == model.task:
            with st.expander("Not so? Correct it", icon=":material/edit:"), layout.error_boundary():
                _correct(model, record)
        with st.expander("Licence, use and owner", icon=":material/badge:"), layout.error_boundary():
            if _description(model):
                add_model.note(f"What you say of {model.title} stands on its card.")
                st.rerun()
        with st.container(horizontal=True, vertical_alignment="center"):
            page_links.plan_link(model.task)
            if layout.delete_button(_consequence(model), key):
                losing = own_models.remove(data.store(), model.task, model.name)
                kept = f" {counted(len(losing), 'benchmark')} of it can still be read." if losing else ""
                add_model.note(f"{model.title} is removed.{kept}")
                st.rerun()


def _correct(model: Model, record: OwnTask) -> None:
    added = correct_model.correction(model.name, record)
    if added is not None:
        add_model.corrected(added, model.title)
        st.rerun()


def _consequence(model: Model) -> str:
    """What is lost with a model."""
    benchmarks = own_models.benchmarks_of(data.store(), model.task, model.name)
    text = f"**{plain(model.title)}** is removed, and its data with the last model that uses them."
    if not benchmarks:
        return f"{text} No benchmark measured it."
    return (
        f"{text} {counted(len(benchmarks), 'benchmark')} of it ({', '.join(benchmarks[:5])}"
        f"{' …' if len(benchmarks) > 5 else ''}) can then not be continued; the figures stay."
    )


def _description(model: Model) -> bool:
    """Draw the form, filled with what was said before.

    Args:
        model: of the visitor's own.

    Returns:
        Whether it was saved just now.
    """
    key = f"{model.task}-{model.name}"
    with st.form(f"describe-{key}", border=False):
        texts = {
            field.name: st.text_input(
                field.title, getattr(model, field.name), help=field.help, key=f"{field.name}-{key}", max_chars=500
            )
            for field in FIELDS
        }
        if not st.form_submit_button("Save", icon=":material/save:"):
            return False
    describe(model.task, model.name, texts)
    return True
