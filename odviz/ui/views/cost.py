"""Cost: answers from a cloud service or from devices, what costs less, and from when on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import streamlit as st

from odviz.analysis.candidates import Candidate
from odviz.analysis.cost import compare_costs
from odviz.charts.cost import cost_paths, tornado
from odviz.domain.cost import FACTORS, Cheaper, CostAssumption, CostFactor, CostReport, read_assumption
from odviz.domain.errors import InputError
from odviz.domain.text import shortened
from odviz.library.cost_presets import GENERAL, load_preset, preset_names
from odviz.report import cost_text
from odviz.report.markdown import plain
from odviz.report.view import BenchmarkView
from odviz.services import cost, naming
from odviz.ui import data
from odviz.ui.parts import benchmark_choice, device_choice, layout
from odviz.ui.parts.chart import chart
from odviz.ui.parts.choice import choose
from odviz.ui.parts.data_table import rows_table
from odviz.ui.url_state import UrlField, number, one_of, restore, save

PAGE = "cost"

_VARIANT, _PRESET, _YEARS = "variant", "preset", "years"
_GROUPS: Mapping[str, tuple[CostFactor, ...]] = {
    "Cloud": (CostFactor.REQUESTS, CostFactor.CALL_PRICE, CostFactor.TRAFFIC, CostFactor.TRAFFIC_PRICE),
    "Device": (
        CostFactor.DEVICES,
        CostFactor.DEVICE_PRICE,
        CostFactor.DEVICE_LIFE,
        CostFactor.LATENCY,
        CostFactor.ENERGY,
        CostFactor.POWER,
        CostFactor.ELECTRICITY,
    ),
    "Work": (
        CostFactor.TRAINING,
        CostFactor.UPKEEP,
        CostFactor.COMPLIANCE,
        CostFactor.EVIDENCE,
        CostFactor.HOUR,
    ),
}
_SIGNS = {
    Cheaper.DEVICE: ":material/developer_board:",
    Cheaper.CLOUD: ":material/cloud:",
    Cheaper.OPEN: ":material/help:",
}


def render() -> None:
    """Draw the page."""
    layout.page(PAGE, "Cost", "Answers from a cloud service or from the device: what costs less, and from when on.")
    with layout.error_boundary():
        _page()


def _page() -> None:
    fields = (
        *benchmark_choice.url_fields()[:2],
        *device_choice.url_fields(device_choice.DEVICE),
        UrlField(_VARIANT, str, str, depends_on=benchmark_choice.TASK),
        UrlField(_PRESET, one_of("preset", preset_names()), lambda name: "" if name == GENERAL else str(name)),
        UrlField(_YEARS, number(0.5, cost.MOST_YEARS), lambda years: "" if years == cost.YEARS else f"{years:g}"),
        *map(_url_field, CostFactor),
    )
    layout.warn(restore(PAGE, fields))
    messages = st.container()
    with layout.choices():
        task = benchmark_choice.choose_task()
        record = benchmark_choice.choose_benchmark(benchmark_choice.that_ran(task), messages)
        way = device_choice.choose_way(device_choice.DEVICE, "Device")
    if record is None:
        st.info("Nothing of this task was measured yet.", icon=":material/payments:")
        st.page_link("pages/new_benchmark.py", label="Measure something", icon=":material/play_arrow:")
        save(PAGE, fields)
        return
    view = data.view(record.id, way.device, way.target)
    with layout.choices():
        candidate = _choose_variant(view)
        names = {name: load_preset(name).title for name in preset_names()}
        preset = load_preset(choose("Assumptions to start from", names, _PRESET, GENERAL))
        years = _choose_years()
    answer = st.container()
    st.subheader("Assumptions", anchor=False)
    st.caption(
        f"{plain(preset.note)} Write a number, or the lowest, usual and highest value as 500:1000:2000. "
        "An empty field keeps what it shows. Prices are in US dollars, or all in another currency."
    )
    usual = cost.cost_case(view.data, candidate, preset.name, {}, years)
    own = _form(usual.assumptions)
    save(PAGE, fields)
    report = compare_costs(cost.cost_case(view.data, candidate, preset.name, own, years))
    with answer:
        _answer(report, candidate)
    _sources(report)


def _url_field(factor: CostFactor) -> UrlField:
    def parse(text: str) -> str:
        read_assumption(factor, text)
        return text

    def write(text: str) -> str:
        with suppress(InputError):
            return parse(text)
        return ""

    return UrlField(factor.value, parse, write)


def _choose_variant(view: BenchmarkView) -> Candidate:
    """Draw the choice of a variant with a known time, by default the recommended one.

    Raises:
        InputError: no time is known.
    """
    default = cost.choose_candidate(view.analysis)
    by_label = {one.host_point.label: one for one in cost.timed(view.analysis)}
    titles = {label: naming.point(one.result.point) for label, one in by_label.items()}
    linked = st.session_state.get(_VARIANT)
    if linked and linked not in titles:
        layout.warn([plain(f"{shortened(linked)} is no variant here with a known time; another one is shown.")])
    return by_label[choose("Variant", titles, _VARIANT, default.host_point.label)]


def _choose_years() -> float:
    st.session_state.setdefault(_YEARS, cost.YEARS)
    return float(st.number_input("Years looked at", 0.5, cost.MOST_YEARS, step=0.5, key=_YEARS, format="%g"))


def _form(usual: Mapping[CostFactor, CostAssumption]) -> dict[CostFactor, CostAssumption]:
    """Draw a field for every factor; those that are typed."""
    own = {}
    columns = st.columns(len(_GROUPS))
    for column, (title, factors) in zip(columns, _GROUPS.items(), strict=True):
        with column, st.container(border=True):
            st.markdown(f"**{title}**")
            for factor in factors:
                info = FACTORS[factor]
                label = info.title if factor is CostFactor.DEVICES else f"{info.title} ({_words(info.unit)})"
                text = st.text_input(
                    label, key=factor.value, placeholder=cost_text.span(usual[factor]), help=info.help, max_chars=60
                )
                with layout.error_boundary(InputError):
                    if text.strip():
                        own[factor] = read_assumption(factor, text)
    return own


def _answer(report: CostReport, candidate: Candidate) -> None:
    st.subheader(f"{_SIGNS[report.cheaper]} {_words(cost_text.headline(report))}", anchor=False)
    st.markdown(f"{plain(naming.point(candidate.result.point))}. {_words(cost_text.verdict(report))}")
    st.markdown(_words(cost_text.decider(report)))
    columns = st.columns(2)
    with columns[0]:
        st.markdown("**Cost so far**, with the range of 95 % of cases")
        chart(cost_paths(report, layout.look()), "cost-paths", "What cloud and device have cost by each time")
    with columns[1]:
        st.markdown("**What moves the result**: one assumption at a time; left of 0 the cloud is cheaper")
        chart(tornado(report.swings, layout.look()), "cost-tornado", "What the device saves by assumption")
    rows_table(cost_text.MONEY, cost_text.money_rows(report), "Costs of cloud and device")
    with st.expander("What turns the decision"):
        rows_table(cost_text.SWINGS, cost_text.swing_rows(report.swings), "What the device saves by assumption")


def _sources(report: CostReport) -> None:
    st.markdown(_words(cost_text.evidence(report.case)))
    with st.expander("Where each figure comes from"):
        rows_table(cost_text.FIGURE, cost_text.assumption_rows(report.case), "Every assumption with its source")
        st.caption(_words(cost_text.METHOD))


def _words(text: str) -> str:
    """A text of odviz in Markdown, in which two prices would be a formula."""
    return text.replace("$", r"\$")
