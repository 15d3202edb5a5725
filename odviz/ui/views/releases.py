"""Releases: what is in use, what may be, the way back, and the log of all that."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from odviz.analysis.releases import ReleaseRegistry
from odviz.domain.release import Channel, Release
from odviz.library.rights import may_change
from odviz.report import release_text
from odviz.report.markdown import plain
from odviz.report.release_report import release_report
from odviz.services import naming
from odviz.services.evidence_subject import subject_of_release
from odviz.services.release_log import registry, released_file, verify
from odviz.services.rollback import roll_back
from odviz.ui import data
from odviz.ui.parts import evidence, gate, layout, promotion, report
from odviz.ui.parts.choice import warn_unknown
from odviz.ui.parts.data_table import data_table, rows_table
from odviz.ui.parts.download import download_button
from odviz.ui.parts.layout import error_boundary
from odviz.ui.parts.release_form import done, name, reason, tell_done
from odviz.ui.url_state import UrlField, restore, save

PAGE = "releases"
_CHOSEN, _HEAD = "release", "noted-head"


def render() -> None:
    """Draw the page."""
    layout.page(PAGE, "Releases", "What is in use, why, and the way back.")
    with layout.error_boundary():
        _page()


def _page() -> None:
    fields = (UrlField(_CHOSEN, str, str), *gate.url_fields(), *promotion.url_fields())
    layout.warn(restore(PAGE, fields))
    tell_done()
    present = registry(data.store())
    if present.fault:
        sentence = f"{release_text.fault_text(present.fault)} Below is what was recorded before that."
        st.error(plain(sentence), icon=":material/gpp_bad:")
    if not present.entries:
        st.info(
            "Nothing is released yet. Explore has “Release” beside the model file.", icon=":material/rocket_launch:"
        )
        st.page_link("pages/explore.py", label="Choose a variant", icon=":material/explore:")
        save(PAGE, fields)
        return
    _channels(present)
    if present.releases:
        _releases(present)
    _log(present)
    save(PAGE, fields)


def _releases(present: ReleaseRegistry) -> None:
    st.header("Releases", anchor=False)
    ids = [one.id for one in reversed(present.releases)]
    warn_unknown(_CHOSEN, ids, "there is no such release")
    if st.session_state.get(_CHOSEN) not in ids:
        st.session_state[_CHOSEN] = ids[0]
    chosen = ids.index(st.session_state[_CHOSEN])
    cells = zip(*release_text.release_rows(present, naming.point), strict=True)
    columns = {heading: list(column) for heading, column in zip(release_text.RELEASES, cells, strict=True)}
    data_table(columns, "Releases, newest first", "releases", lambda rows: _choose(ids, rows), [chosen])
    release = present.releases[-1 - chosen]
    with st.container(border=True):
        _release(release)
        report.buttons(lambda: release_report(present, release), release.id.replace("/", "-"), "release-report")
        if may_change():
            promotion.promotion(present, release)


def _choose(ids: Sequence[str], rows: Sequence[int]) -> None:
    st.session_state[_CHOSEN] = ids[rows[0]] if rows and rows[0] < len(ids) else None


def _release(release: Release) -> None:
    st.subheader(plain(release.id), anchor=False)
    st.markdown(f"{plain(naming.point(release.point))}. {plain(release.why)} ({plain(release.who)}, "
                f"{release_text.moment(release.when)})")  # fmt: skip
    rows_table(release_text.FIGURES, release_text.figure_rows(release), "Figures of the release as they stood")
    with st.expander("What else it pins"):
        st.markdown("  \n".join(f"{name}: {plain(cell)}" for name, cell in release_text.facts(release) if cell))
        if release.verdict:
            gate.draw_verdict(release.verdict.result)
    if may_change():
        with st.container(horizontal=True):
            download_button(
                "Model file",
                lambda: released_file(data.store(), release)[1],
                release.files[0].name if len(release.files) == 1 else f"{release.files[0].name}.zip",
                icon=":material/deployed_code:",
                help="The file that was released, once its sha256 is checked.",
            )
            evidence.download(lambda: subject_of_release(data.store(), release.id), release.id.replace("/", "-"))


def _log(present: ReleaseRegistry) -> None:
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


def _channels(present: ReleaseRegistry) -> None:
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
