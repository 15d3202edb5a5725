"""First visit: the models of a task, and a button for a first benchmark of under a minute."""

from __future__ import annotations

import streamlit as st

from odviz.domain.model import Model
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.target import HOST
from odviz.library.rights import may_change
from odviz.report.markdown import plain
from odviz.services import benchmark, catalogue, duration, naming, suggestions
from odviz.ui import benchmark_text, data
from odviz.ui.parts import benchmark_control, live_benchmark, page_links
from odviz.ui.parts.data_table import data_table
from odviz.ui.parts.layout import error_boundary
from odviz.ui.url_state import BENCHMARK_CHOICES
from odviz.units import counted, figure, percent


def empty_state(task: str, device: str = HOST) -> None:
    """Draw the page of a task without a benchmark.

    Args:
        task: name of the task.
        device: name of the chosen device.
    """
    snapshot = data.runner().snapshot
    if snapshot.active and _task_of(snapshot.benchmark) in (task, ""):
        live_benchmark.live()
    else:
        with error_boundary():
            first_benchmark(task, device, "No benchmark of this task yet")
            if snapshot.active:
                running = naming.task(_task_of(snapshot.benchmark))
                st.caption(f"A benchmark of {running} is running; this one would wait for it.")
    with error_boundary():
        _models(task)


def _task_of(benchmark_id: str) -> str:
    """Task of a benchmark; empty when the benchmark does not exist."""
    record = data.find_benchmark(benchmark_id)
    return record.plan.task if record else ""


def first_benchmark(task: str, device: str, heading: str) -> None:
    """Offer a first benchmark with one button."""
    plan = suggestions.first_look(task)
    expansion = benchmark.check(plan)
    title = catalogue.model(task, plan.models[0]).title
    with st.container(border=True):
        st.header(heading, anchor=False)
        st.markdown(
            f"A first look measures **{title}** in {counted(len(expansion.points), 'variant')}, here and now: "
            f"{benchmark_text.between(duration.expected(plan, expansion.points))}. "
            "You can watch, stop it, or leave and come back."
        )
        if device != HOST:
            st.markdown(_why_measure_here(device))
        with st.container(horizontal=True, vertical_alignment="center"):
            start_button("Measure now", plan, primary=True)
            page_links.plan_link(task)


def start_button(label: str, plan: BenchmarkPlan, primary: bool = False, help: str = "") -> None:
    """A button that starts a benchmark and shows it on this page."""
    if not may_change():
        return
    st.button(
        label,
        type="primary" if primary else "secondary",
        icon=":material/play_arrow:",
        help=help or None,
        on_click=_start,
        args=(plan,),
    )


def _start(plan: BenchmarkPlan) -> None:
    """Callback: runs before the widgets are drawn, while their state can still be set."""
    with error_boundary():
        st.session_state.update(BENCHMARK_CHOICES | {"benchmark": benchmark_control.submit(plan)})


def _why_measure_here(device: str) -> str:
    """Why a benchmark runs on this machine when another device is chosen."""
    profile = data.device(device)
    name = plain(profile.title if profile else device)
    return (
        f"Why here, when you chose **{name}**? The same files run there, so accuracy and file size are measured once, "
        "on this machine. Latency and energy for that device come from published measurements or are projected from "
        "them; latencies of this machine are not used."
    )


def _accuracy(model: Model) -> str:
    accuracy = model.dense.test_accuracy
    return "" if accuracy is None else percent(accuracy, 1)


def _models(task: str) -> None:
    models = catalogue.models(task)
    st.header("Models for this task", anchor=False)
    if not models:
        st.caption("None.")
        return
    data_table(
        {
            "Model": [model.title for model in models],
            f"{naming.metric(task)} after training": [_accuracy(model) for model in models],
            "File": [figure(min(file.size_bytes for file in model.dense.artifacts.values()), "B") for model in models],
            "Work per prediction (MACs)": [f"{model.dense.macs:,}" for model in models],
            "Description": [model.summary for model in models],
        },
        "Models of this task",
    )
