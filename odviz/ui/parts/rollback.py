"""The channels: what is in use in each, and the button that puts an earlier release back."""

from __future__ import annotations

import streamlit as st

from odviz.analysis.releases import ReleaseRegistry
from odviz.domain.release import Channel, Release
from odviz.library.rights import may_change
from odviz.report import release_text
from odviz.report.markdown import plain
from odviz.services import naming
from odviz.services.rollback import roll_back
from odviz.ui import data
from odviz.ui.parts.layout import error_boundary
from odviz.ui.parts.release_form import done, name, reason


def channels(present: ReleaseRegistry) -> None:
    """Draw what is in use in each channel of each task."""
    tasks = sorted({task for task, _ in present.history})
    for task in tasks:
        st.header(plain(naming.task(task)), anchor=False)
        for channel, column in zip(Channel, st.columns(len(Channel)), strict=True):
            with column, st.container(border=True):
                _channel(present, task, channel)


def _channel(present: ReleaseRegistry, task: str, channel: Channel) -> None:
    st.markdown(f"**{channel.value.capitalize()}**")
    release = present.in_use(task, channel)
    if release is None:
        st.caption("Nothing is in use.")
        return
    st.markdown(f"{plain(release.id)}  \n{plain(naming.point(release.point))}")
    st.caption(f"sha256 {release.artifact.sha256[:12]}…, {release.artifact.size_bytes:,} B")
    if earlier := present.earlier(task, channel):
        if may_change():
            _roll_back(task, channel, release, earlier)
    else:
        st.caption("Nothing was there before it.")


def _roll_back(task: str, channel: Channel, present: Release, earlier: tuple[Release, ...]) -> None:
    key = f"rollback-{task}-{channel}"
    with st.popover("Roll back", icon=":material/undo:", key=key):
        st.markdown(
            "Puts an earlier release back. Its kept file is compared with its sha256, and run on the test items: are "
            "the predictions what they were?"
        )
        with st.form(f"{key}-form", border=False):
            ids = list(dict.fromkeys(one.id for one in reversed(earlier)))
            to = st.selectbox("Back to", ids, key=f"{key}-to")
            why, who = reason("Why?", key), name(key)
            pressed = st.form_submit_button(f"Take {plain(present.id)} back", type="primary", icon=":material/undo:")
        if not pressed:
            return
        with error_boundary(), st.spinner("Running the kept file on the test items …"):
            outcome = roll_back(data.store(), channel, why, who, task=task, to=to)
            proof = release_text.proof_text(outcome.rollback.proof)
            done(f"{outcome.release.id} is in {channel} again: {proof}.", outcome.entry)
