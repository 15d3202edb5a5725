"""Compare: two benchmarks, variants, models, runtimes or devices, figure by figure."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from odviz.analysis.gate import Compared, spent_s
from odviz.analysis.pair_details import PairDetails
from odviz.analysis.unlike import RECOMMENDED
from odviz.domain.comparison import BenchmarkComparison, PointComparison
from odviz.domain.errors import UnknownName
from odviz.domain.release import Release
from odviz.domain.result import State
from odviz.domain.target import HOST
from odviz.report import comparison_text
from odviz.report.commands import report_command
from odviz.report.comparison_report import comparison_report, gate_report
from odviz.report.markdown import plain
from odviz.services import naming
from odviz.services.release_log import registry
from odviz.store import BenchmarkRecord
from odviz.ui import comparison_data, data
from odviz.ui.comparison_data import ComparedSide
from odviz.ui.parts import benchmark_choice, device_choice, evidence, gate, layout, pair_items, report
from odviz.ui.parts.choice import choose, warn_unknown
from odviz.ui.parts.data_table import rows_table
from odviz.ui.url_state import UrlField, restore, save

PAGE = "compare"
_SIDES = {"base": "Before", "new": "After"}
_ALL = "all variants"


def render() -> None:
    """Draw the page."""
    layout.page(PAGE, "Compare", "What is better, what is worse, and how sure that is.")
    with layout.error_boundary():
        _page()


def _page() -> None:
    fields = (*benchmark_choice.url_fields()[:1], *(field for side in _SIDES for field in _url_fields(side)))
    fields = (*fields, *pair_items.URL_FIELDS, *gate.url_fields())
    layout.warn(restore(PAGE, fields))
    with layout.choices():
        task = benchmark_choice.choose_task()
    records = benchmark_choice.that_ran(task)
    if not records:
        st.info("Nothing of this task was measured yet.", icon=":material/compare_arrows:")
        st.page_link("pages/new_benchmark.py", label="Measure something", icon=":material/play_arrow:")
        save(PAGE, fields)
        return
    with st.container(border=True):
        columns = st.columns(len(_SIDES))
        releases = registry(data.store()).releases
        sides = [_choose(side, column, records, releases) for side, column in zip(_SIDES, columns, strict=True)]
    if sides[0] == sides[1]:
        save(PAGE, fields)
        st.info("Choose something else on one side: another benchmark, variant or device.", icon=":material/info:")
        return
    with layout.error_boundary():
        comparison = comparison_data.comparison(*sides)
        details = _comparison(comparison, *sides)
        measured, typed = comparison_data.measured(*sides), [side.typed for side in sides]
        by = ("--by", details.groups.groups) if details and details.groups else ()
        command = report_command("compare", *typed, *by)
        name = "-".join(["odviz", *dict.fromkeys(side.record.id for side in sides)])
        report.buttons(lambda: comparison_report(comparison, details, measured, command), name, "comparison")
        result = gate.gate(comparison, _compared_on(*sides), spent_s(*(side.record for side in sides)))
        if result:
            command = report_command("gate", gate.policy_file(), *typed)
            report.buttons(lambda: gate_report(result, measured, command), f"{name}-gate", "gate", "Verdict")
            if all(side.record.state.ended for side in sides):
                evidence.download(lambda: comparison_data.evidence_subject(sides, result.policy), name)
    save(PAGE, fields)


def _compared_on(base: ComparedSide, new: ComparedSide) -> Compared:
    def compared(device: str, target: str) -> BenchmarkComparison:
        sides = (side._replace(device=device, target=target) if device else side for side in (base, new))
        return comparison_data.comparison(*sides)

    return compared


def _url_fields(side: str) -> tuple[UrlField, ...]:
    return (
        UrlField(side, _identify, str, depends_on="task"),
        UrlField(f"{side}-variant", str, lambda label: "" if label == _ALL else str(label), depends_on="task"),
        *device_choice.url_fields(f"{side}-device"),
    )


def _identify(text: str) -> str:
    """The id of a benchmark or release."""
    try:
        return data.store().identify(text)
    except UnknownName:
        if "/" not in text:
            raise
        return registry(data.store()).find(text).id


def _choose(
    side: str,
    column: st.delta_generator.DeltaGenerator,
    records: Sequence[BenchmarkRecord],
    released: Sequence[Release],
) -> ComparedSide:
    """Draw the choices of one side."""
    by_id = {record.id: record for record in records}
    releases = {one.id: one for one in released if one.benchmark in by_id}
    with column:
        st.markdown(f"**{_SIDES[side]}**")
        titles = {key: benchmark_choice.title(record) for key, record in by_id.items()}
        titles |= {one.id: f"release {one.model} v{one.number}" for one in releases.values()}
        warn_unknown(side, titles, "it is of another task, or too old to be listed")
        chosen = choose("Benchmark or release", titles, side, _default(side, records))
        if chosen in releases:
            return _released(releases[chosen], by_id[releases[chosen].benchmark], side)
        record = by_id[chosen]
        variants = _variants(record)
        warn_unknown(f"{side}-variant", variants, "the benchmark has no variant of that name")
        label = choose("Variant", variants, f"{side}-variant", _ALL)
        return _on_device(record, "" if label == _ALL else label, side)


def _released(release: Release, record: BenchmarkRecord, side: str) -> ComparedSide:
    """The variant that a release pins, measured by its benchmark."""
    st.caption(plain(f"{naming.point(release.point)}, released {release.when.astimezone():%d %B %Y}"))
    return _on_device(record, release.point.label, side)


def _on_device(record: BenchmarkRecord, text: str, side: str) -> ComparedSide:
    device = device_choice.choose_way(f"{side}-device", "Device")
    return ComparedSide(record, text, "" if device.device == HOST else device.device, device.target)


def _default(side: str, records: Sequence[BenchmarkRecord]) -> str:
    """The newest complete benchmark, compared with the baseline, else with the one before it."""
    complete = [record for record in records if record.state is State.DONE] or list(records)
    newest, *older = complete
    if side == "new":
        return newest.id
    return next((record.id for record in records if record.baseline), (older or [newest])[0].id)


def _variants(record: BenchmarkRecord) -> dict[str, str]:
    """What can be chosen of a benchmark: all variants, the recommended one, those of one model, or one."""
    points = data.store().points(record.id)
    models = dict.fromkeys(point.variant.model for point in points)
    several = models if len(models) > 1 else {}
    return {
        _ALL: _ALL,
        RECOMMENDED: "the recommended one",
        **{f"{model} ": f"all of {naming.model(record.plan.task, model)}" for model in several},
        **{point.label: point.label for point in points},
    }


def _comparison(comparison: BenchmarkComparison, base: ComparedSide, new: ComparedSide) -> PairDetails | None:
    """Draw a comparison; the details of its only pair, or None."""
    details = None
    for unlike in comparison.unlike:
        st.warning(plain(comparison_text.unfair(unlike)), icon=":material/balance:")
    st.subheader(plain(comparison_text.headline(comparison, naming.point)), anchor=False)
    if len(comparison.pairs) == 1:
        details = _pair(comparison.pairs[0], base, new)
    else:
        headings, rows = comparison_text.pair_rows(comparison, naming.point)
        rows_table(headings, rows, "The change of every figure of each variant")
        st.caption("Choose a variant on both sides to see both figures, the items that changed, and how files differ.")
    for title, points in (("before", comparison.only_base), ("after", comparison.only_new)):
        if points:
            st.caption(f"Only {title}: {plain(', '.join(map(naming.point, points)))}.")
    return details


def _pair(pair: PointComparison, base: ComparedSide, new: ComparedSide) -> PairDetails | None:
    rows_table(
        comparison_text.CHANGES, comparison_text.change_rows(pair), "Each figure before and after, with its change"
    )
    if sentence := comparison_text.otherwise(pair):
        st.markdown(sentence)
    details = pair_items.pair_items(pair, base, new)
    if rows := comparison_text.fact_rows(pair):
        with st.expander("Facts of the files that differ"):
            rows_table(comparison_text.FACTS, rows, "What the files, and how they are run, differ in")
    pair_items.operator_times_of(pair, base, new)
    if rows := comparison_text.operator_rows(pair):
        with st.expander("Operators of the files that differ"):
            rows_table(comparison_text.OPERATORS, rows, "How many of each operator the files have")
    return details
