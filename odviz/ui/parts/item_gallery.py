"""Test items beside each other: pictures and curves as tiles, texts and numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from odviz.charts.sparkline import sparkline
from odviz.domain.flips import Flip, Flips
from odviz.report import comparison_text
from odviz.report.items import ItemView
from odviz.report.markdown import plain
from odviz.store import BenchmarkRecord
from odviz.ui import group_data
from odviz.ui.parts import layout
from odviz.ui.parts.data_table import data_table
from odviz.units import percent

_TILES, _MORE = 12, 24
"""Items drawn at first, and by each press of the button."""

_TILE_PX = 130


def item_gallery(record: BenchmarkRecord, changed: Flips, key: str) -> None:
    """Draw the items of one kind.

    Args:
        record: the benchmark, whose task has the items.
        changed: the items.
        key: distinguishes the gallery from others.
    """
    title, _, count = comparison_text.flips_title(changed).partition(":")
    st.markdown(f"**{title}**:{count}")
    flips = changed.items
    if not flips:
        return
    limit_key = f"gallery-{key}"
    limit = st.session_state.get(limit_key, _TILES)
    shown_flips = flips[:limit]
    views = group_data.item_views(record, tuple(flip.item for flip in shown_flips))
    if not views:
        st.caption("The items are not there any more.")
    elif views[0].picture is not None or views[0].curves is not None:
        _tiles(shown_flips, views)
    else:
        _rows(Flips(changed.kind, shown_flips), views, title)
    if len(flips) > limit:
        rest = len(flips) - limit

        def more() -> None:
            st.session_state[limit_key] = limit + _MORE

        st.button(
            f"Show {min(rest, _MORE)} more" + (f" of {rest}" if rest > _MORE else ""), key=f"more-{key}", on_click=more
        )


def _tiles(flips: Sequence[Flip], views: Sequence[ItemView]) -> None:
    look = layout.look()
    with st.grid(6, min_column_width=_TILE_PX):
        for flip, view in zip(flips, views, strict=True):
            with st.container(gap="xxsmall"):
                if view.picture is not None:
                    st.image(view.picture, width="content")
                elif view.curves is not None:
                    st.image(sparkline(view.curves, look), width="stretch")
                st.markdown(f":small[{_words(flip)}]")


def _rows(flips: Flips, views: Sequence[ItemView], alt: str) -> None:
    headings, rows = comparison_text.flip_rows(flips)
    columns = dict(zip(headings, map(list, zip(*rows, strict=True)), strict=True))
    columns |= {"Text": [view.text for view in views]}
    columns |= {heading: [view.numbers.get(heading, "") for view in views] for heading in views[0].numbers}
    data_table({heading: cells for heading, cells in columns.items() if any(cells)}, alt)


def _words(flip: Flip) -> str:
    """What happened to an item, in Markdown."""
    before, now = (
        f"{word} {plain(name)}" if name else "" for word, name in (("before", flip.before), ("now", flip.now))
    )
    if flip.target:  # where one of both is the target, the other says all
        before, now = ("" if flip.target == name else text for text, name in ((before, flip.before), (now, flip.now)))
    sure = f" ({percent(flip.sureness)} sure)" if flip.sureness is not None else ""
    target = f"**{plain(flip.target)}**" if flip.target else ""
    return f"{', '.join(filter(None, (target, before, now)))}{sure} · item {flip.item + 1:,}"
