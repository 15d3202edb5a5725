"""What the test on foreign items found, and what these are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.charts.dumbbell import dumbbell
from odviz.domain.foreign import ForeignItems
from odviz.domain.target import OperatingPoint
from odviz.objectives.confidence import energy_separation, kinds_of, separation
from odviz.objectives.ood_auroc import STRESS
from odviz.report.stress_part import StressPart
from odviz.services.naming import Name
from odviz.stress.out_of_distribution import FOREIGN, described
from odviz.tasks import TASKS
from odviz.units import estimate, percent

_READING = (
    "AUROC: how often the network is surer of one of its own items than of a foreign one; 50 % is chance. FPR95: the "
    "share of foreign items that pass where 95 % of its own do. Sureness is the largest probability, or the energy of "
    "the logits, where the file outputs logits. Other foreign items may be easier or harder to tell."
)
_LEARNED = (
    "Where the foreign items are test items, the network's own are items that it learned from, of which it is surer "
    "than of others of the same {groups}."
)
_NOTHING_REAL = (
    "odviz made all of these: no real ones are at hand that the networks have not learned{why}. In a new benchmark you "
    "can name a data set that is foreign to them: --stress out-of-distribution --foreign DATA."
)


def foreign_part(data: BenchmarkData, points: Sequence[OperatingPoint], name: Name) -> StressPart | None:
    """The sentence, table and picture; None if no point was tried.

    Args:
        data: of the benchmark.
        points: whose results.
        name: how a variant is named.
    """
    told = {point: data.stress[point][STRESS] for point in points if STRESS in data.stress.get(point, {})}
    if not told:
        return None
    kinds, groups = kinds_of(next(iter(told.values()))), data.groups
    words = {kind: foreign_words(data, kind) for kind in kinds}
    by_kind = {kind: [separation(outcome, kind, groups) for outcome in told.values()] for kind in kinds}
    auroc = {kind: [one.auroc() for one in separations] for kind, separations in by_kind.items()}
    points, first = list(told), by_kind[kinds[0]]
    worst = max(range(len(points)), key=lambda row: first[row].accepted)
    sentence = (
        f"Of {words[kinds[0]]}, {name(points[worst])} takes {percent(first[worst].accepted)} for things that it knows, "
        "if it may refuse 5 % of its own items because it is not sure of them."
    )
    rows = []
    for row, (point, outcome) in enumerate(told.items()):
        for kind in kinds:
            energy = energy_separation(outcome, kind, groups)
            figures = (estimate(energy.auroc()), percent(energy.accepted, 1)) if energy else ("", "")
            by_probability = estimate(auroc[kind][row]), percent(by_kind[kind][row].accepted, 1)
            rows.append((name(point), words[kind], *by_probability, *figures))
    return StressPart(
        STRESS,
        sentence,
        (*_notes(data, kinds), _READING),
        ("Variant", "Foreign items", "AUROC", "FPR95", "AUROC, energy", "FPR95, energy"),
        rows,
        partial(dumbbell, list(map(name, points)), {words[kind]: auroc[kind] for kind in kinds}, "AUROC", "1"),
    )


def foreign_words(data: BenchmarkData, kind: ForeignItems) -> str:
    """What foreign items of a kind are, in the plural."""
    plan = data.record.plan
    return (
        described(TASKS[plan.task], kind, FOREIGN.read(plan.stress_settings)) if plan.task in TASKS else "foreign items"
    )


def _notes(data: BenchmarkData, kinds: Sequence[ForeignItems]) -> list[str]:
    notes = []
    if all(kind.is_made for kind in kinds):
        groups = data.groups
        why = f", because they learned from all {groups.title}" if groups.names and not groups.by_class else ""
        notes.append(_NOTHING_REAL.format(why=why))
    if ForeignItems.NEW_SOURCES in kinds:
        notes.append(_LEARNED.format(groups=data.groups.title))
    return notes
