"""Measurements whose record cannot be read: what is wrong with each, and how to be rid of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from odviz.services import benchmark
from odviz.store import DamagedRecord
from odviz.ui import data
from odviz.ui.markup import plain
from odviz.ui.parts.delete_button import delete_button
from odviz.ui.parts.layout import guarded


def damaged(records: Iterable[DamagedRecord], on_deleted: Callable[[str], None]) -> None:
    """Each with its reason and a button; nothing where there is none.

    Args:
        records: what cannot be read.
        on_deleted: is told the id of one that was deleted, before the page is drawn anew.
    """
    for each in records:
        st.error(f"Benchmark {each.id} is damaged. {plain(each.reason)}", icon=":material/broken_image:")
        with guarded():
            if delete_button(f"What is left of **{each.id}** is removed for good.", each.id):
                on_deleted(benchmark.delete(data.store(), each.id))
                st.rerun()
