"""A benchmark while a class of 30 takes part in a lesson: how far its figures move, and how long pupils wait.

A server that serves to a class runs the same benchmark in turns alone and with 30 pupils, who have joined by the code.
Each opens a lesson, locks in a prediction, and runs the page again every three seconds, as it does until the teacher
reveals the answer. A benchmark uses all of its time. A ratio of p50s has the intervals of all p50s in it.

`python -m benchmarks classroom`
"""

from __future__ import annotations

import asyncio
import http.client
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from math import exp, hypot, log
from statistics import fmean, median
from urllib.parse import urlencode

import numpy as np

from benchmarks import _synthetic
from benchmarks._common import goal, note, parse, parser, table
from benchmarks.sessions import LAUNCHES_KEPT, MODEL, PAUSE_S, PERCENTILE, RERUN_S, RUNTIMES, Trial, session, trial
from odviz.domain.plan import QUICK, BenchmarkPlan
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import PointResult
from odviz.lessons import in_order
from odviz.services.classroom import ADDRESS_VARIABLE
from odviz.store import open_store
from odviz.units import figure
from tests.e2e.serving import Server, serving

PUPILS = 30
MOVED = 0.05
"""Most that a p50 may move for certain."""

RECIPES = ("int8-static", "int8-dynamic", "prune-structured:50")
LESSONS = [plugin.name for plugin in in_order() if plugin.lesson.question.scale]
"""Lessons whose question has a slider, which stands on a range from the beginning; another one in each turn."""

_CODE = re.compile(r"and enter +(\w{4}) (\w{4})")
_BEGINNING_S = 6.0
"""Time within which the pupils open the lesson."""


def join(server: Server, name: str) -> str:
    """Join the class that the terminal announced; returns the cookie of the pupil."""
    announced = _CODE.search(server.log.read_text("utf-8"))
    assert announced
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    form = urlencode({"code": "".join(announced.groups()), "name": name})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url}
    connection.request("POST", "/join", form, headers)
    response = connection.getresponse()
    assert response.status == http.HTTPStatus.SEE_OTHER, response.read()
    return str(response.headers["Set-Cookie"]).partition(";")[0]


async def take_part(server: Server, cookie: str, lesson: str, delay_s: float, seconds: list[float]) -> None:
    """Open a lesson, lock in a prediction, and run the page every `PAUSE_S` seconds until cancelled."""
    await asyncio.sleep(delay_s)
    async with session(server, "learn", f"lesson={lesson}", cookie) as window:
        await window.press("Lock in my prediction")
        while True:
            began = time.monotonic()
            seconds.append(await window.rerun())
            await asyncio.sleep(max(0.0, PAUSE_S - (time.monotonic() - began)))


async def taught(server: Server, plan: BenchmarkPlan, cookies: Sequence[str], lesson: str) -> Trial:
    """A benchmark while pupils take part in a lesson."""
    seconds: list[float] = []
    visits = [
        take_part(server, cookie, lesson, _BEGINNING_S * number / len(cookies), seconds)
        for number, cookie in enumerate(cookies)
    ]
    with open_store() as store:
        return await trial(server, store, plan, visits, seconds)


def locked() -> int:
    """How many predictions are locked in."""
    with open_store() as store:
        return len(store.answers())


def ratio(alone: Sequence[PointResult], taught: Sequence[PointResult]) -> tuple[float, float, float]:
    """Low end, value and high end of the p50 with pupils over that without, of one variant."""
    logs, widths = [], []
    for points, sign in ((alone, -1), (taught, 1)):
        p50s = [point.latency.p50 for point in points if point.latency]
        logs.append(sign * fmean(log(p50.centre) for p50 in p50s))
        widths.append(hypot(*(log(p50.high / p50.low) / 2 for p50 in p50s)) / len(p50s))
    middle, half = sum(logs), hypot(*widths)
    return exp(middle - half), exp(middle), exp(middle + half)


def row(alone: Sequence[PointResult], taught: Sequence[PointResult]) -> list[str]:
    """A row of the table: one variant."""
    low, middle, high = ratio(alone, taught)
    times = [point.latency.p50.centre for point in alone if point.latency]
    noisy = [
        f"{sum(point.latency.noisy for point in points if point.latency)} of {len(points)}"
        for points in (alone, taught)
    ]
    return [alone[0].point.label, figure(median(times), "s"), f"{middle:.3f} ({low:.3f} to {high:.3f})", *noisy]


def main() -> None:
    commands = parser(__doc__)
    commands.add_argument("--reruns", type=int, default=3, help="benchmarks with pupils; 3 by default")
    options = parse(commands)
    pupils, recipes, runtimes, reruns = PUPILS, RECIPES, RUNTIMES, options.reruns
    effort = replace(QUICK, confidence=1e-9)
    if options.tiny:
        pupils, recipes, runtimes, reruns = 2, (), runtimes[:1], 1
        effort = replace(effort, launches=1, rounds=2, time_s=1.0)
    plan = BenchmarkPlan(_synthetic.TASK, (MODEL,), tuple(map(parse_recipe, recipes)), runtimes, effort=effort)
    home = _synthetic.new_home(options.home, "classroom", 1)
    alone, busy = [], []
    with serving(home, **{ADDRESS_VARIABLE: "127.0.0.1"}) as server:
        cookies = [join(server, f"pupil {number}") for number in range(pupils)]
        if not options.tiny:
            note("makes the files")
            asyncio.run(taught(server, replace(plan, effort=replace(effort, launches=1, time_s=1.0)), (), ""))
        for turn in range(reruns):
            for trials, present in ((alone, ()), (busy, cookies)):
                note(f"{turn + 1} of {reruns}, {len(present)} pupils")
                trials.append(asyncio.run(taught(server, plan, present, LESSONS[turn % len(LESSONS)])))
    points = [list(zip(*(one.result.points for one in trials), strict=True)) for trials in (alone, busy)]
    columns = ("Variant", "p50 alone", "With pupils, ratio", "Noisy alone", "Noisy with pupils")
    print(table(columns, [row(*pair) for pair in zip(*points, strict=True)]))
    seconds = [second for one in busy for second in one.seconds]
    kept = median(one.launches for one in busy) / median(one.launches for one in alone)
    waited, high = np.percentile(seconds, [50, PERCENTILE])
    server_s = ", ".join(f"{median(one.server_s for one in trials):.1f} s" for trials in (alone, busy))
    print(
        f"\n{pupils} pupils, {locked()} predictions; {effort.time_s:g} s of timing in each of {2 * reruns} benchmarks. "
        f"{len(seconds)} reruns of Learn, {waited:.2f} s at the median and {high:.2f} s at p95. "
        f"Processor time of the server alone and with pupils: {server_s}.\n"
    )
    lows, _, highs = zip(*(ratio(*pair) for pair in zip(*points, strict=True)), strict=True)
    undisturbed = all(low <= 1 + MOVED for low in lows) and all(high >= 1 - MOVED for high in highs)
    print(goal(f"no p50 is for certain more than {MOVED:.0%} off", undisturbed) + "\n")
    print(goal(f"{kept:.0%} of the launches, at least {LAUNCHES_KEPT:.0%}", kept >= LAUNCHES_KEPT) + "\n")
    print(goal(f"a rerun within {RERUN_S:g} s at p95", high <= RERUN_S))


if __name__ == "__main__":
    main()
