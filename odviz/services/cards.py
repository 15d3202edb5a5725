"""Cards of models and data: what is measured, what their makers recorded, and what is missing and who must say it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.candidates import Candidate
from odviz.analysis.harm import harm
from odviz.analysis.releases import ReleaseRegistry
from odviz.domain.card import Basis, Statement, Topic, Voice, recorded
from odviz.domain.data_quality import DataReport
from odviz.domain.errors import Damaged, InputError
from odviz.domain.harm import HarmReport
from odviz.domain.model import Model
from odviz.domain.result import State
from odviz.library import datasets
from odviz.library.datasets import DataFile
from odviz.objectives import ENERGY
from odviz.services import catalogue, data_quality
from odviz.services.data_source import DataSource, source
from odviz.services.release_log import registry
from odviz.store import BenchmarkRecord, Store
from odviz.stress import STRESS_TESTS
from odviz.tasks import TASKS
from odviz.tasks.base import Task
from odviz.units import counted

_MOST_CLASSES = 50
"""Classes or groups whose items are counted on a card."""


@dataclass(frozen=True, slots=True)
class DataCard:
    """What is known of the data of a task.

    Attributes:
        task: whose data they are.
        source: where they come from.
        files: of the data set.
        report: what the checks of the data said; None if nobody made them.
        statements: the fields of the card.
    """

    task: Task
    source: DataSource
    files: tuple[DataFile, ...]
    report: DataReport | None
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is known of a model.

    Attributes:
        model: the model.
        data: card of the data that it is tested on.
        benchmark: whose figures it shows; None if its files were not measured.
        candidates: the variants of the model that were measured.
        harm: groups of test items before and after compression, of its variants; None if nothing could be compared.
        stress: names of the stress tests that were run.
        statements: the fields of the card.
        registry: what is released of all models; None where that is not known.
    """

    model: Model
    data: DataCard
    benchmark: BenchmarkRecord | None
    candidates: tuple[Candidate, ...]
    harm: HarmReport | None
    stress: tuple[str, ...]
    statements: tuple[Statement, ...]
    registry: ReleaseRegistry | None = None


def data_card(store: Store, task: str) -> DataCard:
    """The card of a task's data.

    Raises:
        UnknownName: no such task.
        FileRefused: the data cannot be read.
        IntegrityError: a built-in data file is not the recorded one.
    """
    return _data_card(TASKS[task], newest(store, task))


def model_card(store: Store, task: str, name: str) -> ModelCard:
    """The card of a model, with the figures of the newest complete benchmark of its files.

    Raises:
        UnknownName: no such task or model.
        FileRefused: its record or the data cannot be read.
        IntegrityError: a built-in file is not the recorded one.
    """
    model = catalogue.model(task, name)
    return replace(model_card_of(model, newest(store, task, model)), registry=registry(store))


def newest(store: Store, task: str, model: Model | None = None) -> BenchmarkData | None:
    """The newest complete benchmark of the items that a task has now; None if there is none.

    Args:
        store: the database.
        task: name of the task.
        model: only a benchmark of the files that this model has now.
    """
    for record in store.benchmarks(task=task):
        if record.state is State.DONE and (model is None or model.name in record.plan.models):
            with suppress(Damaged):
                data = load_benchmark_data(store, record.id)
                if data_quality.predicts_these_items(task, data) and (model is None or _is_of(data, model)):
                    return data
    return None


def _is_of(data: BenchmarkData, model: Model) -> bool:
    """Whether a benchmark measured the files of a model, not others that once had its name."""
    current = {artifact.sha256 for checkpoint in model.checkpoints for artifact in checkpoint.artifacts.values()}
    return any(file.file.sha256 in current for point, file in data.files.items() if point.variant.model == model.name)


def model_card_of(model: Model, data: BenchmarkData | None) -> ModelCard:
    """The card of a model with the figures of a benchmark.

    Raises:
        FileRefused: the data cannot be read.
        IntegrityError: a built-in data file is not the recorded one.
    """
    task = TASKS[model.task]
    measured = analyse(data).candidates if data else ()
    candidates = tuple(one for one in measured if one.host_point.variant.model == model.name)
    stress = _stress(data, model) if data else ()
    groups = _harm(data, model) if data else None
    # Facts, not a history or hashes of files.
    training = {key: value for key, value in model.training.items() if isinstance(value, str | int | float)}
    statements = (
        recorded(
            Topic.SUMMARY,
            model.summary,
            f"Architecture: {model.family}." if model.family else "",
            why="Its record says nothing of what it is.",
            who=Voice.TRAINER,
        ),
        Statement(Topic.INPUTS, Basis.RECORDED, tuple(_interface(task))),
        recorded(Topic.LICENCE, model.licence, why="Its record names no licence.", who=Voice.TRAINER),
        *use_and_limits(model),
        recorded(Topic.NOT_FOR, model.not_for, why="Its record rules no use out.", who=Voice.SHIPPER),
        recorded(Topic.OWNER, model.owner, why="Its record names nobody who answers for it.", who=Voice.SHIPPER),
        recorded(
            Topic.TRAINING,
            *(f"{key.replace('_', ' ')}: {value}" for key, value in training.items()),
            why="Its record does not say how it was trained.",
            who=Voice.TRAINER,
        ),
        _measured(
            Topic.FIGURES,
            [f"{counted(len(candidates), 'variant')} measured."] if candidates else [],
            "No complete benchmark measured these files on these test items.",
        ),
        _measured(
            Topic.GROUPS,
            [f"{counted(len(groups.variants), 'compressed variant')} compared by {groups.groups}."] if groups else [],
            "No benchmark compared groups of test items before and after compression.",
        ),
        _measured(
            Topic.STRESS,
            [STRESS_TESTS[name].title for name in stress],
            "No stress test was run on it.",
        ),
        _energy(candidates),
    )
    return ModelCard(
        model, _data_card(task, data), data.record if data else None, candidates, groups, stress, statements
    )


def use_and_limits(model: Model) -> tuple[Statement, Statement]:
    """What a model was made for, and where it fails."""
    return (
        recorded(Topic.USE, model.intended_use, why="Its record names no intended use.", who=Voice.TRAINER),
        recorded(Topic.LIMITS, *model.limits, why="Its record names no limits.", who=Voice.TRAINER),
    )


def _interface(task: Task) -> Iterator[str]:
    yield f"It takes {task.takes}."
    classes = task.classes()
    yield f"It tells {len(classes):,} classes apart." if classes else "Its outputs are no classes."


def _measured(topic: Topic, lines: list[str], why: str) -> Statement:
    if not lines:
        return Statement(topic, Basis.MISSING, why=why, who=Voice.MEASURER)
    return Statement(topic, Basis.MEASURED, tuple(lines))


def _energy(candidates: tuple[Candidate, ...]) -> Statement:
    """Whether energy was measured; a modelled ratio is no measurement."""
    energies = [one.estimates[ENERGY] for one in candidates if ENERGY in one.estimates]
    metered = [energy for energy in energies if energy.provenance.sampled]
    unmetered = "The machine that measured has no energy meter that odviz can read."
    why = unmetered if candidates else "No benchmark measured it."
    return _measured(Topic.ENERGY, [f"Measured: {one.scope}." for one in metered[:1]], why)


def _stress(data: BenchmarkData, model: Model) -> tuple[str, ...]:
    """Names of the stress tests that the model's variants were tried by."""
    tried = {name for point, tests in data.stress.items() if point.variant.model == model.name for name in tests}
    return tuple(name for name in STRESS_TESTS.names() if name in tried)


def _harm(data: BenchmarkData, model: Model) -> HarmReport | None:
    """The model's compressed variants group by group; None without groups, or if the metric has no value for one."""
    if not data.items.ways:
        return None
    with suppress(InputError):
        report = harm(data, data.items.first)
        own = tuple(one for one in report.variants if one.point.variant.model == model.name)
        return replace(report, variants=own) if own else None
    return None


def _data_card(task: Task, data: BenchmarkData | None) -> DataCard:
    origin, report = source(task.name), data_quality.kept(task.name, data) or data_quality.kept(task.name, None)
    files = tuple(f"{name} (sha256 {sha256})" for name, sha256 in origin.files)
    collector = Voice.COLLECTOR
    statements = (
        recorded(Topic.SUMMARY, origin.description or task.summary, why="Nothing describes them.", who=collector),
        Statement(Topic.ITEMS, Basis.MEASURED, tuple(_items(task))),
        recorded(Topic.SOURCE, origin.url, *files, *origin.remarks, why="Their source is not recorded.", who=collector),
        recorded(Topic.LICENCE, origin.licence, origin.licence_url, why="No licence is recorded.", who=collector),
        recorded(Topic.CITATION, origin.citation, why="Nothing to cite is recorded.", who=collector),
        recorded(Topic.USE, origin.uses, why="What they may serve for is not recorded.", who=collector),
        recorded(Topic.LIMITS, origin.limits, why="What they do not show is not recorded.", who=collector),
        recorded(
            Topic.PERSONAL, origin.personal, why="Whether they tell anything of persons is not recorded.", who=collector
        ),
        _measured(
            Topic.QUALITY,
            [f"{counted(len(report.checks), 'check')} made."] if report else [],
            "Nobody has looked at them with odviz yet.",
        ),
    )
    return DataCard(task, origin, datasets.files(task.name), report, statements)


def _items(task: Task) -> Iterator[str]:
    test, calibration = task.test(), task.calibration()
    yield f"{counted(len(test), 'test item')}, {counted(len(calibration), 'calibration item')}; each is {task.takes}."
    classes = task.classes()
    if classes and test.targets.ndim == 1:
        tally = np.bincount(test.targets, minlength=len(classes)).tolist()
        yield f"Test items by class: {_listed(list(zip(classes, tally, strict=True)))}."
    names, sizes = np.unique(test.groups, return_counts=True)
    if len(names) > 1:
        sources = list(zip(names.tolist(), sizes.tolist(), strict=True))
        yield f"Test items by {task.groups or 'group'}: {_listed(sources)}."
    else:
        yield "Nothing tells which test items come from the same person, place or device."


def _listed(counts: list[tuple[str, int]]) -> str:
    """Names with numbers of items; the extremes of many."""
    if len(counts) <= _MOST_CLASSES:
        return ", ".join(f"{name} {count:,}" for name, count in counts)
    sizes = [count for _, count in counts]
    return f"{len(counts):,}, of {min(sizes):,} to {max(sizes):,} items"
