"""Tells Streamlit's client where the server is, so that it need not probe, and the browser to load plotly.js at once.

Opened at /devices, the client does not know whether the app lies at /devices/ or at /, and asks both for their health:
two 404s in the console of every page but the first. It does not ask where `window.__streamlit` names the place.
"""

from __future__ import annotations

from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEAD = b"<head>"
_SCRIPT = b'<script>window.__streamlit = { BACKEND_BASE_URL: new URL("./", location.href).href }</script>'
"""Every page lies directly below the app, also where a proxy serves it under a path of its own."""

_CHARTS = b"".join(
    f'<link rel="modulepreload" crossorigin href="./static/js/{file.name}">'.encode()
    for file in Path(streamlit.__file__).parent.glob("static/static/js/PlotlyChart.*.js")
)
"""Streamlit's client would load it (5 MB) when the first chart arrives; so it is there before."""

_UNSUITABLE = (b"accept-encoding", b"if-none-match", b"if-modified-since")
"""Headers of a request by which the answer would not be the whole page in plain text."""


class BasePath:
    """ASGI middleware that adds a script to HTML pages.

    Args:
        app: what is served.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; a page gets the script."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        plain = {**scope, "headers": [entry for entry in scope["headers"] if entry[0] not in _UNSUITABLE]}
        await self._app(plain, receive, _Page(send))


class _Page:
    """Sends a response; one that is HTML is sent as a whole, with the script and the link at the start of its head."""

    def __init__(self, send: Send) -> None:
        self._send, self._body = send, b""
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)
        else:
            await self._send(message)

    async def _finish(self, start: Message) -> None:
        body = self._body.replace(_HEAD, _HEAD + _SCRIPT + _CHARTS, 1)
        headers = MutableHeaders(scope=start)
        headers["content-length"] = str(len(body))
        for name in ("etag", "last-modified"):
            del headers[name]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _is_page(start: Message) -> bool:
    """Whether a response is HTML to look at, not a file to keep."""
    headers = Headers(raw=start["headers"])
    return headers.get("content-type", "").startswith("text/html") and "content-disposition" not in headers
