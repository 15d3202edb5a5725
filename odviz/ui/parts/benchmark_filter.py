"""What the list of benchmarks shows: filters and order, which stand in the address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from odviz.domain.result import State
from odviz.services import naming
from odviz.services.benchmark_list import BenchmarkFilter, BenchmarkOrder
from odviz.store import BenchmarkRecord
from odviz.ui import benchmark_text
from odviz.ui.parts import layout
from odviz.ui.parts.choice import choose, warn_unknown
from odviz.ui.url_state import LinkProblem, UrlField, one_of

_TASK, _MODEL, _STATE, _TAGS, _TEXT, _ORDER = "of", "model", "state", "tags", "text", "sort"
"""Not `task`, which all pages share: benchmarks of all tasks are listed, whichever another page shows."""

_ORDERS = {
    BenchmarkOrder.NEWEST: "newest first",
    BenchmarkOrder.OLDEST: "oldest first",
    BenchmarkOrder.NAME: "by name",
    BenchmarkOrder.TASK: "by task",
    BenchmarkOrder.LONGEST: "longest first",
}
_WIDTH_PX = 165


def url_fields() -> tuple[UrlField, ...]:
    """URL parameters of the filters and the order."""
    return (
        *(UrlField(key, str, str) for key in (_TASK, _MODEL, _TEXT)),
        UrlField(_STATE, one_of("state", State), str),
        UrlField(_TAGS, lambda text: text.split(","), ",".join),
        UrlField(
            _ORDER, one_of("order", BenchmarkOrder), lambda order: "" if order == BenchmarkOrder.NEWEST else order
        ),
    )


def choose_filter(records: Sequence[BenchmarkRecord]) -> tuple[BenchmarkFilter, BenchmarkOrder]:
    """Draw the filters, whose options are what the benchmarks have."""
    tasks = {name: naming.task(name) for name in sorted({record.plan.task for record in records})}
    models = {
        model: naming.model(record.plan.task, model)
        for record in sorted(records, key=lambda record: record.plan.task)
        for model in sorted(record.plan.models)
    }
    states = {
        state.value: benchmark_text.STATES[state] for state in State if any(one.state is state for one in records)
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input("Search", key=_TEXT, placeholder="name, tag, model …", width=_WIDTH_PX)
        task = _choose("Task", tasks, _TASK)
        model = _choose("Model", models, _MODEL)
        state = _choose("State", states, _STATE)
        tags = _choose_tags(sorted({tag for record in records for tag in record.label.tags}))
        orders = {order.value: title for order, title in _ORDERS.items()}
        order = choose("Order", orders, _ORDER, BenchmarkOrder.NEWEST.value, width=_WIDTH_PX)
    return BenchmarkFilter(task, model, State(state) if state else None, tags, text=text), BenchmarkOrder(order)


def _choose(label: str, titles: dict[str, str], key: str) -> str:
    warn_unknown(key, titles, "no benchmark is of that")
    return choose(label, titles, key, placeholder="all", width=_WIDTH_PX)


def _choose_tags(tags: Sequence[str]) -> tuple[str, ...]:
    chosen = st.session_state.get(_TAGS) or []
    layout.warn(LinkProblem(_TAGS, tag, "no benchmark has that tag") for tag in chosen if tag not in tags)
    st.session_state[_TAGS] = [tag for tag in chosen if tag in tags]
    if not tags:
        return ()
    return tuple(st.multiselect("Tags", tags, key=_TAGS, placeholder="all", width=_WIDTH_PX))
