"""Who may reach the server, with real handshakes."""

import os
import socket
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from statistics import median
from time import perf_counter

import pytest

from tests.e2e.serving import ROOT, recorded, recording, serving
from tests.waiting import WAIT_S

WEBSOCKET = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("access")) as running:
        yield running


def seconds(server, connections, requests):
    """Seconds that each of so many requests on so many connections takes."""
    taken = []
    for _ in range(connections):
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=WAIT_S)) as connection:
            connection.connect()
            for _ in range(requests):
                began = perf_counter()
                connection.request("GET", "/_stcore/health")
                connection.getresponse().read()
                taken.append(perf_counter() - began)
    return taken


def status(server, path, *headers):
    """Status of the answer to a request with these headers, and the answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S) as connection:
        connection.sendall("\r\n".join((f"GET {path} HTTP/1.1", *headers, "", "")).encode())
        answer = connection.recv(65536).decode("utf-8", "replace")
    return int(answer.split()[1]), answer


@pytest.mark.parametrize("name", ["127.0.0.1:{}", "localhost:{}", "[::1]:{}", "LOCALHOST:{}"])
def test_a_page_of_this_computer_is_let_in(server, name):
    host = name.format(server.port)
    code, _ = status(server, "/_stcore/stream", f"Host: {host}", f"Origin: http://{host}", *WEBSOCKET)
    assert code == 101
    assert status(server, "/", f"Host: {host}", "Connection: close")[0] == 200


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("evil.example", "http://evil.example"),  # its name resolves to this computer
        ("evil.example:{}", "http://evil.example:{}"),
        ("127.0.0.1:{}", "http://evil.example"),  # a page of another site opens a websocket
        ("127.0.0.1:{}", "http://127.0.0.1:1"),  # another program of this computer does
        ("127.0.0.1:{}", "null"),
        ("127.0.0.1.evil.example:{}", None),
        ("127.0.0.1@evil.example:{}", None),
        ("127.0.0.1:{}/evil", None),
        ("127.0.0.1:x", None),
        ("", None),
    ],
)
def test_others_are_not(server, host, origin):
    headers = [f"Host: {host.format(server.port)}"]
    headers += [f"Origin: {origin.format(server.port)}"] if origin else []
    assert status(server, "/_stcore/stream", *headers, *WEBSOCKET)[0] in (400, 403)
    assert status(server, "/", *headers, "Connection: close")[0] in (400, 403)


def test_a_page_cannot_be_framed_and_loads_nothing_from_elsewhere(server):
    _, answer = status(server, "/", f"Host: localhost:{server.port}", "Connection: close")
    assert "frame-ancestors 'none'" in answer and "default-src 'self'" in answer
    assert "x-frame-options: deny" in answer.lower()


def test_a_foreign_origin_makes_the_server_ask_nobody(server):
    status(server, "/_stcore/stream", f"Host: 127.0.0.1:{server.port}", "Origin: http://evil.example", *WEBSOCKET)
    assert server.foreign_connections() == []


def test_what_is_recorded_of_connections_is_recorded(tmp_path):
    script = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    subprocess.run([sys.executable, "-c", script], env={**os.environ, **recording(tmp_path)}, check=False)
    assert recorded(tmp_path) == ["socket.connect 192.0.2.1"]


def test_a_benchmark_in_the_terminal_asks_nobody(tmp_path):
    environment = {**os.environ, **recording(tmp_path), "ODVIZ_HOME": str(tmp_path), "ODVIZ_LEASE_DIR": str(tmp_path)}
    arguments = ["bench", "review-sentiment", "bag", "--recipe", "int8-dynamic", "--quick", "--time", "1"]
    command = [sys.executable, "-c", "from odviz.cli import main; main()", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert recorded(tmp_path) == []


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="all tests run in one process")
def test_the_tests_of_the_browser_run_in_one_process(request):
    assert request.node.nodeid.endswith("@browser")


def test_answers_do_not_wait_until_their_beginning_is_confirmed(server):
    """Nagle's algorithm delays all but the first answers of a connection."""
    assert median(seconds(server, 1, 30)) < 3 * median(seconds(server, 30, 1))
