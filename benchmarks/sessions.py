"""Benchmarks while people look at the page: how many launches are left, how wide intervals get, how long a rerun takes.

A server runs the same benchmark in turns without a session and with 20 of them, each of which makes another choice
every three seconds on the results of an earlier benchmark. Sessions are websockets that send what a browser sends, and
read what it would draw. A benchmark uses all of its time: no interval is narrow enough for it.

`python -m benchmarks sessions`
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

import numpy as np
import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks import _synthetic
from benchmarks._common import goal, note, parse, parser, table
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.domain.plan import QUICK, BenchmarkPlan
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import BenchmarkResult
from odviz.services import benchmark
from odviz.store import Owner, Store, open_store
from tests.e2e.serving import Server, serving

SESSIONS, PAUSE_S = 20, 3.0
LAUNCHES_KEPT, WIDENED, RERUN_S, PERCENTILE = 0.8, 1.3, 2.0, 95
MODEL, RECIPES = "lenet-5", ("int8-static", "int8-dynamic", "fp16", "prune-magnitude:50", "prune-structured:50")
RUNTIMES = ("onnxruntime", "litert")
GONE = replace(Owner.here(), birth="gone")
"""Owner of a benchmark that nobody runs: the page offers to run it."""

_SMALL = 200
"""Bytes of the longest message that can say that a script has finished; longer ones are not parsed."""

_LEAVES_S = 0.5
"""Longest that a window waits for the server's goodbye, which comes behind all that it has not read."""


@dataclass
class Session:
    """A browser window on one page.

    Attributes:
        connection: its websocket.
        page: name of the page; empty for Explore.
        query: of its address.
        widgets: id of each widget by its label.
        options: of each choice by its label.
    """

    connection: ClientConnection
    page: str
    query: str
    widgets: dict[str, str] = field(default_factory=dict)
    options: dict[str, Sequence[str]] = field(default_factory=dict)

    async def load(self) -> None:
        """Run the page for the first time."""
        await self._send(BackMsg())
        async for data in self.connection:
            message = ForwardMsg.FromString(data)
            kind = message.delta.new_element.WhichOneof("type")
            if kind in ("button", "selectbox"):
                widget = getattr(message.delta.new_element, kind)
                self.widgets[widget.label] = widget.id
                self.options[widget.label] = list(getattr(widget, "options", ()))
            if message.WhichOneof("type") == "script_finished":
                return

    async def press(self, label: str) -> float:
        """Press a button; returns the seconds until the page is drawn."""
        message = BackMsg()
        message.rerun_script.widget_states.widgets.add(id=self.widgets[label], trigger_value=True)
        return await self._drawn(message)

    async def choose(self, label: str, number: int) -> float:
        """Make a choice; returns the seconds until the page is drawn."""
        option = self.options[label][number % len(self.options[label])]
        message = BackMsg()
        message.rerun_script.widget_states.widgets.add(id=self.widgets[label], string_value=option)
        return await self._drawn(message)

    async def rerun(self) -> float:
        """Run the page again as it is; returns the seconds until it is drawn."""
        return await self._drawn(BackMsg())

    async def _drawn(self, message: BackMsg) -> float:
        began = time.monotonic()
        await self._send(message)
        async for data in self.connection:
            if len(data) <= _SMALL and ForwardMsg.FromString(data).WhichOneof("type") == "script_finished":
                break
        return time.monotonic() - began

    async def _send(self, message: BackMsg) -> None:
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        await self.connection.send(message.SerializeToString())


@asynccontextmanager
async def session(server: Server, page: str = "", query: str = "", cookie: str = "") -> AsyncIterator[Session]:
    """A window that has drawn its page, open until the context ends."""
    address, headers = f"ws://127.0.0.1:{server.port}/_stcore/stream", {"Cookie": cookie} if cookie else None
    async with connect(
        address, origin=server.url, subprotocols=["streamlit"], max_size=None, additional_headers=headers,
        close_timeout=_LEAVES_S,
    ) as connection:  # fmt: skip
        opened = Session(connection, page, query)
        while not opened.widgets:  # the first run of a server's life only tells Streamlit which pages there are
            await opened.load()
        yield opened


@dataclass
class Trial:
    """One benchmark and what the sessions saw meanwhile.

    Attributes:
        result: its figures.
        seconds: of each rerun.
        server_s: processor time of the server without its children.
    """

    result: BenchmarkResult
    seconds: list[float]
    server_s: float

    @property
    def launches(self) -> int:
        """Number of launches in the time of the benchmark."""
        return 1 + max(load.launch for load in self.result.background)

    @property
    def half_width(self) -> float:
        """Median over the points of the half width of the p50's interval, relative to it."""
        p50s = [point.latency.p50 for point in self.result.points if point.latency]
        return median((p50.high - p50.low) / 2 / p50.centre for p50 in p50s)


async def look(window: Session, label: str, delay_s: float, seconds: list[float]) -> None:
    """Make another choice every `PAUSE_S` seconds until cancelled."""
    await asyncio.sleep(delay_s)
    for number in itertools.count():
        began = time.monotonic()
        seconds.append(await window.choose(label, number))
        await asyncio.sleep(max(0.0, PAUSE_S - (time.monotonic() - began)))


async def trial(
    server: Server, store: Store, plan: BenchmarkPlan, visits: Sequence[Coroutine[Any, Any, None]], seconds: list[float]
) -> Trial:
    """Start a benchmark on the page, with visits until it ends.

    Args:
        server: that runs it.
        store: its database.
        plan: of the benchmark.
        visits: what visitors do meanwhile; they are cancelled in the end.
        seconds: to which the visits append those of each rerun.
    """
    identity = store.create_benchmark(plan, benchmark.check(plan).points, GONE)
    process = psutil.Process(server.process.pid)
    async with session(server, "new_benchmark") as starter:
        before = process.cpu_times()
        await starter.press("Run it now")
        visiting = [asyncio.create_task(visit) for visit in visits]
        while not store.load(identity).state.ended:
            await asyncio.sleep(0.5)
        after = process.cpu_times()
        for task in visiting:
            task.cancel()
        ends = await asyncio.gather(*visiting, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end
    server_s = after.user + after.system - before.user - before.system
    return Trial(summarise(load_benchmark_data(store, identity)), seconds, server_s)


async def looked_at(server: Server, store: Store, plan: BenchmarkPlan, query: str, sessions: int) -> Trial:
    """A benchmark while so many sessions look at another one."""
    seconds: list[float] = []
    async with AsyncExitStack() as windows:
        opened = [await windows.enter_async_context(session(server, query=query)) for _ in range(sessions)]
        visits = [
            look(window, "It must answer", PAUSE_S * number / sessions, seconds) for number, window in enumerate(opened)
        ]
        return await trial(server, store, plan, visits, seconds)


def row(sessions: int, trials: Sequence[Trial]) -> list[str]:
    """A row of the table."""
    seconds = [second for one in trials for second in one.seconds]
    p50, high = np.percentile(seconds, [50, PERCENTILE]) if seconds else (None, None)
    named = sum(any(load.is_busy for load in one.result.background) for one in trials)
    return [
        str(sessions),
        ", ".join(str(one.launches) for one in trials),
        f"± {median(one.half_width for one in trials):.1%}",
        f"{named} of {len(trials)}",
        f"{median(one.server_s for one in trials):.1f} s",
        *(["none"] * 3 if p50 is None else [f"{len(seconds)}", f"{p50:.2f} s", f"{high:.2f} s"]),
    ]


def main() -> None:
    commands = parser(__doc__)
    commands.add_argument("--reruns", type=int, default=3, help="benchmarks with sessions; 3 by default")
    options = parse(commands)
    sessions, recipes, runtimes, reruns = SESSIONS, RECIPES, RUNTIMES, options.reruns
    effort = replace(QUICK, confidence=1e-9)
    if options.tiny:
        sessions, recipes, runtimes, reruns = 2, (), runtimes[:1], 1
        effort = replace(effort, launches=1, rounds=2, time_s=1.0)
    plan = BenchmarkPlan(_synthetic.TASK, (MODEL,), tuple(map(parse_recipe, recipes)), runtimes, effort=effort)
    home = _synthetic.new_home(options.home, "sessions", 26)
    quiet, busy = [], []
    with open_store() as store, serving(home) as server:
        query = f"benchmark={store.benchmarks()[0].id}"
        if not options.tiny:
            note("makes the files")
            asyncio.run(
                looked_at(server, store, replace(plan, effort=replace(effort, launches=1, time_s=1.0)), query, 0)
            )
        for number in range(reruns):
            for trials, count in ((quiet, 0), (busy, sessions)):
                note(f"{number + 1} of {reruns}, {count} sessions")
                trials.append(asyncio.run(looked_at(server, store, plan, query, count)))
    columns = (
        "Sessions",
        "Launches",
        "p50",
        "Named as noise",
        "CPU time of the server",
        "Reruns",
        "Median",
        "p95",
    )
    print(table(columns, [row(0, quiet), row(sessions, busy)]))
    kept = median(one.launches for one in busy) / median(one.launches for one in quiet)
    widened = median(one.half_width for one in busy) / median(one.half_width for one in quiet)
    high = np.percentile([second for one in busy for second in one.seconds], PERCENTILE)
    print(f"\n{len(quiet[0].result.points)} variants of {MODEL}; {effort.time_s:g} s of timing each.\n")
    print(goal(f"{kept:.0%} of the launches, at least {LAUNCHES_KEPT:.0%}", kept >= LAUNCHES_KEPT) + "\n")
    print(goal(f"intervals {widened:.2f} × as wide, within {WIDENED} ×", widened <= WIDENED) + "\n")
    print(goal(f"a rerun within {RERUN_S:g} s at p95", high <= RERUN_S))


if __name__ == "__main__":
    main()
