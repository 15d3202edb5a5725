"""Opens a class when the server starts, if `odviz serve --class` asked for it, and tells the teacher how to join."""

from __future__ import annotations

import io
import os
import sys

import segno
import streamlit as st
from streamlit import config
from streamlit.runtime.scriptrunner import get_script_run_ctx

from odviz.domain.rights import Right
from odviz.library import rights
from odviz.services.classroom import ADDRESS_VARIABLE, CODE_LIFETIME_S, Classroom, Role, Visitor
from odviz.ui.class_access import JOIN, TEACHER, VISITOR_HEADER, open_class, opened


def start() -> None:
    """Open a class if this server was started for one, and print code, addresses and QR code."""
    address = os.environ.get(ADDRESS_VARIABLE, "")
    if not address or opened() is not None:
        return
    classroom = Classroom()
    open_class(classroom)
    rights.check_by(_check)
    print(_announcement(classroom), file=sys.stderr, flush=True)


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
    return f"{_base()}{JOIN}"


def join_link() -> str:
    """Link of the QR code: the code stands behind a #, which no log shows."""
    classroom = opened()
    return f"{join_address()}#{classroom.code}" if classroom else ""


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


def _base() -> str:
    address = os.environ[ADDRESS_VARIABLE]
    return f"http://{address}:{config.get_option('server.port')}"


def _announcement(classroom: Classroom) -> str:
    """What the terminal says of a class that was opened."""
    drawn = io.StringIO()
    segno.make(join_link(), error="m").terminal(drawn, compact=True)
    return (
        f"\n{drawn.getvalue()}\n"
        f"Pupils open  {join_address()}\n"
        f"and enter    {classroom.code[:4]} {classroom.code[4:]}    (good for {CODE_LIFETIME_S / 3600:.0f} hours)\n\n"
        f"Your page    http://localhost:{config.get_option('server.port')}/learn    (on this computer)\n"
        f"elsewhere    {_base()}{TEACHER}#{classroom.teacher_key}    (keep this link to yourself)\n"
    )
