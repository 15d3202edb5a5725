"""May the new version ship? A policy, the verdict on it, and the chances of each verdict."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from odviz.analysis.gate import Compared, decide, harm, power_curve
from odviz.charts.power import power_chart
from odviz.domain.comparison import BenchmarkComparison
from odviz.domain.gate import Clause, ClauseDecision, GateResult, GateVerdict, Policy
from odviz.domain.objective import Objective
from odviz.library.policy_toml import load_policy, policy_names, policy_text
from odviz.objectives import OBJECTIVES, objectives
from odviz.report import gate_text
from odviz.report.markdown import plain
from odviz.services import naming
from odviz.ui.parts import layout
from odviz.ui.parts.chart import chart
from odviz.ui.parts.choice import choose
from odviz.ui.parts.data_table import data_table
from odviz.ui.parts.download import download_button
from odviz.ui.url_state import UrlField, number, one_of

_POLICY, _MARGIN, _CURVE = "policy", "margin-", "gate-curve"
_FILE = "policy.toml"
_DEFAULT, _OWN = "no-worse", "own"
_MOST = 100.0
_FIRST = {"accuracy": 2.0, "latency": 10.0, "memory": 10.0}
"""Margins of an own policy to begin with, in points or percent."""

_STEPS = 257
_WIDTH_PX = 170
_BADGES = {
    GateVerdict.PASS: ("green", ":material/check_circle:"),
    GateVerdict.FAIL: ("red", ":material/cancel:"),
    GateVerdict.INCONCLUSIVE: ("orange", ":material/help:"),
}


def url_fields() -> tuple[UrlField, ...]:
    """URL parameters: the policy, and the margins of an own one."""
    return (
        UrlField(
            _POLICY, one_of("policy", (*policy_names(), _OWN)), lambda name: "" if name == _DEFAULT else str(name)
        ),
        *(UrlField(_MARGIN + one.name, number(0, _MOST), lambda value: f"{value:.12g}") for one in objectives()),
    )


def policy_file() -> str:
    """The policy that is chosen, as the terminal takes it: by name, or the file that can be downloaded."""
    name = st.session_state[_POLICY]
    return _FILE if name == _OWN else str(name)


def gate(comparison: BenchmarkComparison, compared: Compared, spent_s: float | None) -> GateResult | None:
    """Draw the choice of a policy and its verdict, and return it; None without a clause.

    Args:
        comparison: what the page shows.
        compared: the comparison on a device and a target.
        spent_s: seconds that measuring took; None if they are not known.
    """
    st.subheader("May it ship?", anchor=False)
    known = {one.objective.name: one.objective for pair in comparison.pairs for one in pair.changes}
    policy = choose_policy(list(known.values()))
    if policy is None:
        return None
    result = decide(policy, compared, spent_s)
    draw_verdict(result)
    download_button(
        "Policy as TOML",
        policy_text(policy),
        _FILE,
        icon=":material/download:",
        help="For `odviz gate policy.toml BEFORE AFTER`, which exits with 0, 1 or 6.",
    )
    return result


def choose_policy(known: Sequence[Objective]) -> Policy | None:
    """Draw the choice of a policy, and margins for one of the visitor's own.

    Args:
        known: objectives that can have a margin.

    Returns:
        The policy; None while an own one has no margins.
    """
    titles = {name: plain(load_policy(name, OBJECTIVES.names()).title) for name in policy_names()}
    name = choose("Policy", titles | {_OWN: "Own margins"}, _POLICY, _DEFAULT, on_change=_begin)
    policy = _own(known) if name == _OWN else load_policy(name, OBJECTIVES.names())
    if policy.clauses:
        return policy
    st.info("Set a margin: how much worse may a figure become?", icon=":material/tune:")
    return None


def _begin() -> None:
    """Begin an own policy with some margins, if none is set."""
    keys = [_MARGIN + one.name for one in objectives()]
    if st.session_state[_POLICY] == _OWN and not any(st.session_state.get(key) is not None for key in keys):
        st.session_state.update({_MARGIN + name: margin for name, margin in _FIRST.items()})


def _own(known: Sequence[Objective]) -> Policy:
    """Draw an input for each objective that is known of both."""
    clauses = []
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for objective in known:
            in_points = objective.is_share and not objective.log
            margin = st.number_input(
                f"{objective.title} ({'points' if in_points else '%'})",
                min_value=0.0,
                max_value=_MOST,
                value=None,
                key=_MARGIN + objective.name,
                placeholder="any",
                format="%g",
                width=_WIDTH_PX,
                help="How much worse it may become; empty if it does not matter.",
            )
            if margin is not None:
                clauses.append(Clause(objective.name, round(margin / 100, 12), is_relative=not in_points))
    return Policy("Own margins", tuple(clauses))


def draw_verdict(result: GateResult) -> None:
    """Draw the verdict with each clause, what would settle it, and the chances of other verdicts."""
    colour, icon = _BADGES[result.verdict]
    st.markdown(f":{colour}-badge[{icon} {result.verdict.value.upper()}] {plain(gate_text.counts(result))}")
    cells = zip(*gate_text.decision_rows(result, naming.point), strict=True)
    columns = {heading: list(column) for heading, column in zip(gate_text.HEADINGS, cells, strict=True)}
    data_table(columns, "Each clause of the policy with the change, what is allowed and the verdict")
    sentences = dict.fromkeys(filter(None, map(gate_text.settling, result.decisions)))
    if sentences:
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))
    _power(result)


def _power(result: GateResult) -> None:
    drawn = [one for one in result.decisions if one.power]
    if not drawn:
        return
    rows = [gate_text.decision_title(one, naming.point) for one in drawn]
    first = next((place for place, one in enumerate(drawn) if one.verdict is result.verdict), 0)
    titles = {str(place): row for place, row in enumerate(rows)}
    place = int(choose("Chances of the verdict", titles, _CURVE, str(first))) if len(drawn) > 1 else 0
    _curve(drawn[place], rows[place])


def _curve(one: ClauseDecision, title: str) -> None:
    question = harm(one.change, one.clause, one.widening) if one.change else None
    if one.change is None or one.worst is None or question is None:
        return
    points = power_curve(one.change, question, question.margin * np.linspace(-1, 3, _STEPS))
    change = one.change.change
    figure = power_chart(points, one.worst, change.centre, one.change.is_ratio, change.unit, layout.look())
    chart(figure, _CURVE + "-chart", f"Chance of each verdict against the true change: {title}")
    st.caption("How often each verdict would come if the true change were another, with intervals as wide as these.")
