"""The record within the file of a benchmark: what it holds, and what of it no odviz writes."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.errors import FileRefused
from odviz.domain.failure import Failure
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import Recipe
from odviz.domain.result import BackgroundLoad, Stage, State
from odviz.domain.target import HOST, OperatingPoint
from odviz.domain.text import quoted, visible
from odviz.library.parsing import parse_json
from odviz.metrics import METRICS
from odviz.serialization import from_json, to_builtins
from odviz.store import Reading, StoredArtifact
from odviz.stress import STRESS_TESTS

VERSION = 1
GREATEST = 2**31 - 1
"""Greatest number of a launch or round."""

_GREATEST_FIGURE = 2.0**62
"""More than any figure that odviz measures or counts, in any unit."""

_MOST_POINTS = 1000
_LONGEST_KEY, _LONGEST_METHOD = 400, 200
"""Characters, as wide as the columns of the database."""

_ID, _SHA256 = re.compile("[0-9a-z]{1,16}"), re.compile("(?:[0-9a-f]{64})?")
_NAME = re.compile(r"[\w][\w .+:-]{0,99}")


@dataclass(frozen=True, slots=True)
class FileRun:
    """A run with its readings; see `RunSamples`. Blocks and outcomes are arrays."""

    key: str
    stage: Stage
    launch: int
    sha256: str
    started: datetime
    ended: datetime | None
    failure: Failure | None
    readings: tuple[Reading, ...]
    test: str | None
    outcome: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FilePredictions:
    """Predictions of one operating point, whose scores and outputs are arrays.

    Attributes:
        position: of the operating point.
        metric: name of the metric.
        outputs: number of outputs; None where they were not kept.
    """

    position: int
    metric: str
    outputs: int | None


@dataclass(frozen=True, slots=True)
class FileContents:
    """What `benchmark.json` holds; see `WholeBenchmark`."""

    version: int
    id: str
    created: datetime
    started: datetime | None
    ended: datetime | None
    state: State
    plan: BenchmarkPlan
    environment: BenchmarkEnvironment | None
    failure: Failure | None
    points: tuple[OperatingPoint, ...]
    runs: tuple[FileRun, ...]
    background: tuple[BackgroundLoad, ...]
    files: tuple[StoredArtifact, ...]
    predictions: tuple[FilePredictions, ...]


def parse_contents(text: str, name: str, place: str) -> FileContents:
    """The record of a benchmark, which anybody may have written.

    Args:
        text: JSON of limited size.
        name: of the file, for messages.
        place: of the record within it, likewise.

    Raises:
        FileRefused: it is no record of a benchmark, or of a newer odviz.
    """
    contents = parse_json(FileContents, text, place, "benchmark of odviz")
    if contents.version != VERSION:
        raise FileRefused.at(
            name, "version", f"is {contents.version}; this odviz reads version {VERSION}. Update odviz."
        )
    data = _visible(to_builtins(contents))
    if any(_GREATEST_FIGURE < abs(number) < math.inf for number in _numbers(data)):
        raise FileRefused(f"{place} has a number that is larger than any figure.", place=place)
    if any(number < 0 for number in _numbers([data["files"], data["background"]])):
        raise FileRefused(f"{place} has a negative count or time.", place=place)
    contents = from_json(FileContents, json.dumps(data))
    _check(contents, place)
    return contents


def _numbers(data: Any) -> Iterator[float]:
    """Every number in JSON."""
    match data:
        case bool():
            return
        case int() | float():
            yield data
        case dict():
            yield from _numbers(list(data.values()))
        case list():
            for value in data:
                yield from _numbers(value)


def _visible(data: Any) -> Any:
    """JSON whose texts hold no invisible characters."""
    match data:
        case str():
            return visible(data)
        case dict():
            return {visible(key): _visible(value) for key, value in data.items()}
        case list():
            return [_visible(value) for value in data]
    return data


def _check(contents: FileContents, place: str) -> None:
    """Refuse names, sizes and numbers that no odviz writes.

    Raises:
        FileRefused: with the field.
    """
    plan, points = contents.plan, contents.points

    def require(holds: bool, field: str, reason: str) -> None:
        if not holds:
            raise FileRefused.at(place, field, reason)

    require(bool(_ID.fullmatch(contents.id)), "id", f"is {quoted(contents.id)}, which is no id of a benchmark")
    require(contents.state.ended, "state", f"is {contents.state}: only a benchmark that has ended can be imported")
    require(0 < len(points) <= _MOST_POINTS, "points", f"has {len(points)} entries, not 1 to {_MOST_POINTS}")
    require(len({point.key for point in points}) == len(points), "points", "has the same operating point twice")
    names = {plan.task, *plan.models, *plan.runtimes}
    for point in points:
        variant, target = point.variant, point.target
        names |= {variant.model, variant.format, target.runtime, target.backend, target.precision}
        require(variant.task == plan.task, "points", f"has an operating point of the task {quoted(variant.task)}")
        require(target.device == HOST, "points", f"has an operating point of the device {quoted(target.device)}")
        require(len(point.key) <= _LONGEST_KEY, "points", "has an operating point with too long a name")
    for text in sorted(names):
        require(bool(_NAME.fullmatch(text)), "points", f"names {quoted(text)}, which is no name")
    recipes = {Recipe(), *plan.recipes}
    planned = all(point.variant.model in plan.models and point.variant.recipe in recipes for point in points)
    require(planned, "points", "has an operating point that is not in the plan")
    keys = {point.key for point in points} | {point.variant.key for point in points}
    for run in contents.runs:
        require(run.key in keys, "runs", f"has a run of {quoted(run.key)}, which is not measured")
        require(bool(_SHA256.fullmatch(run.sha256)), "runs", "has a sha256 that is none")
        require(0 <= run.launch <= GREATEST, "runs", f"has the launch {run.launch}")
        known = run.test is None or run.test in STRESS_TESTS.names()
        require(known, "runs", f"name the unknown stress test {quoted(str(run.test))}")
        named = len(set(run.outcome)) == len(run.outcome) and all(0 < len(one) <= 100 for one in run.outcome)
        require(named and (run.test is not None or not run.outcome), "runs", "have an outcome of no stress test")
        methods = [reading.method for reading in run.readings]
        require(all(len(method) <= _LONGEST_METHOD for method in methods), "runs", "has too long a name of a meter")
    launches = [load.launch for load in contents.background]
    require(len(set(launches)) == len(launches), "background", "has the same launch twice")
    require(all(0 <= launch <= GREATEST for launch in launches), "background", "has a launch that is none")
    variants = {point.variant.key for point in points}
    files = Counter(stored.variant for stored in contents.files)
    require(files.keys() <= variants and len(files) == files.total(), "files", "are not one per variant")
    for stored in contents.files:
        require(len(stored.file.sha256) == 64 and bool(_SHA256.fullmatch(stored.file.sha256)), "files", "lack a sha256")
        require(stored.file.size_bytes > 0, "files", "has a file without a byte")
    positions = [scored.position for scored in contents.predictions]
    distinct = len(set(positions)) == len(positions)
    require(distinct and set(positions) <= set(range(len(points))), "predictions", "are not one per operating point")
    require(len({scored.metric for scored in contents.predictions}) <= 1, "predictions", "have several metrics")
    for scored in contents.predictions:
        require(scored.metric in METRICS.names(), "predictions", f"name the unknown metric {quoted(scored.metric)}")
