"""Benchmarks whose database record cannot be read, each with the reason and a delete button."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from odviz.services import benchmark
from odviz.store import DamagedRecord
from odviz.ui import data
from odviz.ui.markup import plain
from odviz.ui.parts.delete_button import delete_button
from odviz.ui.parts.layout import error_boundary


def damaged_benchmarks(records: Iterable[DamagedRecord], on_deleted: Callable[[str], None]) -> None:
    """Draw one error per record.

    Args:
        records: the unreadable records.
        on_deleted: called with the id of a deleted benchmark before the page reruns.
    """
    for record in records:
        st.error(f"Benchmark {record.id} is damaged. {plain(record.reason)}", icon=":material/broken_image:")
        with error_boundary():
            if delete_button(f"What is left of **{record.id}** is removed for good.", record.id):
                on_deleted(benchmark.delete(data.store(), record.id))
                st.rerun()
