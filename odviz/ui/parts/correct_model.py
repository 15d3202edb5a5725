"""Corrections of what was understood of a model and data of the visitor's own."""

from __future__ import annotations

import streamlit as st

from odviz.domain.own_task import Choices, OwnTask, Preparation
from odviz.importing.preparations import preparations
from odviz.metrics import METRICS
from odviz.services import own_models

_BYTES = 0.0, 255.0
"""Least and greatest number of pictures."""


def correction(name: str, record: OwnTask) -> own_models.Added | None:
    """Draw what can be said otherwise of a model.

    Args:
        name: of the model and its data.
        record: of its data.

    Returns:
        The model as it is understood then; None until the visitor has decided.
    """
    choices = Choices(
        metric=_metric(name, record),
        preparation=_preparation(name, record),
        output=_output(name, record),
        classes=_classes(name, record),
    )
    unchanged = Choices(record.metric, record.preparation, next(iter(record.outputs), ""), classes=record.classes)
    if not st.button("Use this", key=f"correct-{name}", disabled=choices == unchanged, icon=":material/edit:"):
        return None
    with st.spinner("Trying it this way …"):
        return own_models.correct(name, choices)


def _metric(name: str, record: OwnTask) -> str:
    current = METRICS[record.metric]
    names = [metric.name for metric in METRICS if metric.targets is current.targets]
    return str(
        st.selectbox(
            "Judge it by",
            names,
            index=names.index(current.name),
            format_func=lambda metric: METRICS[metric].title,
            key=f"metric-{name}",
            help=current.summary,
            width=420,
        )
    )


def _preparation(name: str, record: OwnTask) -> Preparation:
    channels = record.shape[-1] if len(record.shape) == 3 else 1
    options = {one.label: one for one in (record.preparation, *preparations(*_BYTES, channels))}
    label = st.selectbox("Prepare the items", list(options), key=f"preparation-{name}", width=420)
    return options[label]


def _output(name: str, record: OwnTask) -> str:
    if len(record.outputs) < 2:
        return next(iter(record.outputs), "")
    return str(st.selectbox("The scores are in the output", record.outputs, key=f"output-{name}", width=420))


def _classes(name: str, record: OwnTask) -> tuple[str, ...]:
    if not record.classes:
        return ()
    text = st.text_area(
        "Classes in the order of the model's scores, one a line",
        "\n".join(record.classes),
        key=f"classes-{name}",
        width=420,
    )
    return tuple(line.strip() for line in text.splitlines() if line.strip())
