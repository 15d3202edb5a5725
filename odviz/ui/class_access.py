"""Who may see the pages that a teacher's computer serves to a class, and as whom.

Before somebody has joined, a browser gets one small page with a form, and no part of the dashboard: no websocket, no
file. Whoever has joined is known by a secret in a cookie. This computer itself is the teacher's.
"""

from __future__ import annotations

import ipaddress
from http import HTTPStatus
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from odviz.domain.errors import JoinRefused, OdvizError, TooOften
from odviz.domain.rights import Refusal
from odviz.services.classroom import Classroom, Role, Visitor
from odviz.ui.join_page import join_page, teacher_page

COOKIE, VISITOR_HEADER = "odviz_class", "x-odviz-visitor"
JOIN, TEACHER = "/join", "/teacher"
FIRST_PAGE = "/learn"

MOST_CONNECTIONS = 3
"""Pages that a pupil may have open at once."""

_LARGEST_FORM = 2000
"""Bytes: a code and a name."""

_PROXIED = ("x-forwarded-for", "forwarded", "x-real-ip")
"""Headers of a request that came through another program, whose address says nothing of who asks."""

_STATUS = {Refusal.WRONG_CODE: HTTPStatus.FORBIDDEN, Refusal.EXPIRED: HTTPStatus.FORBIDDEN}


class ClassAccess:
    """ASGI middleware that serves to a class; passes everything on where none was opened.

    Args:
        app: the dashboard.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on as that of a visitor, answer the form, or refuse."""
        classroom = opened()
        if classroom is None or scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        address = connection.client.host if connection.client else ""
        visitor = _visitor(classroom, connection, address)
        if scope["type"] == "websocket":
            await self._websocket(visitor, scope, receive, send)
        elif not _is_local(address):
            await PlainTextResponse("This server answers its local network only.", HTTPStatus.FORBIDDEN)(
                scope, receive, send
            )
        elif scope["path"] in (JOIN, TEACHER):
            response = await _form(classroom, scope, receive, address)
            await response(scope, receive, send)
        elif visitor is None:
            await _to_join(scope, receive, send)
        elif visitor.role is Role.PUPIL and scope["method"] not in ("GET", "HEAD"):  # nothing is uploaded
            await PlainTextResponse("Pupils send predictions only.", HTTPStatus.FORBIDDEN)(scope, receive, send)
        else:
            await self._app(_as(visitor, scope), receive, send)

    async def _websocket(self, visitor: Visitor | None, scope: Scope, receive: Receive, send: Send) -> None:
        crowded = visitor is not None and visitor.role is Role.PUPIL and visitor.connections >= MOST_CONNECTIONS
        if visitor is None or crowded:
            await receive()
            await send({"type": "websocket.close"})  # before it is accepted: the handshake is answered with 403
            return
        visitor.connections += 1
        try:
            await self._app(_as(visitor, scope), receive, send)
        finally:
            visitor.connections -= 1


_opened: Classroom | None = None


def open_class(classroom: Classroom | None) -> None:
    """Serve to a class from now on; to this computer only again with None."""
    global _opened  # noqa: PLW0603
    _opened = classroom


def opened() -> Classroom | None:
    """The class that this server serves to; None if it serves to this computer only."""
    return _opened


def _visitor(classroom: Classroom, connection: HTTPConnection, address: str) -> Visitor | None:
    """Whose request this is; None if nobody's who has joined."""
    if (token := connection.cookies.get(COOKIE)) and (visitor := classroom.visitor(token)):
        return visitor
    direct = not any(name in connection.headers for name in _PROXIED)
    return classroom.teacher if direct and _is_loopback(address) else None


def _as(visitor: Visitor, scope: Scope) -> Scope:
    """The request with the id of its visitor in a header, in place of any that it came with."""
    name = VISITOR_HEADER.encode()
    headers = [entry for entry in scope["headers"] if entry[0].lower().replace(b"_", b"-") != name]
    return {**scope, "headers": [*headers, (name, visitor.id.encode())]}


async def _to_join(scope: Scope, receive: Receive, send: Send) -> None:
    if "text/html" in Headers(scope=scope).get("accept", ""):
        await RedirectResponse(JOIN, HTTPStatus.SEE_OTHER)(scope, receive, send)
    else:
        await PlainTextResponse("Join the class first.", HTTPStatus.FORBIDDEN)(scope, receive, send)


async def _form(classroom: Classroom, scope: Scope, receive: Receive, address: str) -> Response:
    """The page with a form, or the answer to what was entered in it."""
    page = join_page if scope["path"] == JOIN else teacher_page
    if scope["method"] in ("GET", "HEAD"):
        return _html(page(), HTTPStatus.OK)
    if scope["method"] != "POST":
        return PlainTextResponse("", HTTPStatus.METHOD_NOT_ALLOWED)
    entered = await _entered(receive)
    try:
        if scope["path"] == JOIN:
            token = classroom.join(entered.get("code", ""), entered.get("name", ""), address)
        else:
            token = classroom.enter_as_teacher(entered.get("key", ""), address)
    except TooOften as error:
        return _html(page(str(error)), HTTPStatus.TOO_MANY_REQUESTS)
    except JoinRefused as error:
        return _html(page(str(error)), _STATUS.get(error.refusal, HTTPStatus.CONFLICT))
    except OdvizError as error:
        return _html(page(str(error)), HTTPStatus.BAD_REQUEST)
    response = RedirectResponse(FIRST_PAGE, HTTPStatus.SEE_OTHER)
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict")
    return response


async def _entered(receive: Receive) -> dict[str, str]:
    """The fields of a form; none of one that is larger than any that a person fills in."""
    body = b""
    while True:
        message: Message = await receive()
        body += message.get("body", b"")
        if len(body) > _LARGEST_FORM:
            return {}
        if not message.get("more_body"):
            break
    try:
        fields = parse_qs(body.decode(), max_num_fields=5)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _html(text: str, status: HTTPStatus) -> Response:
    response = HTMLResponse(text, status)
    MutableHeaders(raw=response.raw_headers)["Cache-Control"] = "no-store"
    return response


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _is_local(address: str) -> bool:
    """Whether an address is one of local networks, or this computer's."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return parsed.is_private or parsed.is_link_local or parsed.is_loopback
