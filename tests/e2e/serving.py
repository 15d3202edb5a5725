"""Starts the app as a person would, and Debian's chromium; benchmarks of the page use the same."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.waiting import WAIT_S

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--js-flags=--no-enable-lazy-source-positions",
)  # fmt: skip
"""The last: a steered browser notes from where a script was called, for which V8 would parse plotly.js again to find
the lines: a second of processor time that no visitor's browser takes. So it keeps the lines when it compiles."""
NO_BROWSER = "There is no chromium on this machine (Debian: apt-get install chromium)."


class Server:
    """A Streamlit server in a session of its own.

    Args:
        home: its ODVIZ_HOME; the lease lies in it, too.
        script: what it serves.
        port: where; a free one by default.
        variables: of its environment, beside this process's.
    """

    def __init__(
        self,
        home: Path,
        script: Path = ROOT / "app.py",
        port: int = 0,
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.home, self.port, self.log = home, port or free_port(), home / "server.log"
        self.url = f"http://127.0.0.1:{self.port}"
        options = ("--server.headless=true", f"--server.port={self.port}", "--server.fileWatcherType=none")
        environment = {**os.environ, "ODVIZ_HOME": str(home), "ODVIZ_LEASE_DIR": str(home / "lease")}
        environment |= {**recording(home), **variables}
        environment.pop("ODVIZ_DATABASE", None)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", str(script), *options],
                cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def wait(self) -> None:
        """Until it answers.

        Raises:
            RuntimeError: it ended or does not answer, with what it said.
        """
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=WAIT_S):
                return
            time.sleep(0.02)
        raise RuntimeError(f"The server does not answer. It said: {self.log.read_text('utf-8', 'replace')[-2000:]}")

    def foreign_connections(self) -> list[str]:
        """Attempts of the server and its children to reach beyond this computer."""
        return recorded(self.home)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it with its children."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)
        try:
            self.process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def recording(home: Path) -> dict[str, str]:
    """Environment of a process whose connections are recorded; see tests/loopback."""
    path = os.pathsep.join(filter(None, (str(ROOT / "tests" / "loopback"), os.environ.get("PYTHONPATH"))))
    return {"PYTHONPATH": path, "ODVIZ_TEST_CONNECTIONS": str(home / "connections.txt")}


def recorded(home: Path) -> list[str]:
    """What was recorded of connections beyond this computer."""
    with suppress(FileNotFoundError):
        return (home / "connections.txt").read_text().splitlines()
    return []


@contextmanager
def serving(home: Path, script: Path = ROOT / "app.py", **variables: str) -> Iterator[Server]:
    """A server that answers, ended afterwards."""
    server = Server(home, script, variables=variables)
    try:
        server.wait()
        yield server
        assert server.foreign_connections() == []
    finally:
        server.end()


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """Debian's browser, without a window.

    Args:
        flags: of its command line, beside those of all.

    Raises:
        FileNotFoundError: there is none.
    """
    path = shutil.which("chromium")
    if path is None:
        raise FileNotFoundError(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """A browser context without animations: this browser composes on the CPU, where they take a core from the page.

    Args:
        browser: from `chromium`.
        options: of `Browser.new_context`.
    """
    return browser.new_context(reduced_motion="reduce", **options)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
