"""Comparing the runtimes that load the file of a variant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from odviz.analysis.parity import differences, largest, worst_items
from odviz.arrays import Bools
from odviz.compression.artifact import check_artifact
from odviz.domain.errors import OdvizError, RunFailed, StoreError
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Artifact, Variant
from odviz.domain.parity import NOTEWORTHY, ParityReport, RuntimeParity, disagrees
from odviz.domain.recipe import Recipe
from odviz.execution.address_space import check_address_space
from odviz.execution.lease import lease
from odviz.execution.prepare import find
from odviz.execution.probe import Probe
from odviz.execution.progress import Phase, Progress
from odviz.library.own_tasks import own_tasks
from odviz.metrics import METRICS
from odviz.metrics.base import Metric, Outputs
from odviz.runtimes import RUNTIMES
from odviz.services.devices import host
from odviz.services.kept_reports import keep_report, read_report, report_path
from odviz.services.parity_causes import TRIED, Pair
from odviz.services.variants import make_file
from odviz.stats import share
from odviz.store import Predictions, PredictionsKey, Store
from odviz.tasks import TASKS
from odviz.tasks.base import Examples

ITEMS = 500
"""Most test items that are compared."""

OUTPUT_BYTES = 128 << 20
"""Most bytes of all outputs of one runtime; fewer items are compared where an item has large ones."""

TIME_S = 300.0
"""Longest that a comparison may take; what was not tried by then is left out."""

_VERSION = 1
"""Raised whenever a report would say something else of the same file."""


def compare(
    store: Store,
    variant: Variant,
    artifact: Artifact | None,
    threads: int = 1,
    report: Callable[[Progress], None] = lambda _: None,
) -> ParityReport:
    """Compare the runtimes that load a variant's file on test items, and keep the report.

    Args:
        store: where predictions are kept.
        variant: the variant.
        artifact: its file; None to find or make it.
        threads: inside one inference.
        report: called with every new snapshot of the progress.

    Raises:
        Busy: a benchmark is measured on this machine.
        FileRefused: the file is not the recorded one.
        InputError: the recipe makes no such file.
        RunFailed: the file cannot be made.
    """
    artifact = artifact or make_file(variant)
    check_artifact(artifact)
    check_address_space()
    with lease(f"parity of {variant.label}"):
        compared = _Comparison(store, variant, artifact, threads, report).run()
    if not compared.cut_short:
        keep_report(compared, _path(artifact.sha256, variant, threads))
    return compared


def kept(variant: Variant, sha256: str, threads: int) -> ParityReport | None:
    """The report on a file from the same runtimes, processor and data; None if there is none.

    Args:
        variant: whose file it is.
        sha256: of the file.
        threads: inside one inference.
    """
    return read_report(ParityReport, _path(sha256, variant, threads))


def _path(sha256: str, variant: Variant, threads: int) -> Path:
    """Where a report is kept: named by all that it depends on."""
    task = TASKS[variant.task]
    versions = {runtime.name: runtime.available().version for runtime in RUNTIMES}
    own = own_tasks()[0].get(variant.task)
    return report_path(
        "parity",
        _VERSION, sha256, variant.key, threads, host().processor, versions, task.metric, task.takes,
        own and own.sources,
    )  # fmt: skip


class _Comparison:
    """One comparison under way."""

    def __init__(
        self, store: Store, variant: Variant, artifact: Artifact, threads: int, report: Callable[[Progress], None]
    ) -> None:
        self._store, self._variant, self._artifact, self._threads = store, variant, artifact, threads
        self._report = report
        task = TASKS[variant.task]
        self._metric: Metric = METRICS[task.metric]
        self._test, self._in_groups = task.test(), bool(task.groups) and not task.fixed_groups
        self._choose(ITEMS)

    def _choose(self, count: int) -> None:
        """Take so many of the test items at most, from all over the set: it may be sorted by class."""
        total = len(self._test)
        self._numbers = np.arange(min(count, total)) * total // min(count, total)
        self._examples = Examples(
            *(array[self._numbers] for array in (self._test.inputs, self._test.targets, self._test.groups))
        )
        self._groups = np.unique(self._examples.groups, return_inverse=True)[1] if self._in_groups else None

    def run(self) -> ParityReport:
        """Predict with every runtime, and look for the cause of each disagreement."""
        with Probe(self._artifact, self._threads, TIME_S) as probe:
            outputs, rows = self._all_predicted(probe)
            first = next(iter(outputs), "")
            original = self._original(first)
            rows = [row if row.failure else self._row(row, outputs, first, original) for row in rows]
            rows = [self._explained(probe, row, outputs, first) if disagrees(row) else row for row in rows]
            return ParityReport(
                self._variant,
                self._artifact.sha256,
                len(self._examples),
                self._metric.name,
                self._threads,
                tuple(rows),
                probe.time_is_up,
            )

    def _all_predicted(self, probe: Probe) -> tuple[dict[str, Outputs], list[RuntimeParity]]:
        """Outputs of every runtime that loads the file, and a row for every one that reads the format."""
        format = self._artifact.format
        usable = [one for one in RUNTIMES if format in one.formats and one.snippet and one.available()]
        usable.sort(key=lambda one: one.formats.index(format))  # first those that prefer it
        outputs: dict[str, Outputs] = {}
        rows: list[RuntimeParity] = []
        for index, runtime in enumerate(usable):
            self._tell(f"{runtime.title} predicts", 0.5 * index / len(usable))
            row = RuntimeParity(runtime.name, runtime.available().version)
            try:
                if not outputs:
                    one = probe.predict(runtime.name, probe.original, self._examples.inputs[:1])
                    self._choose(min(ITEMS, max(1, OUTPUT_BYTES // sum(output.nbytes for output in one))))
                outputs[runtime.name] = self._predicted(probe, runtime.name, self._artifact)
            except RunFailed as error:
                row = replace(row, failure=error.failure)
            rows.append(row)
        return outputs, rows

    def _predicted(self, probe: Probe, runtime: str, artifact: Artifact) -> Outputs:
        """Outputs on the items; those that are stored are used again."""
        version = RUNTIMES[runtime].available().version
        data = self._examples.fingerprint
        key = PredictionsKey(artifact.sha256, runtime, version, data, self._threads, host().processor)
        with suppress(OdvizError):  # new ones replace what is damaged
            stored = self._store.find_predictions(key)
            if stored and stored.outputs is not None and stored.metric == self._metric.name:
                return stored.outputs
        outputs = probe.predict(runtime, Path(artifact.path), self._examples.inputs)
        with suppress(ValueError, StoreError):  # a metric that does not fit, a database that is full
            scores = self._metric.score(outputs, self._examples.targets)
            self._store.save_predictions(key, Predictions(self._metric.name, scores, outputs))
        return outputs

    def _original(self, runtime: str) -> Outputs | None:
        """Outputs of the uncompressed network; None for that itself, or where they are not to be had."""
        variant = self._variant
        parent = find(Variant(variant.task, variant.model, Recipe(), variant.format))
        if not runtime or not variant.recipe.steps or parent is None:
            return None
        with suppress(RunFailed), Probe(parent, self._threads, TIME_S) as probe:
            return self._predicted(probe, runtime, parent)
        return None

    def _row(
        self, row: RuntimeParity, outputs: Mapping[str, Outputs], first: str, original: Outputs | None
    ) -> RuntimeParity:
        """The figures of one runtime."""
        own = outputs[row.runtime]
        with suppress(ValueError):
            scores = self._metric.score(own, self._examples.targets)
            quality = self._metric.interval(scores, self._groups, scope=f"{len(scores):,} test items")
            row = replace(row, quality=quality)
        if original is not None and _shapes(own) == _shapes(original):
            row = replace(row, original=share(self._same(own, original)))
        if row.runtime == first:
            return row
        if _shapes(own) != _shapes(outputs[first]):
            reason = "Its outputs have other shapes than those of the first runtime."
            return replace(row, failure=Failure(FailureKind.WRONG_PREDICTIONS, reason))
        same, apart = self._same(own, outputs[first]), differences(own, outputs[first])
        worst = int(worst_items(apart, same, 1)[0])
        return replace(
            row, agreement=share(same), difference=float(apart.max()), worst=int(self._numbers[worst])
        )  # fmt: skip

    def _same(self, outputs: Outputs, others: Outputs) -> Bools:
        """On which items two models predict the same; by the numbers where the metric does not fit them."""
        try:
            return self._metric.agreement(outputs, others)
        except ValueError:
            near: Bools = differences(outputs, others) <= NOTEWORTHY
            return near

    def _explained(self, probe: Probe, row: RuntimeParity, outputs: Mapping[str, Outputs], first: str) -> RuntimeParity:
        """A row with the first layer that differs, and with the experiments."""
        own, reference = outputs[row.runtime], outputs[first]
        worst = worst_items(differences(own, reference), self._same(own, reference), TRIED)
        pair = Pair(
            probe,
            first,
            row.runtime,
            self._examples.inputs[worst],
            tuple(output[worst] for output in reference),
            tuple(output[worst] for output in own),
            tuple(largest(output) for output in reference),
        )
        self._tell(f"{RUNTIMES[row.runtime].title}: the first layer that differs", 0.6)
        parting = pair.parting()
        self._tell(f"{RUNTIMES[row.runtime].title}: the cause", 0.8)
        return replace(row, parting=parting, experiments=pair.experiments())

    def _tell(self, doing: str, share_done: float) -> None:
        self._report(Progress.part(Phase.PREDICTIONS, share_done, doing))


def _shapes(outputs: Outputs) -> list[tuple[int, ...]]:
    return [output.shape for output in outputs]
