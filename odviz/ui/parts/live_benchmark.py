"""The running benchmark: progress by phase, results so far, and a stop button."""

from __future__ import annotations

import time

import streamlit as st

from odviz.domain.result import State
from odviz.execution.progress import Phase
from odviz.report.front_figures import front_figures
from odviz.report.markdown import plain
from odviz.report.view import AnalysisView, BenchmarkView
from odviz.services.runner import Snapshot
from odviz.store import BenchmarkRecord
from odviz.ui import benchmark_text, data
from odviz.ui.parts import benchmark_control, fronts
from odviz.ui.parts.layout import error_boundary, look
from odviz.ui.yielding import yielding

POLL_S = 2.0
"""Seconds between refreshes: often enough to watch, rarely enough not to disturb the timing."""

_LATEST = "_latest_view"
_MAX_SHARE = 0.05
"""Share of one CPU's time spent on analysing results while variants are timed."""

_REDRAWN_S = 5.0
"""Least seconds between two drawings of the charts: each takes the browser a second or two of one CPU's time."""


def is_running_or_queued(record: BenchmarkRecord) -> bool:
    """Whether this server runs the benchmark now or has it in its queue."""
    return not record.state.ended and record.id in data.runner().snapshot.scheduled


def live() -> None:
    """Draw what the runner does, refreshed while it is active; the page reruns when a benchmark ends."""
    snapshot = data.runner().snapshot
    st.fragment(_panel, run_every=POLL_S if snapshot.active else None)(snapshot.benchmark)


def progress(record: BenchmarkRecord) -> None:
    """Draw the progress of one benchmark without its results; the page reruns when it ends."""
    st.fragment(_one, run_every=POLL_S)(record.id)


def _one(benchmark_id: str) -> None:
    with yielding(), error_boundary():
        snapshot = data.runner().snapshot
        if benchmark_id not in snapshot.scheduled:
            st.rerun()
        record = data.store().load(benchmark_id)
        if snapshot.benchmark == benchmark_id:
            _running(snapshot, record)
        else:
            _queued(1 + snapshot.queue.index(benchmark_id), record)


def rerun_on_change() -> None:
    """On a page without progress: rerun when a benchmark ends and when one begins."""
    snapshot = data.runner().snapshot
    if snapshot.active:
        st.fragment(_poll, run_every=POLL_S)(snapshot.benchmark)


def _poll(drawn_for: str) -> None:
    if data.runner().snapshot.benchmark != drawn_for:
        st.rerun()


def _panel(drawn_for: str) -> None:
    with yielding(), error_boundary():
        snapshot = data.runner().snapshot
        if snapshot.benchmark != drawn_for or not snapshot.active:
            st.rerun()
        if snapshot.benchmark:
            record = data.store().load(snapshot.benchmark)
            _running(snapshot, record)
        for position, benchmark_id in enumerate(snapshot.queue, start=1):  # before the charts, which draw slowly
            _queued(position, data.store().load(benchmark_id))
        if snapshot.benchmark and snapshot.progress:
            _results(record)


def _running(snapshot: Snapshot, record: BenchmarkRecord) -> None:
    with st.container(border=True):
        st.header(f"Measuring {benchmark_text.described(record)}", anchor=False)
        if snapshot.waiting:
            message = f"{plain(snapshot.waiting)} It begins as soon as the machine is free."
            st.info(message, icon=":material/hourglass_top:")
        else:
            if snapshot.began is not None:
                st.markdown(f"**{benchmark_text.elapsed(time.monotonic() - snapshot.began)}** so far")
            _phases(snapshot, record)
        benchmark_control.stop_button("Stop", record.id)
        st.caption("You may leave this page or close the browser: the benchmark goes on.")


def _takes_part(phase: Phase, record: BenchmarkRecord) -> bool:
    """Whether a phase is known to come. Energy is measured where there is a meter, which shows when it begins."""
    if phase is Phase.STRESS:
        return bool(record.plan.stress)
    return phase is not Phase.ENERGY and not (phase is Phase.LATENCY and record.stress_only)


def _phases(snapshot: Snapshot, record: BenchmarkRecord) -> None:
    progress = snapshot.progress
    phases = [phase for phase in Phase if _takes_part(phase, record) or (progress and progress.phase is phase)]
    current = phases.index(progress.phase) if progress else 0
    if current:
        st.markdown("  \n".join(f":green[✓] {benchmark_text.PHASE_TITLES[phase]}" for phase in phases[:current]))
    if progress:
        left_s = (progress.left_s or 0.0) - (time.monotonic() - snapshot.reported)
        st.progress(
            benchmark_text.share_done(progress, left_s),
            f"**{benchmark_text.PHASE_TITLES[progress.phase]}**: {benchmark_text.work_done(progress, left_s)}  \n"
            f"{plain(benchmark_text.last_finished(progress))}",
        )
    ahead = phases[current + bool(progress) :]
    if ahead:
        st.markdown("  \n".join(f":gray[○ {benchmark_text.PHASE_TITLES[phase]}]" for phase in ahead))


def _results(record: BenchmarkRecord) -> None:
    """The fronts of the results so far."""
    view = _latest_view(record)
    if not view.analysis.candidates:
        return
    if noise := benchmark_text.noise_warning(view.result, running=True):
        st.warning(noise, icon=":material/graphic_eq:")
    views = [AnalysisView("live", view, view.analysis, recommends=False)]
    st.caption("So far; intervals shrink as more is timed.")
    fronts.fronts(views, front_figures(views, look()), live=True)


def _latest_view(record: BenchmarkRecord) -> BenchmarkView:
    """The results so far; computed and drawn seldom, as both take CPU time from the benchmark."""
    latest: tuple[BenchmarkView, float, float] | None = st.session_state.get(_LATEST)
    if latest is not None:
        view, computed_at, cost_s = latest
        pause_s = max(cost_s / _MAX_SHARE, _REDRAWN_S if view.analysis.candidates else 0.0)
        if view.record.id == record.id and time.monotonic() < computed_at + pause_s:
            return view
    start_s = time.thread_time()  # rather than the clock, which on a busy machine counts the work of others
    view = data.view(record.id)
    st.session_state[_LATEST] = view, time.monotonic(), time.thread_time() - start_s
    return view


def _queued(position: int, record: BenchmarkRecord) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Number {position} in the queue:** {benchmark_text.described(record)}")
        if record.state is State.QUEUED:
            benchmark_control.stop_button("Remove", record.id)
