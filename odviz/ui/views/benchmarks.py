"""Benchmarks: all benchmarks of this machine, to name, open, resume, export or delete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from odviz.domain.errors import Damaged, UnknownName
from odviz.domain.label import LONGEST_NAME, LONGEST_NOTE, MOST_TAGS, BenchmarkLabel
from odviz.library.files import printable
from odviz.library.rights import may_change
from odviz.report.benchmark_columns import TITLES, list_columns, same_text
from odviz.report.imported import imported_note
from odviz.report.markdown import plain
from odviz.services import benchmark, naming, transfer
from odviz.services.benchmark_file import LARGEST
from odviz.services.benchmark_list import select
from odviz.store import BenchmarkRecord, DamagedRecord
from odviz.ui import benchmark_text, data
from odviz.ui.benchmark_text import described
from odviz.ui.parts import benchmark_choice, benchmark_control, benchmark_filter, layout, live_benchmark, page_links
from odviz.ui.parts.benchmark_control import is_stale, resume, run_button
from odviz.ui.parts.data_table import data_table
from odviz.ui.parts.download import download_button
from odviz.ui.parts.layout import delete_button
from odviz.ui.url_state import UrlField, restore, save
from odviz.units import counted

PAGE = "benchmarks"
_CHOSEN, _LAST_DELETED, _UPLOAD = "benchmark", "_benchmark_deleted", "benchmark-file"


def render() -> None:
    """Draw the page."""
    layout.page(PAGE, "Benchmarks", "All benchmarks of this machine, and those of others that were brought here.")
    with layout.error_boundary():
        fields = (UrlField(_CHOSEN, lambda text: data.store().identify(text), str), *benchmark_filter.url_fields())
        layout.warn(restore(PAGE, fields))
        _page()
        save(PAGE, fields)
        live_benchmark.rerun_on_change()


def _page() -> None:
    if deleted := st.session_state.pop(_LAST_DELETED, ""):
        st.success(f"{deleted} is deleted.", icon=":material/check:")
    with layout.error_boundary():
        _import()
    listed = data.listed()
    records = [record for record in listed if isinstance(record, BenchmarkRecord)]
    _damaged(record for record in listed if isinstance(record, DamagedRecord))
    if not listed:
        st.info("There is no benchmark yet.", icon=":material/history:")
        st.page_link("pages/new_benchmark.py", label="Measure something", icon=":material/play_arrow:")
    if not records:
        return
    selected = select(records, *benchmark_filter.choose_filter(records))
    if selected:
        _table(selected)
    else:
        st.info(f"None of {counted(len(records), 'benchmark')} fits.", icon=":material/filter_alt_off:")
    chosen = st.session_state.get(_CHOSEN)
    if not chosen:
        st.caption("Choose a row to open, continue, download or delete a benchmark.")
        return
    with layout.error_boundary():
        try:
            record = data.store().load(chosen)  # may be older than the rows of the table
            _chosen_benchmark(record, sorted({tag for one in records for tag in one.label.tags}))
        except UnknownName:
            st.session_state[_CHOSEN] = None
            layout.warn_deleted(chosen)
        except Damaged as error:
            if chosen not in [record.id for record in listed]:
                _damaged([DamagedRecord(chosen, str(error))])


def _damaged(records: Iterable[DamagedRecord]) -> None:
    """Draw an error and a delete button for each benchmark that cannot be read."""
    for record in records:
        st.error(f"Benchmark {record.id} is damaged. {plain(record.reason)}", icon=":material/broken_image:")
        with layout.error_boundary():
            if delete_button(f"What is left of **{record.id}** is removed for good.", record.id):
                _note_deleted(benchmark.delete(data.store(), record.id))
                st.rerun()


def _import() -> None:
    """Draw a fold in which a benchmark of another machine is taken in."""
    with st.expander("Bring a benchmark of another machine", icon=":material/move_to_inbox:"):
        st.markdown("A file from **For another machine** on this page, or from `odviz export ID --format benchmark`.")
        upload = st.file_uploader("Benchmark", type="zip", key=_UPLOAD, max_upload_size=LARGEST >> 20)
        if upload is not None and st.button("Take it in"):
            arrival = transfer.import_benchmark(data.store(), upload.getvalue(), printable(upload.name))
            st.session_state[_CHOSEN] = arrival.id
            here = "is here now" if arrival.new else "was here already"
            st.success(f"Benchmark {arrival.id} {here}; it is chosen in the list.", icon=":material/check:")


def _table(records: list[BenchmarkRecord]) -> None:
    ids = [record.id for record in records]
    chosen = st.session_state.get(_CHOSEN)
    columns = list_columns(records, TITLES)
    data_table(
        {
            "State": [
                "left waiting" if is_stale(record) else benchmark_text.STATES[record.state] for record in records
            ],
            "Last measured": [record.last_measured.astimezone() for record in records],
            "Id": ids,
            **columns.differing,
            "Took": [
                "" if record.duration_s is None else benchmark_text.duration(record.duration_s) for record in records
            ],
            "Why it ended": [record.failure.reason if record.failure else "" for record in records],
        },
        "Benchmarks",
        "benchmarks",
        on_select=lambda rows: _choose(ids, rows),
        selected=[ids.index(chosen)] if chosen in ids else [],
        column_config={"Last measured": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")},
    )
    if text := same_text(columns):
        st.caption(plain(text))


def _choose(ids: list[str], rows: Sequence[int]) -> None:
    st.session_state[_CHOSEN] = ids[rows[0]] if rows and rows[0] < len(ids) else None


def _chosen_benchmark(record: BenchmarkRecord, tags: list[str]) -> None:
    st.header(described(record), anchor=False)
    if record.imported:
        st.info(plain(imported_note(record)), icon=":material/move_to_inbox:")
    if record.failure:
        st.markdown(plain(record.failure.reason))
    with st.container(horizontal=True, vertical_alignment="center"):
        page_links.fronts_link(record, "Open its fronts")
        if record.state.ended:
            download_button("CSV", lambda: data.csv_of(record.id), f"odviz-{record.id}.csv")
            download_button(
                "For another machine",
                lambda: transfer.export_benchmark(data.store(), record.id),
                transfer.file_name(record),
                help="The whole benchmark as one file, which another odviz can take in on this page.",
            )
            resume(record, switch_page=True)
            _delete(record)
        else:
            _unfinished(record)
    _label_form(record, tags)


def _delete(record: BenchmarkRecord) -> None:
    title = described(record)
    kept = "Compressed files and predictions stay, for other benchmarks."
    if delete_button(f"**{title}**: its results and samples are removed for good. {kept}", record.id):
        data.store().delete(record.id)
        _note_deleted(title)
        st.rerun()


def _note_deleted(title: str) -> None:
    st.session_state[_CHOSEN], st.session_state[_LAST_DELETED] = None, title


def _unfinished(record: BenchmarkRecord) -> None:
    if is_stale(record):
        run_button(record, switch_page=True)
    else:
        st.page_link("pages/new_benchmark.py", label="See its progress", icon=":material/arrow_forward:")
    if benchmark_control.stop_button("Stop it", record.id):
        st.rerun()


def _label_form(record: BenchmarkRecord, tags: list[str]) -> None:
    """Draw what a benchmark is called, to read or to change.

    Args:
        record: of the benchmark.
        tags: those of all benchmarks, to choose from.
    """
    label = record.label
    if label.note:
        st.markdown(plain(label.note))
    if not may_change():
        return
    key = f"label-{record.id}-{hash((label, record.baseline))}"  # another visitor may have changed it
    with st.expander("Name, tags and note", icon=":material/label:"), st.form(key, border=False):
        name = st.text_input("Name", label.name, max_chars=LONGEST_NAME, key=f"{key}-name")
        chosen = st.multiselect(
            "Tags",
            sorted({*tags, *label.tags}),
            label.tags,
            accept_new_options=True,
            max_selections=MOST_TAGS,
            placeholder="Choose, or write one and press Enter",
            key=f"{key}-tags",
        )
        note = st.text_area("Note", label.note, max_chars=LONGEST_NOTE, key=f"{key}-note")
        baseline = st.checkbox(
            f"Baseline of {naming.task(record.plan.task)}: others are compared with it",
            record.baseline,
            key=f"{key}-baseline",
        )
        if st.form_submit_button("Save", type="primary"):
            new = BenchmarkLabel(name.strip(), tuple(dict.fromkeys(map(str.strip, chosen))), note.strip())
            if new != label:
                data.store().set_label(record.id, new)
            if baseline != record.baseline:
                data.store().set_baseline(record.id, baseline)
            benchmark_choice.forget_names()
            st.rerun()
