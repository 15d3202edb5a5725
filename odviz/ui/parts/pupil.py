"""Who answers the questions of lessons in this browser."""

from __future__ import annotations

import streamlit as st

from odviz.domain.lesson import Pupil
from odviz.report.markdown import plain
from odviz.ui import class_server

_PUPIL = "_pupil"


def enter(pupil: Pupil) -> None:
    """Answer as this pupil from now on, in this session."""
    st.session_state[_PUPIL] = pupil


def current() -> Pupil | None:
    """Who answers in this session; None before anybody has said a name. In a class a pupil is who has joined."""
    if (visitor := class_server.visitor()) and visitor.pupil:
        return visitor.pupil
    pupil: Pupil | None = st.session_state.get(_PUPIL)
    return pupil


def greeting(pupil: Pupil) -> None:
    """Draw who answers, and a button for somebody else; in a class the name was given when joining."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if pupil.classroom:
            st.caption(f"You answer as **{plain(pupil.name)}** in class {plain(pupil.classroom)}.", width="content")
        else:
            st.caption(f"You answer as **{plain(pupil.name)}**.", width="content")
            st.button("Somebody else", type="tertiary", on_click=lambda: st.session_state.pop(_PUPIL, None))
