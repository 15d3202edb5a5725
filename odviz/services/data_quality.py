"""Looking at the data of a task, and keeping what was seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import numpy as np

from odviz.analysis.analysis import Analysis, analyse
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.data_quality import CHECKS
from odviz.data_quality.base import Dataset, Predicted
from odviz.data_quality.leakage import leaked_items, leaks
from odviz.domain.data_quality import CheckReport, DataFinding, DataReport, FindingKind, Severity
from odviz.domain.modality import Modality
from odviz.domain.target import parent_of
from odviz.execution.lease import lease
from odviz.execution.predictions import key_of
from odviz.metrics import METRICS
from odviz.objectives import default_limits
from odviz.services import naming
from odviz.services.kept_reports import keep_report, read_report, report_path
from odviz.tasks import TASKS
from odviz.tasks.base import Examples, Task

_VERSION = 2
"""Raised whenever a report would say something else of the same data."""


Report = Callable[[int, int, str], object]
"""Called with the number of checks that are made, that of all, and the title of the next one."""


def inspect(task: str, benchmark: BenchmarkData | None, report: Report = lambda *_: None) -> DataReport:
    """Make every check of the data of a task, and keep the report.

    Args:
        task: name of the task.
        benchmark: whose predictions are used; None for none.
        report: called before every check.

    Raises:
        UnknownName: no such task.
        Busy: a benchmark is measured on this machine.
        FileRefused: the data cannot be read.
        IntegrityError: a built-in data file is not the recorded one.
        StoreError: the report cannot be kept.
    """
    plugin = TASKS[task]
    data, used = _dataset(plugin, benchmark), _usable(benchmark, plugin.test())
    checks: list[CheckReport] = []
    with lease(f"data of {task}"):
        for done, check in enumerate(ordered := sorted(CHECKS, key=lambda one: one.order)):
            report(done, len(ordered), check.title)
            checks.append(check.report(data))
        if used:
            checks = [_decided(one, data, used) for one in checks]
    seen = DataReport(
        task,
        (data.test.fingerprint, data.calibration.fingerprint),
        used.record.id if used else "",
        (len(data.test), len(data.calibration)),
        tuple(checks),
    )
    keep_report(seen, _path(plugin, benchmark))
    return seen


def kept(task: str, benchmark: BenchmarkData | None) -> DataReport | None:
    """The report on the same data with the same predictions; None if there is none.

    Raises:
        UnknownName: no such task.
        FileRefused: the data cannot be read.
        IntegrityError: a built-in data file is not the recorded one.
    """
    return read_report(DataReport, _path(TASKS[task], benchmark))


def predicts_these_items(task: str, benchmark: BenchmarkData) -> bool:
    """Whether a benchmark predicted the test items that the task has now."""
    return _usable(benchmark, TASKS[task].test()) is not None


def _dataset(task: Task, benchmark: BenchmarkData | None) -> Dataset:
    return Dataset(
        task.modality,
        METRICS[task.metric],
        task.classes(),
        test := task.test(),
        task.calibration(),
        "" if task.fixed_groups else task.groups,
        _unknown_token(task),
        _answers(_usable(benchmark, test)),
    )


def _usable(benchmark: BenchmarkData | None, test: Examples) -> BenchmarkData | None:
    """A benchmark whose predictions are of these items; else None."""
    environment = benchmark.record.environment if benchmark else None
    same = environment is not None and environment.data_sha256 == test.fingerprint
    return benchmark if same and benchmark and benchmark.predictions else None


def _answers(benchmark: BenchmarkData | None) -> tuple[Predicted, ...]:
    """What the variants predict; those that predict wrongly, or have no uncompressed network, are left out."""
    if benchmark is None:
        return ()
    usable = [point for point in benchmark.predictions if not benchmark.is_wrong(point)]
    usable = [point for point in usable if parent_of(point) in usable]
    answers = []
    for point in usable:
        predictions = benchmark.predictions[point]
        parent = None if parent_of(point) == point else usable.index(parent_of(point))
        answers.append(Predicted(naming.point(point), predictions.scores, predictions.outputs, parent))
    return tuple(answers)


def _unknown_token(task: Task) -> int | None:
    """The token of unknown words, from the tokenizer beside the data; None without one."""
    if task.modality is not Modality.TEXT:
        return None
    with suppress(KeyError, ValueError, TypeError):
        model = json.loads(task.preparation()["tokenizer.json"])["model"]
        return int(model["vocab"][model["unk_token"]])
    return None


def _decided(check: CheckReport, data: Dataset, benchmark: BenchmarkData) -> CheckReport:
    """A check of leakage with what becomes of the recommendation without the leaked items."""
    leaked = any(finding.kind is FindingKind.LEAK and finding.count for finding in check.findings)
    kept_items = np.setdiff1d(np.arange(len(data.test)), leaked_items(leaks(data)))
    if not leaked or not len(kept_items):
        return check
    before, after = (_recommended(analyse(one)) for one in (benchmark, benchmark.on(kept_items)))
    if before == after:
        message = f"Without these items the recommendation stays the same: {before}."
    else:
        message = f"Without these items the recommendation changes from {before} to {after}."
    severity = Severity.FINE if before == after else Severity.ACT
    return replace(check, findings=(*check.findings, DataFinding(FindingKind.DECISION, severity, message)))


def _recommended(analysis: Analysis) -> str:
    """What is recommended under the usual limits, in words."""
    chosen = analysis.under(default_limits(analysis.objectives)).recommendation
    return naming.point(chosen.candidate.host_point) if chosen else "none"


def _path(task: Task, benchmark: BenchmarkData | None) -> Path:
    """Where a report is kept: named by all that it depends on."""
    test, calibration = task.test(), task.calibration()
    groups = hashlib.sha256("\n".join(test.groups.tolist()).encode()).hexdigest()
    used = _usable(benchmark, test)
    return report_path(
        "data-quality",
        _VERSION, task.name, task.metric, task.classes(), test.fingerprint, calibration.fingerprint, groups,
        task.groups, task.fixed_groups,
        CHECKS.names(), _cleanlab(), _answered(used),
    )  # fmt: skip


def _answered(benchmark: BenchmarkData | None) -> tuple[object, ...]:
    """All that the predictions and the recommendation of a benchmark depend on."""
    if benchmark is None or benchmark.record.environment is None:
        return ()
    record, environment = benchmark.record, benchmark.record.environment
    keys = [repr(key_of(point, benchmark.files[point].file.sha256, environment)) for point in benchmark.predictions]
    return (record.id, record.ended, *keys)


def _cleanlab() -> str:
    """Version of cleanlab; empty where it is not installed."""
    with suppress(metadata.PackageNotFoundError):
        return metadata.version("cleanlab")
    return ""
