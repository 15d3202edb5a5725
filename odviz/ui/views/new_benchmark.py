"""New benchmark: plan a benchmark, start it, and watch it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from odviz.domain.errors import Damaged, RecipeError
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import State
from odviz.report.markdown import plain
from odviz.services import benchmark, duration
from odviz.store import BenchmarkRecord
from odviz.ui import benchmark_text, data
from odviz.ui.parts import benchmark_control, layout, live_benchmark, page_links, plan_form
from odviz.ui.parts.benchmark_control import is_stale, resume, run_button
from odviz.ui.url_state import restore, save
from odviz.units import counted

PAGE = "new_benchmark"
_MAX_SIMILAR = 5
"""Earlier benchmarks that the estimate of the duration uses."""


def render() -> None:
    """Draw the page."""
    layout.page(PAGE, "New benchmark", "Measure variants of a model on this machine, and watch the results come in.")
    with layout.error_boundary():
        _page()


def _page() -> None:
    fields = plan_form.url_fields()
    layout.warn([*restore(PAGE, fields), *plan_form.recipe_problems()])
    snapshot = data.runner().snapshot
    if snapshot.trouble:
        st.error(plain(snapshot.trouble), icon=":material/error:")
    if snapshot.active:
        _last_stopped()
        live_benchmark.live()
    else:
        with layout.error_boundary(Damaged):
            _last_ended()
    with layout.error_boundary():
        _start(*plan_form.plan_form())
    save(PAGE, fields)


def _start(plan: BenchmarkPlan, has_invalid: bool) -> None:
    """Draw the start button, the number of variants and the expected duration."""
    if not plan.models or not plan.runtimes:
        st.info("Choose at least one model and one runtime.", icon=":material/checklist:")
        return
    plan, dropped = _without_inapplicable(plan)
    expansion = benchmark.check(plan)
    similar = [record for record in data.recent(plan.task)[:_MAX_SIMILAR] if _is_similar(record, plan)]
    past = [(record, points) for record in similar if (points := data.count_points(record))]
    takes = benchmark_text.between(duration.expected(plan, expansion.points, past))
    if st.button("Start measuring", type="primary", icon=":material/play_arrow:", disabled=has_invalid):
        benchmark_control.submit(plan)
        st.rerun()
    st.markdown(f"**{counted(len(expansion.points), 'variant')}** (operating points), {takes}. {_queue_note(plan)}")
    st.caption(plain(duration.precision(plan)))
    left_out = (*dropped, *expansion.left_out)
    if left_out:
        with st.expander(f"Left out ({len(left_out)})"):
            st.markdown("\n".join(f"- {plain(reason)}" for reason in left_out))


def _queue_note(plan: BenchmarkPlan) -> str:
    """Position of the plan in the queue; empty when it would start at once."""
    snapshot = data.runner().snapshot
    ahead = len(snapshot.scheduled)
    if not ahead:
        return ""
    for position, benchmark_id in enumerate(snapshot.scheduled, start=0 if snapshot.benchmark else 1):
        record = data.find_benchmark(benchmark_id) if benchmark_control.started_here(benchmark_id) else None
        if record and record.plan == plan:
            where = f"number {position} in the queue" if position else "running"
            return f"You have started this already: it is {where}. Another one would wait behind {_others(ahead)}."
    return f"It would wait behind {_others(ahead)}."


def _others(count: int) -> str:
    return counted(count, "other")


def _without_inapplicable(plan: BenchmarkPlan) -> tuple[BenchmarkPlan, list[str]]:
    """The plan without recipes that apply to none of its models, with reasons; unchanged if that leaves none."""
    applicable, reasons = [], []
    for recipe in plan.recipes:
        try:
            benchmark.check(replace(plan, recipes=(recipe,)))
        except RecipeError as error:
            reasons.append(str(error))
        else:
            applicable.append(recipe)
    return (replace(plan, recipes=tuple(applicable)), reasons) if applicable else (plan, [])


def _is_similar(record: BenchmarkRecord, plan: BenchmarkPlan) -> bool:
    complete = record.state is State.DONE and not record.stress_only
    return complete and record.plan.effort == plan.effort and record.plan.threads == plan.threads


def _last_ended() -> None:
    """Draw stale benchmarks, and how the newest benchmark ended."""
    records = data.recent()
    stale = [record for record in records if is_stale(record)]
    if stale:
        with st.container(border=True):
            st.markdown(
                f"**{counted(len(stale), 'benchmark')}** {'was' if len(stale) == 1 else 'were'} left waiting when "
                f"odviz was closed, the newest: {benchmark_text.described(stale[0])}."
            )
            with st.container(horizontal=True, vertical_alignment="center"):
                run_button(stale[0])
                st.page_link("pages/benchmarks.py", label="See all of them", icon=":material/history:")
    newest = next((record for record in records if record.state.ended), None)
    if newest:
        _ended(newest)


def _last_stopped() -> None:
    """Draw the stopped benchmark that this visitor follows, while the next one is already running."""
    scheduled = data.runner().snapshot.scheduled
    for benchmark_id in benchmark_control.followed():
        record = data.find_benchmark(benchmark_id)
        stopped = record is not None and record.state is State.CANCELLED
        if record and stopped and benchmark_id not in scheduled:
            _ended(record)
            return


def _ended(record: BenchmarkRecord) -> None:
    result = data.result_of(data.key_of(record))
    with st.container(border=True):
        st.markdown(f"**Last:** {benchmark_text.described(record)}, {benchmark_text.STATES[record.state]}.")
        benchmark_control.ended_note(record, result, shows_host=True)
        if noise := benchmark_text.noise_warning(result):
            st.warning(noise, icon=":material/graphic_eq:")
        with st.container(horizontal=True, vertical_alignment="center"):
            page_links.fronts_link(record, "See its fronts")
            resume(record)
            if st.button("Measure the same again", icon=":material/replay:", help="A new benchmark of its own."):
                benchmark_control.submit(record.plan)
                st.rerun()
