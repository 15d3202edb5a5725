"""Runs: everything that was measured on this machine; open it, take it away, delete it."""

from __future__ import annotations

import streamlit as st

from odviz.domain.errors import Damaged, UnknownName
from odviz.store import BenchmarkRecord, DamagedRecord
from odviz.ui import data, text
from odviz.ui.link import Field, remember, restore
from odviz.ui.markup import plain
from odviz.ui.parts import benchmark_control, layout, live_benchmark, page_links
from odviz.ui.parts.damaged_benchmarks import damaged
from odviz.ui.parts.delete_button import delete_button
from odviz.ui.parts.resume import resume
from odviz.ui.parts.stale_benchmarks import left_waiting, run_it_now

PAGE = "benchmarks"
_TABLE, _CHOSEN, _NEWS = "benchmarks", "benchmark", "_benchmark_news"


def render() -> None:
    """The page."""
    layout.page(PAGE, "Benchmarks", "Everything that was measured on this machine, newest first.")
    with layout.guarded():
        fields = (Field(_CHOSEN, lambda text: data.store().identify(text), str),)
        layout.say(restore(PAGE, fields))
        _page()
        remember(PAGE, fields)
        live_benchmark.watch()


def _page() -> None:
    if news := st.session_state.pop(_NEWS, ""):
        st.success(news, icon=":material/check:")
    listed = data.listed()
    records = [each for each in listed if isinstance(each, BenchmarkRecord)]
    damaged([each for each in listed if isinstance(each, DamagedRecord)], _deleted)
    if not listed:
        st.info("Nothing has been measured yet.", icon=":material/history:")
        st.page_link("pages/new_benchmark.py", label="Measure something", icon=":material/play_arrow:")
    if not records:
        return
    ids = [record.id for record in records]
    rows = _select(ids)
    layout.above_table()
    st.dataframe(
        {
            "State": ["left waiting" if left_waiting(record) else text.STATES[record.state] for record in records],
            "Measured": [record.created.astimezone() for record in records],
            "What": [live_benchmark.described(record).rpartition(" (")[0] for record in records],
            "Took": [_took(record) for record in records],
            "Id": [record.id for record in records],
            "Why it ended": [record.failure.reason if record.failure else "" for record in records],
        },
        key=_TABLE,
        on_select=lambda: _selected(ids),
        selection_mode="single-row",
        selection_default={"selection": {"rows": rows}},
        hide_index=True,
        column_config={"Measured": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")},
        alt="Benchmarks",
    )
    chosen = st.session_state.get(_CHOSEN)
    if not chosen:
        st.caption("Choose a row to open it, take it away, go on with it or delete it.")
        return
    with layout.guarded():
        try:
            _one(data.store().load(chosen))  # it may be older than those in the table
        except UnknownName:
            st.session_state[_CHOSEN] = None  # somebody has deleted it
            layout.deleted(chosen)
        except Damaged as error:
            if chosen not in [each.id for each in listed]:
                damaged([DamagedRecord(chosen, str(error))], _deleted)


def _select(ids: list[str]) -> list[int]:
    """Mark the row of the chosen benchmark, wherever it stands by now: a new one moves all others down."""
    chosen = st.session_state.get(_CHOSEN)
    rows = [ids.index(chosen)] if chosen in ids else []
    if _TABLE in st.session_state and list(st.session_state[_TABLE]["selection"]["rows"]) != rows:
        st.session_state[_TABLE] = {"selection": {"rows": rows}}
    return rows


def _selected(ids: list[str]) -> None:
    rows = st.session_state[_TABLE]["selection"]["rows"]
    st.session_state[_CHOSEN] = ids[rows[0]] if rows and rows[0] < len(ids) else None


def _one(record: BenchmarkRecord) -> None:
    st.header(live_benchmark.described(record), anchor=False)
    if record.failure:
        st.markdown(plain(record.failure.reason))
    with st.container(horizontal=True, vertical_alignment="center"):
        page_links.fronts(record, "Open its fronts")
        if record.state.ended:
            st.download_button(
                "CSV", lambda: data.csv_of(record.id), f"odviz-{record.id}.csv", "text/csv", on_click="ignore"
            )
            resume(record, leave=True)
            _delete(record)
        else:
            _open(record)


def _delete(record: BenchmarkRecord) -> None:
    named = live_benchmark.described(record)
    stays = "Made files and answers stay, for other benchmarks."
    if delete_button(f"**{named}**: its figures and samples are removed for good. {stays}", record.id):
        data.store().delete(record.id)
        _deleted(named)
        st.rerun()


def _deleted(what: str) -> None:
    st.session_state[_CHOSEN], st.session_state[_NEWS] = None, f"{what} is deleted."


def _open(record: BenchmarkRecord) -> None:
    """A benchmark that waits or runs; one that waits and is in nobody's line can be taken up."""
    if left_waiting(record):
        run_it_now(record, leave=True)
    else:
        st.page_link("pages/new_benchmark.py", label="See how far it is", icon=":material/arrow_forward:")
    if benchmark_control.stop_button("Stop it", record.id):
        st.rerun()


def _took(record: BenchmarkRecord) -> str:
    if record.started is None or record.ended is None:
        return ""
    return text.duration((record.ended - record.started).total_seconds())
