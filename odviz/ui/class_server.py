"""Opens a class when the server starts, if `odviz serve --class` asked for it; how pupils and teacher come in."""

from __future__ import annotations

import io
import os

import segno
import streamlit as st
from streamlit import config
from streamlit.runtime.scriptrunner import get_script_run_ctx

from odviz.domain.rights import Right
from odviz.library import rights
from odviz.services.classroom import ADDRESS_VARIABLE, Classroom, Invitation, Role, Visitor
from odviz.ui.class_access import FIRST_PAGE, JOIN, TEACHER, VISITOR_HEADER, open_class, opened


def start() -> Invitation | None:
    """Open a class if this server was started for one; how to come in, which its terminal has to say."""
    address = os.environ.get(ADDRESS_VARIABLE, "")
    if not address or opened() is not None:
        return None
    classroom = Classroom()
    open_class(classroom)
    rights.check_by(_check)
    teacher = (
        f"http://localhost:{config.get_option('server.port')}{FIRST_PAGE}",
        _link(TEACHER, classroom.teacher_key),
    )
    return Invitation(join_address(), join_link(), classroom.code, *teacher)


def visitor() -> Visitor | None:
    """Who looks at the page of this thread; None if nobody of a class does."""
    classroom = opened()
    context = get_script_run_ctx(suppress_warning=True)
    if classroom is None or context is None:
        return None
    return classroom.visitor_of_id(st.context.headers.get(VISITOR_HEADER, ""))


def is_pupil() -> bool:
    """Whether a pupil of a class looks at this page, or somebody unknown."""
    somebody = visitor()
    return opened() is not None and (somebody is None or somebody.role is not Role.TEACHER)


def join_address() -> str:
    """Address that pupils type; without the code, which the link of the QR code has."""
    return _address(JOIN)


def join_link() -> str:
    """Link of the QR code: the code stands behind a #, which no log shows."""
    classroom = opened()
    return _link(JOIN, classroom.code) if classroom else ""


def qr_png(text: str) -> bytes:
    """A QR code as a picture, dark on light in every theme."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=8, border=4)
    return drawn.getvalue()


def _check(right: Right) -> None:
    """Whether the visitor of this thread has a right; threads of the server itself have all."""
    classroom = opened()
    if classroom is not None and get_script_run_ctx(suppress_warning=True) is not None:
        classroom.check(visitor(), right)


def _address(path: str) -> str:
    return f"http://{os.environ[ADDRESS_VARIABLE]}:{config.get_option('server.port')}{path}"


def _link(path: str, secret: str) -> str:
    return f"{_address(path)}#{secret}"
