"""The first visit: what is shipped, and one button that measures it in under a minute."""

from __future__ import annotations

import streamlit as st

from odviz.domain.model import Model
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.target import HOST
from odviz.services import benchmark, catalogue, duration, naming, suggestions
from odviz.ui import data, text
from odviz.ui.link import OF_ONE_BENCHMARK
from odviz.ui.markup import plain
from odviz.ui.parts import benchmark_control, live_benchmark, page_links
from odviz.ui.parts.layout import above_table, guarded
from odviz.units import counted, figure, percent


def nothing_yet(task: str, device: str = HOST) -> None:
    """Nothing was measured for this task on this machine: offer to, and show what there is meanwhile.

    Args:
        task: its name.
        device: name of the machine that is asked about.
    """
    now = data.runner().snapshot
    if now.active and _task_of(now.benchmark) in (task, ""):
        live_benchmark.live()
    else:
        with guarded():
            offer(task, device, "Nothing has been measured for this task yet")
            if now.active:
                st.caption(f"{naming.task(_task_of(now.benchmark))} is being measured now; this would wait for it.")
    with guarded():
        _shipped(task)


def _task_of(benchmark: str) -> str:
    """Name of the task of what is measured now; empty where nothing is, or it is gone."""
    record = data.found(benchmark)
    return record.plan.task if record else ""


def offer(task: str, device: str, heading: str) -> None:
    """A first look with one button, and why it is taken here where another machine is asked about."""
    plan = suggestions.first_look(task)
    expansion = benchmark.check(plan)
    title = catalogue.model(task, plan.models[0]).title
    with st.container(border=True):
        st.header(heading, anchor=False)
        st.markdown(
            f"A first look measures **{title}** in {counted(len(expansion.points), 'variant')}, here and now: "
            f"{text.between(duration.expected(plan, expansion.points))}. "
            "You can watch, stop it, or leave and come back."
        )
        if device != HOST:
            st.markdown(_why_here(device))
        with st.container(horizontal=True, vertical_alignment="center"):
            begin_button("Measure now", plan, primary=True)
            page_links.choose(task)


def begin_button(label: str, plan: BenchmarkPlan, primary: bool = False, help: str = "") -> None:
    """A button that measures, on a page that then shows that benchmark and no other."""
    st.button(
        label,
        type="primary" if primary else "secondary",
        icon=":material/play_arrow:",
        help=help or None,
        on_click=_begin,
        args=(plan,),
    )


def _begin(plan: BenchmarkPlan) -> None:
    """Before the page is drawn: what it shows can still be changed then."""
    with guarded():
        st.session_state.update(OF_ONE_BENCHMARK | {"benchmark": benchmark_control.measure(plan)})


def _why_here(device: str) -> str:
    """What a benchmark on this machine says of another one."""
    profile = data.device(device)
    name = plain(profile.title if profile else device)
    return (
        f"Why here, when you ask about **{name}**? The same files would run there, so their answers (accuracy) and "
        "sizes are judged once, on this machine. Times and energy there are those that somebody published for that "
        "device, or are projected from them; the times of this machine are not used."
    )


def _accuracy(model: Model) -> str:
    accuracy = model.dense.test_accuracy
    return "" if accuracy is None else percent(accuracy, 1)


def _shipped(task: str) -> None:
    models = catalogue.models(task)
    st.header("Models that are shipped for this task", anchor=False)
    if not models:
        st.caption("None.")
        return
    above_table()
    st.dataframe(
        {
            "Model": [model.title for model in models],
            "Accuracy when it was trained": [_accuracy(model) for model in models],
            "File": [figure(min(f.size_bytes for f in model.dense.artifacts.values()), "B") for model in models],
            "Work per answer (MACs)": [f"{model.dense.macs:,}" for model in models],
            "What it is": [model.summary for model in models],
        },
        hide_index=True,
        alt="Shipped models",
    )
