"""Promoting a release: the channel, the policy, its verdict, and the reason where it is overridden."""

from __future__ import annotations

import streamlit as st

from odviz.analysis.releases import ReleaseRegistry
from odviz.domain.gate import GateVerdict, Policy
from odviz.domain.release import Channel, PolicyVerdict, Release
from odviz.library.policy_toml import policy_text
from odviz.objectives import OBJECTIVES
from odviz.report.markdown import plain
from odviz.services import releases
from odviz.ui import data
from odviz.ui.parts import gate
from odviz.ui.parts.choice import choose
from odviz.ui.parts.release_form import done, name, reason
from odviz.ui.url_state import UrlField, one_of

_CHANNEL = "channel"
_DEFAULT = Channel.PRODUCTION.value
_KEPT = 32


def url_fields() -> tuple[UrlField, ...]:
    """URL parameter: the channel."""
    parse = one_of("channel", [one.value for one in Channel])
    return (UrlField(_CHANNEL, parse, lambda value: "" if value == _DEFAULT else str(value)),)


def promotion(present: ReleaseRegistry, release: Release) -> None:
    """Draw the gate of a channel for a release, and the button that promotes it.

    Args:
        present: what is in use.
        release: what may take its place.
    """
    st.subheader("May it be used?", anchor=False)
    channel = Channel(choose("Channel", {one.value: one.value.capitalize() for one in Channel}, _CHANNEL, _DEFAULT))
    base = present.in_use(release.task, channel)
    if base == release:
        st.markdown(f":material/check: It is in {channel} now.")
        return
    known = [OBJECTIVES[one.objective].objective for one in release.figures if one.objective in OBJECTIVES]
    policy = gate.choose_policy(known)
    if policy is None:
        return
    if base is None:
        st.markdown(f"It is the first in {channel}: nothing is there to compare it with.")
        _form(release, channel, policy, passes=True)
        return
    st.markdown(f"Compared with {plain(base.id)}, which is in {channel} now:")
    verdict = _assessed(release, base, channel, policy_text(policy), policy)
    gate.draw_verdict(verdict.result)
    _form(release, channel, policy, passes=verdict.result.verdict is GateVerdict.PASS)


def _form(release: Release, channel: Channel, policy: Policy, *, passes: bool) -> None:
    key = f"promote-{release.id}-{channel}"
    with st.form(key, border=False):
        override = "" if passes else reason("It does not pass. Why is it to be used all the same?", key)
        who = name(key)
        label = f"Promote to {channel}" if passes else f"Promote to {channel} all the same"
        pressed = st.form_submit_button(label, type="primary" if passes else "secondary", icon=":material/publish:")
    if not pressed:
        return
    outcome = releases.promote(data.store(), release.id, channel, policy, override, who)
    if outcome.entry is None:
        st.warning("Nothing was changed: say why it is to be used although it does not pass.", icon=":material/edit:")
        return
    done(f"{release.id} is in {channel} now.", outcome.entry)


@st.cache_resource(
    show_spinner="Comparing …", max_entries=_KEPT, hash_funcs={Release: lambda one: (one.id, one.measurements.sha256)}
)
def _assessed(
    release: Release,
    base: Release,  # noqa: ARG001 - what else the result depends on
    channel: Channel,
    text: str,  # noqa: ARG001
    _policy: Policy,
) -> PolicyVerdict:
    """The verdict; it depends on nothing but what is kept with both releases, and on the policy's text."""
    verdict = releases.assess(data.store(), release, channel, _policy)
    assert verdict is not None  # something is in the channel
    return verdict
