"""Releasing a variant from the page Explore; who does something to releases, and what was done last."""

from __future__ import annotations

import streamlit as st

from odviz.analysis.candidates import Candidate
from odviz.domain.audit import AuditEntry
from odviz.domain.result import State
from odviz.library.policy_toml import load_policy
from odviz.objectives import OBJECTIVES
from odviz.report import release_text
from odviz.report.markdown import plain
from odviz.report.view import AnalysisView
from odviz.services import releases
from odviz.services.release_log import LONGEST_NAME, LONGEST_REASON, login_name
from odviz.ui import data
from odviz.ui.parts.layout import error_boundary

_DONE = "_release_done"
_POLICY = "no-worse"


def release_form(view: AnalysisView, candidate: Candidate, key: str) -> None:
    """Draw a form that releases a variant; nothing for a benchmark that is not complete, or another machine's.

    Args:
        view: the analysis that the variant belongs to.
        candidate: the variant.
        key: of the form.
    """
    record = view.benchmark_view.data.record
    if record.state is not State.DONE or record.imported:
        return
    with st.popover("Release", icon=":material/rocket_launch:", key=f"release-{key}"):
        st.markdown("Keeps file, figures and predictions as the next release of this model. It is in use nowhere yet.")
        with st.form(f"release-form-{key}", border=False):
            why, who = reason("Why?", f"release-{key}"), name(f"release-{key}")
            pressed = st.form_submit_button("Release this variant", type="primary")
        if pressed:
            with error_boundary():
                policy = load_policy(_POLICY, OBJECTIVES.names())
                point = candidate.host_point
                entry, release = releases.add(data.store(), record.id, point.label, why, who, policy)
                st.success(
                    plain(f"It is {release.id}. {release_text.head_line(entry.sha256)}"), icon=":material/check:"
                )
                st.page_link(
                    "pages/releases.py",
                    label="Promote it",
                    icon=":material/arrow_forward:",
                    query_params={"release": release.id},
                )


def reason(label: str, key: str) -> str:
    """Draw the input of a reason."""
    return st.text_area(label, key=f"why-{key}", max_chars=LONGEST_REASON, height=68)


def name(key: str) -> str:
    """Draw the input of who does something."""
    return st.text_input("Who are you?", login_name(), key=f"who-{key}", max_chars=LONGEST_NAME)


def done(sentence: str, entry: AuditEntry) -> None:
    """Draw the page anew, with what was done above it."""
    st.session_state[_DONE] = f"{sentence} {release_text.head_line(entry.sha256)}"
    st.rerun()


def tell_done() -> None:
    """Draw what was done last, once."""
    if sentence := st.session_state.pop(_DONE, ""):
        st.success(plain(sentence), icon=":material/check:")
