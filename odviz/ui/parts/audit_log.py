"""The audit log of releases, and the check of every byte that is kept."""

from __future__ import annotations

import streamlit as st

from odviz.analysis.releases import ReleaseRegistry
from odviz.report import release_text
from odviz.report.markdown import plain
from odviz.services.release_log import verify
from odviz.ui import data
from odviz.ui.parts.data_table import rows_table
from odviz.ui.parts.layout import error_boundary

_HEAD = "noted-head"


def log(present: ReleaseRegistry) -> None:
    """Draw the log with its hash, and the form that checks everything."""
    st.header("Audit log", anchor=False)
    rows_table(release_text.LOG, release_text.log_rows(present), "Every change of releases and channels, newest first")
    if present.fault is None:
        st.markdown(":material/verified: Every entry has its hash, and follows the one before.")
    st.caption(release_text.head_line(present.head))
    with st.form("check-log", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        head = st.text_input("Hash that you noted", key=_HEAD, placeholder="none", max_chars=64)
        pressed = st.form_submit_button("Check everything", icon=":material/fact_check:")
    if pressed:
        with error_boundary():
            check = verify(data.store(), head.strip())
            show = st.success if check.ok else st.error
            show("  \n".join(plain(line) for line in release_text.check_lines(check)))
