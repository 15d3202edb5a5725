"""Two operating points beyond their figures: groups and items that changed, and the time of their operators."""

from __future__ import annotations

import streamlit as st

from odviz.analysis.pair_details import PairDetails
from odviz.charts.why import operator_times
from odviz.domain.comparison import PointComparison
from odviz.report import why_text
from odviz.services import why
from odviz.ui.comparison_data import ComparedSide, details
from odviz.ui.data import key_of, loaded
from odviz.ui.parts import groups, layout
from odviz.ui.parts.chart import chart
from odviz.ui.parts.choice import choose, warn_unknown
from odviz.ui.parts.data_table import rows_table
from odviz.ui.url_state import UrlField

_BY, _GROUP = "by", "items-of"
URL_FIELDS = (UrlField(_BY, str, str, depends_on="task"),)


def pair_items(pair: PointComparison, base: ComparedSide, new: ComparedSide) -> PairDetails | None:
    """Draw classes or groups, and the items that changed in both directions.

    Args:
        pair: the points.
        base: the side of the one that is compared with.
        new: the other side.

    Returns:
        What was drawn; None if the two were not predicted on the same items.
    """
    items = loaded(key_of(new.record))[0].items
    groupings = {grouping.title: grouping for grouping in items.ways}
    title = ""
    if len(groupings) > 1:
        warn_unknown(_BY, groupings, "the test items have no groups of that name")
        title = choose("Group items by", {name: name for name in groupings}, _BY, items.first.title, width=320)
    elif groupings:
        (title,) = groupings
    found_out = details(base, new, pair, title)
    if found_out is None:
        return None
    report, variant = found_out.groups, None
    if report:
        (variant,) = report.variants
        st.subheader(report.groups.capitalize(), anchor=False)
        groups.draw_groups(report, variant, "pair")
    groups.draw_items(new.record, found_out.flips, variant, groupings.get(title), _GROUP)
    return found_out


def operator_times_of(pair: PointComparison, base: ComparedSide, new: ComparedSide) -> None:
    """Draw where the time of both goes, if *Why so fast* has found that out for both; nothing is run."""
    if pair.scored != (pair.base, pair.new):  # on a device
        return
    before, now = (
        why.kept_profile(loaded(key_of(side.record))[0], point)
        for side, point in zip((base, new), pair.scored, strict=True)
    )
    with st.expander("Time by operator"):
        if before is None or now is None:
            st.caption("Not known for both. In Explore, the tab **Why so fast** measures it in about a minute each.")
            return
        bars = [("Before", before), ("After", now)]
        figure = operator_times(bars, why_text.ROLES, why_text.REST, layout.look())
        chart(figure, "operators-pair", "Time by operator of both. The table has the same figures.")
        rows_table(why_text.OPERATORS, why_text.operator_rows(now, before), "Time by operator")
