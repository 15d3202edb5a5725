"""The page tells Streamlit's client where the server is; nothing else is changed."""

import re
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from odviz.ui.base_path import BasePath

PAGE = "<html><head><title>x</title></head><body>" + "y" * 2000 + "</body></html>"
SCRIPT = "<head><script>window.__streamlit = { BACKEND_BASE_URL:"


@pytest.fixture
def client():
    routes = [
        Route("/devices", lambda _: HTMLResponse(PAGE, headers={"etag": '"1"'})),
        Route("/file", lambda _: HTMLResponse(PAGE, headers={"content-disposition": "attachment"})),
        Route("/text", lambda _: PlainTextResponse(PAGE)),
        Route("/none", lambda _: Response(status_code=404)),
    ]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(BasePath), Middleware(GZipMiddleware)]))


def get(client, path, accept="text/html,*/*"):
    return client.get(path, headers={"accept": accept, "accept-encoding": "gzip", "if-none-match": '"1"'})


def test_a_page_gets_the_script_first_in_its_head(client):
    answer = get(client, "/devices")
    assert SCRIPT in answer.text and answer.text.replace(answer.text.split("<head>")[1].split("<title>")[0], "") == PAGE
    assert int(answer.headers["content-length"]) == len(answer.content) and "etag" not in answer.headers


@pytest.mark.parametrize(("path", "accept"), [("/file", "text/html"), ("/text", "text/html"), ("/devices", "*/*")])
def test_what_is_no_page_to_look_at_stays_as_it_is(client, path, accept):
    assert get(client, path, accept).text == PAGE


def test_the_browser_loads_the_charts_of_this_streamlit_at_once(client):
    (name,) = re.findall(r'rel="modulepreload" crossorigin href="\./static/js/([^"]+)"', get(client, "/devices").text)
    assert (Path(streamlit.__file__).parent / "static" / "static" / "js" / name).stat().st_size > 1e6


def test_an_answer_without_a_body_passes(client):
    assert get(client, "/none").status_code == 404
