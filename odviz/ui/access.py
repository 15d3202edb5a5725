"""Who may reach the server: this computer's own pages, under the names that are allowed, and nothing else.

A page of a foreign site can have its name resolve to this computer (DNS rebinding), or open a websocket to it from the
visitor's browser. Both show in the headers `Host` and `Origin`. Streamlit itself checks the first only if
`server.allowedHosts` is set, and for the second asks an external service which address this computer has.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from odviz.ui.base_path import BasePath
from odviz.ui.class_access import ClassAccess

_POLICY = (
    "default-src 'self'",
    # Streamlit's and plotly's code compiles functions and writes styles into the page.
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "frame-ancestors 'none'",
)
_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # With "no-referrer" a form would be sent with the origin "null", which is refused.
    "Referrer-Policy": "same-origin",
}


class Access:
    """ASGI middleware that refuses foreign hosts and origins, and adds headers that keep a page to itself.

    Args:
        app: what is served to the others.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 403."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        reason = refusal(headers)
        if reason and scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close"})  # before it is accepted: the handshake is answered with 403
            return
        if reason:
            await PlainTextResponse(reason, HTTPStatus.FORBIDDEN)(scope, receive, send)
            return
        added = {**_HEADERS, "Content-Security-Policy": _policy(headers["host"])}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(added)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def refusal(headers: Headers) -> str:
    """Why a request with these headers is refused, as a sentence; empty if it is not."""
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    names = {name.strip().strip("[]").lower() for name in config.get_option("server.allowedHosts")}
    if len(hosts) != 1 or _name(hosts[0]) not in names:
        return (
            f"This server answers to {', '.join(sorted(names))} only. "
            "Another name is allowed with: streamlit run app.py --server.allowedHosts NAME"
        )
    if any(urlsplit(origin).netloc.lower() != hosts[0].lower() for origin in origins):
        return "This server answers its own pages only."
    return ""


def _policy(host: str) -> str:
    """What the page may load: nothing from elsewhere. Not every browser takes 'self' for its websocket."""
    return "; ".join((*_POLICY, f"connect-src 'self' ws://{host} wss://{host} data: blob:"))


def _name(host: str) -> str | None:
    """Name in a `Host` header; None if the header is none."""
    try:
        parts = urlsplit(f"//{host}")
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return None
    return parts.hostname if parts.netloc == host and "@" not in host else None


MIDDLEWARE = (
    Middleware(Access),
    Middleware(ClassAccess),
    # Streamlit sends its own files as they are, 9 MB for the first page: the fastest level makes a third of that.
    Middleware(GZipMiddleware, minimum_size=1 << 14, compresslevel=1),
    Middleware(BasePath),
)
