"""Which classes or groups a variant hurts: one sentence, a picture, a table, and the items whose prediction changed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from odviz.analysis.flips import flips
from odviz.charts.group_changes import MOST_GROUPS, group_changes
from odviz.charts.reliability import reliability_diagram
from odviz.domain.flips import Flips
from odviz.domain.harm import Effect, HarmReport, VariantHarm
from odviz.metrics import METRICS
from odviz.objectives.groups import ItemGroups
from odviz.report import calibration_text, harm_text
from odviz.report.markdown import plain
from odviz.report.view import AnalysisView
from odviz.services import naming
from odviz.store import BenchmarkRecord
from odviz.ui import group_data
from odviz.ui.parts import item_gallery, layout
from odviz.ui.parts.chart import chart
from odviz.ui.parts.choice import choose, warn_unknown
from odviz.ui.parts.data_table import rows_table
from odviz.ui.url_state import UrlField

_BY, _VARIANT = "by", "variant"
"""Widget keys and URL parameters: title of the grouping, and position in the plan of the variant."""

_NOTHING = "this benchmark has nothing of that name"

URL_FIELDS = (UrlField(_BY, str, str), UrlField(_VARIANT, str, str))

_ALL = "all"


def groups(view: AnalysisView, selected: tuple[int, ...]) -> None:
    """Draw the tab.

    Args:
        view: the analysis; what is shown depends on its benchmark alone.
        selected: positions in the plan of the selected variants; the first is shown until another is chosen.
    """
    benchmark = view.benchmark_view.data
    groupings = {grouping.title: grouping for grouping in benchmark.items.ways}
    if not groupings:
        st.info("The test items of this benchmark have no classes and no groups, or are others by now.")
        return
    places = st.columns([2, 1])
    with places[1]:
        warn_unknown(_key(view, _BY), groupings, _NOTHING)
        title = choose(
            "Look at",
            {name: name for name in groupings},
            _key(view, _BY),
            benchmark.items.first.title,
        )
    report = group_data.harm_of(view.record, groupings[title])
    if not report.variants:
        st.info("No compressed variant was predicted beside its uncompressed network, so nothing can be compared.")
        return
    positions = {str(benchmark.points.index(variant.point)): variant for variant in report.variants}
    with places[0]:
        warn_unknown(_key(view, _VARIANT), positions, _NOTHING)
        titles = {position: naming.point(variant.point) for position, variant in positions.items()}
        position = choose("Variant", titles, _key(view, _VARIANT), _default_variant(view, selected, positions))
    _variant(view, report, positions[position], groupings[title])
    with st.expander(f"All {len(report.variants)} variants"):
        headings, rows = harm_text.variant_rows(report.variants, naming.point)
        rows_table(headings, rows, "The worst group of each variant")


def _key(view: AnalysisView, name: str) -> str:
    """Key of a choice: that of the first device is an URL parameter."""
    return name if view.slot == "a" else f"{name}-{view.slot}"


def _default_variant(view: AnalysisView, selected: tuple[int, ...], positions: dict[str, VariantHarm]) -> str:
    """A selected variant, else the recommended one, else the one that hurts most groups."""
    wanted = [str(index) for index in selected]
    if view.recommendation:
        wanted.append(str(view.benchmark_view.data.points.index(view.recommendation.candidate.host_point)))
    worst = max(positions, key=lambda position: len(positions[position].of(Effect.HURT)))
    return next((position for position in wanted if position in positions), worst)


def _variant(view: AnalysisView, report: HarmReport, variant: VariantHarm, grouping: ItemGroups) -> None:
    draw_groups(report, variant, view.slot)
    changed = flips(view.benchmark_view.data, variant.point, naming.classes(view.record.plan.task))
    draw_items(view.record, changed, variant, grouping, _key(view, "items-of"))
    _confidence(view, variant)


def draw_groups(report: HarmReport, variant: VariantHarm, key: str) -> None:
    """Draw the change of each group: a sentence, a picture and a table.

    Args:
        report: that has the variant.
        variant: which.
        key: distinguishes the picture from others.
    """
    sentence = plain(harm_text.headline(report, variant))
    if variant.of(Effect.HURT):
        st.warning(sentence, icon=":material/trending_down:")
    else:
        st.markdown(f":material/check: {sentence}")
    if variant.compared:
        st.markdown(plain(harm_text.worst_group(report, variant)))
        unit = METRICS[report.metric].unit
        figure = group_changes(variant.compared, harm_text.axis_title(report), unit, layout.look())
        chart(figure, f"group-changes-{key}", f"{sentence} The table has the same figures.")
        if len(variant.compared) > MOST_GROUPS:
            st.caption(f"{MOST_GROUPS} of {len(variant.compared)} are drawn: those that lose most.")
    headings, rows = harm_text.group_rows(report, variant)
    rows_table(headings, rows, f"Each of the {report.groups}, before and after compression")
    st.caption(plain(" ".join(harm_text.notes(report))))


def _confidence(view: AnalysisView, variant: VariantHarm) -> None:
    """Whether its confidence can be trusted: a sentence, a reliability diagram, and the figures."""
    report = group_data.calibration_of(view.record, variant.point)
    if report is None:
        return
    st.subheader("Can its confidence be trusted?", anchor=False)
    sentence = calibration_text.headline(report)
    st.markdown(plain(sentence))
    figure = reliability_diagram(report, layout.look())
    chart(figure, f"reliability-{view.slot}", f"Share of right predictions by confidence. {sentence}")
    rows_table(*calibration_text.rows(report), "Calibration before and after compression")
    st.caption(calibration_text.NOTE)


def draw_items(
    record: BenchmarkRecord,
    changed: Sequence[Flips],
    variant: VariantHarm | None,
    grouping: ItemGroups | None,
    key: str,
) -> None:
    """Draw the items whose prediction changed, of all groups or of one.

    Args:
        record: the benchmark, whose task has the items.
        changed: the items.
        variant: whose groups can be chosen from; None for none.
        grouping: of the items; likewise.
        key: of the choice of a group.
    """
    if not changed:
        st.caption("The outputs were too large to keep, so the items that changed are not known.")
        return
    st.subheader("Items whose prediction changed", anchor=False)
    members = None
    if variant and grouping:
        names = {_ALL: f"all {grouping.title}", **{group.name: group.name for group in variant.groups}}
        group = choose("Items of", names, key, _ALL, width=320)
        members = None if group == _ALL else set(grouping.members[grouping.names.index(group)].tolist())
    for one in changed:
        items = tuple(flip for flip in one.items if members is None or flip.item in members)
        item_gallery.item_gallery(record, Flips(one.kind, items), f"{one.kind}-{key}")
