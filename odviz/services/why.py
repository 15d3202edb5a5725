"""Explaining why a variant is as fast as it is on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from operator import truediv
from pathlib import Path
from statistics import median

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.why import PRODUCTS, ProfileEvidence, bound, layer_times, removed_layers, role
from odviz.compression.artifact import check_artifact
from odviz.compression.recipes import resolve
from odviz.domain.errors import InputError, RunFailed, UnknownName
from odviz.domain.estimate import Estimate
from odviz.domain.model import Artifact, GraphFacts, Variant
from odviz.domain.parity import Layer
from odviz.domain.recipe import Recipe
from odviz.domain.result import Block
from odviz.domain.target import OperatingPoint
from odviz.domain.why import (
    OperatorTime,
    ProfileMethod,
    RemovedLayer,
    Roofline,
    SpeedChange,
    SpeedExperiment,
    TimeProfile,
    WhyReport,
)
from odviz.execution.address_space import check_address_space
from odviz.execution.lease import lease
from odviz.execution.prepare import find
from odviz.execution.progress import Phase, Progress
from odviz.execution.speed_probe import SpeedProbe
from odviz.measurement.readings import BlockTimes
from odviz.runtimes import RUNTIMES
from odviz.services.devices import host
from odviz.services.kept_reports import keep_report, read_report, report_path
from odviz.services.variants import make_file
from odviz.services.why_experiments import Trials
from odviz.stats import latency, speedup
from odviz.tasks import TASKS
from odviz.worker.request import Load

TIME_S = 240.0
"""Longest that an explanation may take; what was not tried by then is left out."""

MOST_CUTS = 24
"""Most copies of a file that are timed beside each other."""

COPIED_BYTES = 256 << 20
"""Most bytes of all copies together."""

ITEMS = 16
"""Test items that are timed in turn."""

_VERSION = 1
"""Raised whenever a report would say something else of the same file."""

CLOSED = 0.05
"""Share of the time in operators that a profile may not explain; where it explains more, it is scaled down."""

_AGAIN = 2
"""How often a profile that does not add up is made again."""


def explain(
    variant: Variant,
    artifact: Artifact | None,
    runtime: str,
    threads: int = 1,
    report: Callable[[Progress], None] = lambda _: None,
    wait_s: float = 0.0,
) -> WhyReport:
    """Profile a variant, suspect causes and try them, and keep the report.

    Args:
        variant: the variant.
        artifact: its file; None to find or make it.
        runtime: name of the runtime.
        threads: inside one inference.
        report: called with every new snapshot of the progress.
        wait_s: how long to wait for another odviz that measures; −1 for as long as it takes.

    Raises:
        Busy: a benchmark is measured on this machine.
        FileRefused: the file is not the recorded one.
        InputError: the recipe makes no such file, or the runtime does not read it.
        RunFailed: the file cannot be made or run.
    """
    if variant.format not in RUNTIMES[runtime].formats:
        raise InputError(f"{RUNTIMES[runtime].title} does not read {variant.format} files.")
    artifact = artifact or make_file(variant, wait_s)
    check_artifact(artifact)
    check_address_space()
    with lease(f"why {variant.label}", wait_s):
        explained = _Explanation(variant, artifact, runtime, threads, report).run()
    if not explained.cut_short:
        keep_report(explained, _path(artifact.sha256, variant, runtime, threads))
    return explained


def kept(variant: Variant, sha256: str, runtime: str, threads: int) -> WhyReport | None:
    """The report on a file from the same runtime and processor; None if there is none.

    Args:
        variant: whose file it is.
        sha256: of the file.
        runtime: name of the runtime.
        threads: inside one inference.
    """
    return read_report(WhyReport, _path(sha256, variant, runtime, threads))


def kept_profile(data: BenchmarkData, point: OperatingPoint) -> TimeProfile | None:
    """Where the time of a variant of a benchmark goes, if a kept report says; nothing is run.

    Args:
        data: of the benchmark.
        point: one of its points.
    """
    if data.record.imported or point not in data.files:
        return None
    try:
        report = kept(point.variant, data.files[point].file.sha256, point.target.runtime, point.target.threads)
    except UnknownName:  # its runtime no longer exists
        return None
    return report.own if report else None


def _path(sha256: str, variant: Variant, runtime: str, threads: int) -> Path:
    """Where a report is kept: named by all that it depends on."""
    version = RUNTIMES[runtime].available().version
    return report_path("why", _VERSION, sha256, variant.key, runtime, version, threads, host().processor)


def _nominal(variant: Variant) -> int:
    """Percent that the pruning steps of a recipe are to remove; the most of several."""
    steps = resolve(variant.recipe, variant.format)
    percents = [value for step in steps for key, value in step.options if key == "percent"]
    return max((round(float(value)) for value in percents), default=0)


def _operator(group: Sequence[Layer], time_s: float) -> OperatorTime:
    """A group of neighbouring layers as one operator: what it does with numbers is what its products do."""
    roles = [role(layer.operator, layer.types) for layer in group]
    main = next((place for place, layer in enumerate(group) if layer.operator in PRODUCTS), 0)
    more = f" and {len(group) - 1} more" if len(group) > 1 else ""
    first = group[main]
    return OperatorTime(first.operator + more, first.name, roles[main], time_s, first.types)


@dataclass(frozen=True, slots=True)
class _Parent:
    """The uncompressed network beside the variant.

    Attributes:
        load: how it is loaded.
        facts: of its file.
        profile: where its time goes.
        raced: blocks of the variant and its own, timed in turns.
    """

    load: Load
    facts: GraphFacts
    profile: TimeProfile
    raced: tuple[list[Block], list[Block]]


class _Explanation:
    """One explanation under way."""

    def __init__(
        self, variant: Variant, artifact: Artifact, runtime: str, threads: int, report: Callable[[Progress], None]
    ) -> None:
        self._variant, self._artifact, self._runtime, self._threads = variant, artifact, runtime, threads
        self._report, self._task = report, TASKS[variant.task]

    def run(self) -> WhyReport:
        """Profile, compare with the uncompressed network, and try what is suspected."""
        with SpeedProbe(self._artifact, self._threads, TIME_S) as probe:
            items = probe.items(self._task.test().inputs[:ITEMS])
            own_load = self._load(self._artifact, items)
            self._tell("Time by operator", 0.05)
            own, facts = self._profile(probe, self._artifact, own_load), probe.facts(self._artifact, self._task.shapes)
            roofline = self._roofline(probe)
            limit = bound(own, facts, roofline)
            parent = self._parent(probe, own_load, items)
            evidence = ProfileEvidence(
                own,
                parent.profile if parent else None,
                speedup(parent.raced[1], parent.raced[0]) if parent else None,
                facts,
                parent.facts if parent else None,
                self._threads,
                limit,
                RUNTIMES[self._runtime].plain is not None,
            )
            raced = {SpeedChange.PARENT: parent.raced} if parent else {}
            trials = Trials(
                probe, self._variant, own_load, parent.load if parent else None, self._task.shapes, evidence, raced
            )
            nominal = _nominal(self._variant)
            return WhyReport(
                self._variant,
                self._artifact.sha256,
                self._runtime,
                self._threads,
                host().flags or (),
                own,
                evidence.parent,
                evidence.speedup,
                roofline,
                facts.macs,
                evidence.parent_facts.macs if evidence.parent_facts else facts.macs,
                1 - evidence.zeros,
                facts.file_bytes,
                limit,
                tuple(self._tried(trials)),
                self._removed(probe) if nominal else (),
                nominal,
                cut_short=probe.time_is_up,
            )

    def _tried(self, trials: Trials) -> list[SpeedExperiment]:
        """The experiments on everything that is suspected."""
        rules, made = trials.suspected(), []
        for number, rule in enumerate(rules):
            self._tell(f"Trying what may be the cause, {number + 1} of {len(rules)}", 0.4 + 0.6 * number / len(rules))
            made += trials.experiments((rule,))
        return made

    def _parent(self, probe: SpeedProbe, own: Load, items: Path) -> _Parent | None:
        """The uncompressed network beside the variant; None for that itself, or where it does not run."""
        variant = self._variant
        file = find(Variant(variant.task, variant.model, Recipe(), variant.format)) if variant.recipe.steps else None
        if file is None:
            return None
        load = self._load(file, items)
        with suppress(RunFailed):
            self._tell("Time by operator, before compression", 0.15)
            profile, facts = self._profile(probe, file, load), probe.facts(file, self._task.shapes)
            self._tell("In turns with the uncompressed network", 0.3)
            raced, parents = probe.race((own, load))
            return _Parent(load, facts, profile, (raced, parents))
        return None

    def _removed(self, probe: SpeedProbe) -> tuple[RemovedLayer, ...]:
        """What pruning left of each layer; empty where that cannot be told."""
        variant, shapes = self._variant, self._task.shapes
        parent = find(Variant(variant.task, variant.model, Recipe(), variant.format))
        with suppress(RunFailed):
            if parent is not None:
                return removed_layers(probe.work(parent, shapes), probe.work(self._artifact, shapes))
        return ()

    def _load(self, file: Artifact, items: Path) -> Load:
        return Load(self._runtime, file.path, file.format, file.layout, str(items), self._threads)

    def _profile(self, probe: SpeedProbe, file: Artifact, load: Load) -> TimeProfile:
        """Where the time of a file goes: by the runtime's profiler, or by cuts where it has none."""
        if RUNTIMES[self._runtime].profiled is None:
            with suppress(RunFailed):
                return self._by_cuts(probe, file, load)
        return self._by_profiler(probe, load)

    def _by_cuts(self, probe: SpeedProbe, file: Artifact, load: Load) -> TimeProfile:
        """Time by layer, or by group of neighbouring layers where they are many or the file is large."""
        layers = probe.layers_of(file)
        count = min(len(layers), MOST_CUTS, max(1, COPIED_BYTES // file.size_bytes))
        ends = [round((place + 1) * len(layers) / count) for place in range(count)]
        groups = [layers[start:end] for start, end in pairwise((0, *ends))]
        reading = probe.prefixes(load, [group[-1].tensors for group in groups])
        p50 = self._p50(reading.blocks[-1])
        medians = [[median(block.wall_ns) for block in blocks] for blocks in reading.blocks]
        shares = [median(map(truediv, own, medians[-1])) for own in medians]
        call_s = min(reading.call_s, shares[0] * p50.centre)
        times = layer_times([call_s, *(share * p50.centre for share in shares)])
        operators = tuple(_operator(group, time_s) for group, time_s in zip(groups, times, strict=True))
        return TimeProfile(ProfileMethod.CUTS, p50, operators, call_s, 0.0)

    def _p50(self, timed: Sequence[BlockTimes]) -> Estimate:
        blocks = [
            Block(0, number, block.wall_ns, block.cpu_ns, block.timed, block.reference_ns)
            for number, block in enumerate(timed)
        ]
        return latency(blocks, threads=self._threads).p50

    def _by_profiler(self, probe: SpeedProbe, load: Load) -> TimeProfile:
        """Where the time of a file goes; the best of a few profiles, because a disturbed one does not add up."""
        reading = probe.profile(load)
        for _ in range(_AGAIN):
            if reading.counted >= 1 - CLOSED or not reading.operators:
                break
            reading = max(reading, probe.profile(load), key=lambda one: one.counted)
        operators = tuple(
            OperatorTime(one.operator, one.name, role(one.operator, one.reads), one.time_s, one.reads)
            for one in reading.operators
        )
        p50 = self._p50(reading.blocks)
        return TimeProfile(ProfileMethod.PROFILER, p50, operators, reading.call_s, reading.node_s, reading.counted)

    def _roofline(self, probe: SpeedProbe) -> Roofline:
        """What this processor reaches; measured once for each number of threads."""
        processor = host().processor
        path = report_path("roofline", _VERSION, processor, self._threads)
        roofline = read_report(Roofline, path)
        if roofline is None:
            rates = probe.rates(self._threads)
            roofline = Roofline(processor, rates.float_macs, rates.integer_macs, rates.copied_bytes, self._threads)
            keep_report(roofline, path)
        return roofline

    def _tell(self, doing: str, share_done: float) -> None:
        self._report(Progress.part(Phase.LATENCY, share_done, doing))
