"""What is being measured now: progress by phase, figures as they come, and a way to stop."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime

import streamlit as st

from odviz.domain.model import Variant
from odviz.domain.result import BenchmarkResult, State
from odviz.execution.progress import Phase, Progress
from odviz.formats import FORMATS
from odviz.services import naming
from odviz.services.runner import Snapshot
from odviz.store import BenchmarkRecord
from odviz.ui import data
from odviz.ui.markup import plain
from odviz.ui.parts import benchmark_control, fronts, legend
from odviz.ui.parts.layout import guarded, look
from odviz.units import counted

POLL_S = 1.0
"""Often enough to watch; the page must not disturb what is being timed."""

_KEPT = "_so_far"
_SHARE = 0.05
"""Of the time, spent on figures while others are timed."""

_PLAIN = {
    Phase.PREPARE: "Making the variants (compression)",
    Phase.ANSWERS: "Checking that their answers are right (accuracy)",
    Phase.LATENCY: "Timing them, with nothing else running (latency)",
    Phase.MEMORY: "Weighing what they take while they run (peak memory)",
    Phase.ENERGY: "Reading the energy meter (energy)",
}
_COUNTED = {Phase.PREPARE: "file", Phase.ANSWERS: "variant", Phase.MEMORY: "reading", Phase.ENERGY: "variant"}


def under_way(record: BenchmarkRecord) -> bool:
    """Whether this server measures it now or has it in its line."""
    snapshot = data.runner().snapshot
    return not record.state.ended and record.id in (snapshot.benchmark, *snapshot.queue)


def live() -> None:
    """What the runner does, refreshed while it does anything; the page is drawn anew when a benchmark ends."""
    active = data.runner().snapshot.active
    st.fragment(_panel, run_every=POLL_S if active else None)(data.runner().snapshot.benchmark)


def watch() -> None:
    """On a page that does not show how far it is: draw it anew when a benchmark ends and when one begins."""
    now = data.runner().snapshot
    if now.active:
        st.fragment(_watch, run_every=POLL_S)(now.benchmark)


def _watch(drawn_for: str) -> None:
    if data.runner().snapshot.benchmark != drawn_for:
        st.rerun()


def _panel(drawn_for: str) -> None:
    with guarded():
        snapshot = data.runner().snapshot
        if snapshot.benchmark != drawn_for or not snapshot.active:
            st.rerun()
        if snapshot.benchmark:
            record = data.store().load(snapshot.benchmark)
            _current(snapshot, record)
        for place, waiting in enumerate(snapshot.queue, start=1):  # above the charts, which take their time
            _queued(place, data.store().load(waiting))
        if snapshot.benchmark and snapshot.progress:
            _figures(record)


def _current(snapshot: Snapshot, record: BenchmarkRecord) -> None:
    with st.container(border=True):
        st.header(f"Measuring {described(record)}", anchor=False)
        if snapshot.waiting:
            said = f"{plain(snapshot.waiting)} It begins as soon as the machine is free."
            st.info(said, icon=":material/hourglass_top:")
        else:
            if record.started and record.state is State.RUNNING:
                st.markdown(f"**{elapsed((datetime.now(UTC) - record.started).total_seconds())}** so far")
            _progress(snapshot)
        benchmark_control.stop_button("Stop", record.id)
        st.caption("You may leave this page or close the browser: it goes on.")


def _progress(snapshot: Snapshot) -> None:
    now = snapshot.progress
    phases = [phase for phase in Phase if phase is not Phase.ENERGY or (now and now.phase is phase)]
    place = phases.index(now.phase) if now else 0
    if place:
        st.markdown("  \n".join(f":green[✓] {_PLAIN[phase]}" for phase in phases[:place]))
    if now:
        left = (now.left_s or 0.0) - (time.monotonic() - snapshot.reported)
        st.progress(share(now, left), f"**{_PLAIN[now.phase]}**: {counting(now, left)}  \n{plain(just(now))}")
    ahead = phases[place + bool(now) :]
    if ahead:
        st.markdown("  \n".join(f":gray[○ {_PLAIN[phase]}]" for phase in ahead))


def elapsed(seconds: float) -> str:
    """A time that runs, as a clock shows it ("7 seconds", "2 minutes 7 seconds")."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return " ".join(([counted(minutes, "minute")] if minutes else []) + [counted(rest, "second")])


def share(now: Progress, left: float) -> float:
    """Part of the phase that is over; of its time where that bounds it, because rounds are added and time never is.

    Args:
        now: how far it is.
        left: seconds after which nothing new is begun.
    """
    return min(1.0, max(0.0, 1 - left / now.within_s)) if now.within_s else now.share


def counting(now: Progress, left: float) -> str:
    """How far a phase is, with the name of what is counted; of timing no total: it may be more or fewer.

    Args:
        now: how far it is.
        left: seconds after which nothing new is begun.
    """
    if now.phase is not Phase.LATENCY:
        return f"{now.done} of {counted(now.total, _COUNTED[now.phase])}"
    if left > 0:
        until = f"more follow until each time is known well enough, for at most about {elapsed(math.ceil(left))}"
    else:
        until = "the time is up, so this launch is the last"
    return f"{counted(now.done, 'round')} over; {until}"


def just(now: Progress) -> str:
    """What was finished last, under the name that the rest of the page has for it."""
    if now.item is None:
        return now.label[:1].upper() + now.label[1:]
    if isinstance(now.item, Variant):
        made = now.item
        return f"{naming.model(made.task, made.model)} · {naming.recipe(made.recipe)} ({FORMATS[made.format].title})"
    return naming.point(now.item)


def _figures(record: BenchmarkRecord) -> None:
    """The fronts of what has ended so far; drawn anew when more has, but no more often than costs little."""
    shown = _so_far(record)
    if not shown.tradeoff.candidates:
        return
    several = noisy(shown.result)
    if several:
        st.warning(noise(several, len(shown.result.points), "are"), icon=":material/graphic_eq:")
    views = [fronts.View("live", shown, shown.tradeoff)]
    st.caption("So far; intervals shrink as more is timed.")
    legend.legend(views)
    fronts.fronts(views, fronts.figures(views, look()), live=True)


def _so_far(record: BenchmarkRecord) -> data.Shown:
    """What has ended so far; little time is spent on it, for it takes a processor that others may be timed on."""
    kept: tuple[data.Shown, float, float] | None = st.session_state.get(_KEPT)
    began = time.monotonic()
    if kept is not None and kept[0].record.id == record.id and began < kept[1] + kept[2] / _SHARE:
        return kept[0]
    shown = data.shown(record.id)
    ended = time.monotonic()
    st.session_state[_KEPT] = shown, ended, ended - began
    return shown


def noisy(result: BenchmarkResult) -> int:
    """How many variants something disturbed while they were timed."""
    return sum(bool(each.latency and each.latency.noisy) for each in result.points)


def noise(several: int, every: int, tense: str) -> str:
    """What a noisy benchmark means, and what to do.

    Args:
        several: variants that something disturbed.
        every: all variants.
        tense: "are" while they are timed, "were" afterwards.
    """
    advice = (
        "Close other programs; what is timed from now on counts just as much."
        if tense == "are"
        else "Go on when the machine is quiet: more timing makes up for it."
    )
    busy = "is" if tense == "are" else "was"
    return (
        f"Something else {busy} running while {several} of {counted(every, 'variant')} {tense} timed (noisy): their "
        f"times may be overstated. {advice}"
    )


def _queued(place: int, record: BenchmarkRecord) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Number {place} in line:** {described(record)}")
        if record.state is State.QUEUED:
            benchmark_control.stop_button("Take out", record.id)


def described(record: BenchmarkRecord) -> str:
    """A benchmark in a few words."""
    models = ", ".join(naming.model(record.plan.task, name) for name in record.plan.models)
    return f"{naming.task(record.plan.task)}: {models} ({record.id})"
