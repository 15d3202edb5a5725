"""`odviz front`, `odviz recommend`: which variants are worth having, and which one to ship."""

from __future__ import annotations

import click

from odviz.analysis.analysis import Analysis
from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.candidates import Candidate
from odviz.analysis.recommendation import MARGIN, Recommendation
from odviz.cli import types
from odviz.cli.context import (
    Output,
    analysis_on,
    device_option,
    id_argument,
    note,
    say,
    table,
    target_option,
    with_json,
    with_store,
)
from odviz.cli.limits import DecidingCommand, LimitedCommand, ReadLimits
from odviz.cli.types import TEXT
from odviz.domain.device import Fit
from odviz.domain.errors import InputError, UnknownName
from odviz.domain.objective import Objective
from odviz.domain.result import Membership, State
from odviz.report import documents
from odviz.report.analysis_text import VERDICTS, near_misses, no_recommendation, regret_text
from odviz.report.imported import imported_note
from odviz.store import Store
from odviz.tasks import TASKS
from odviz.units import counted, estimate, figure, percent

MARKS = {Membership.FRONT: "●", Membership.AMBIGUOUS: "◐", Membership.DOMINATED: "·"}
_FITS = {Fit.DOES_NOT_FIT: "does not fit", Fit.TIGHT: "fits tightly"}


@click.command(cls=LimitedCommand)
@id_argument
@device_option
@target_option
@with_json
@with_store
def front(store: Store, benchmark_id: str, device: str, target: str, limits: ReadLimits) -> Output:
    """Show the Pareto fronts of the benchmark ID, and which variants satisfy the limits."""
    data = load_benchmark_data(store, benchmark_id)
    analysis = analysis_on(data, device, target)
    analysis = analysis.under(limits(analysis.objectives))
    document = {
        "candidates": documents.front_rows(analysis),
        "satisfying": analysis.certain,
        "satisfying_perhaps": analysis.possible,
        "of": len(analysis.candidates),
        "binding": documents.binding_document(analysis),
    }
    return Output(document, lambda: _show_fronts(data, analysis))


@click.command(cls=DecidingCommand)
@click.argument("benchmark", metavar="ID|TASK", type=TEXT)
@click.option(
    "--margin",
    type=types.MARGIN,
    default=f"{MARGIN:.0%}",
    show_default=True,
    help="Accuracy that may be given away for a faster variant: points of a share, or a share of the best value of "
    "any other metric.",
)
@device_option
@target_option
@with_json
@with_store
def recommend(store: Store, benchmark: str, margin: float, device: str, target: str, limits: ReadLimits) -> Output:
    """Recommend the variant to ship: the fastest one within the limits and the margin.

    Times that are equal, that differ by less than 10 % or are far below the deadline, decide nothing: then the more
    accurate one is taken, or the smaller.

    Of a TASK the newest complete benchmark is taken. The exit code is 1 where no variant can be recommended.
    """
    data = load_newest(store, benchmark)
    analysis = analysis_on(data, device, target)
    analysis = analysis.under(limits(analysis.objectives), margin)
    document = documents.recommendation_document(data, analysis)
    return Output(document, lambda: _show_recommendation(data, analysis), 0 if analysis.recommendation else 1)


def _show_fronts(data: BenchmarkData, analysis: Analysis) -> None:
    """Each front as a table of the candidates that are, or may be, on it; then how many satisfy the limits."""
    _show_machine(data, analysis)
    quality = analysis.quality
    for axis, members in analysis.fronts.items():
        rows = [
            (
                MARKS[candidate.membership[axis]],
                percent(candidate.probability[axis]),
                candidate.result.point.label,
                written(candidate, quality),
                written(candidate, axis),
                _problems(candidate),
            )
            for candidate in members
        ]
        table(
            f"\n{quality.title} against {axis.noun}",
            ("", "Sure", "Variant", quality.title, axis.title, ""),
            rows,
            right=("Sure", quality.title, axis.title),
        )
    say("")
    _show_counts(analysis)
    for candidate in analysis.excluded:
        note(f"{candidate.host_point.label}: {candidate.why_excluded}")
    for candidate in analysis.candidates:
        for objective, reason in candidate.missing.items():
            note(f"{candidate.result.point.label}: no {objective.noun}. {reason}")


def _show_recommendation(data: BenchmarkData, analysis: Analysis) -> None:
    """The recommended variant with its estimates and rivals, or the nearest miss."""
    record = data.record
    say(f"{record.plan.task}, benchmark {record.id} of {record.created.astimezone():%Y-%m-%d %H:%M}")
    _show_machine(data, analysis)
    choice, miss = analysis.recommendation, analysis.nearest_miss
    if choice:
        say(f"\n{VERDICTS[choice.verdict]}: {choice.candidate.result.point.label}")
        _show_estimates(choice.candidate, analysis)
        _show_alternatives(choice, analysis)
    elif not analysis.quality.decides:
        say(f"\n{no_recommendation(analysis)} {near_misses(analysis)}")
    elif miss:
        say(f"\nNo variant can be recommended. Nearest miss: {miss.result.point.label}")
        _show_estimates(miss, analysis)
    else:
        say("\nNo variant can be recommended.")
    _show_counts(analysis)


def written(candidate: Candidate, objective: Objective) -> str:
    """An estimate with its interval, marked "~" where it was not observed; empty where there is none."""
    value = candidate.estimates.get(objective)
    return ("" if value.provenance.observed else "~") + estimate(value) if value else ""


def load_newest(store: Store, name: str) -> BenchmarkData:
    """The benchmark of an id, or the newest complete one of a task that this machine measured.

    Raises:
        InputError: the task has no complete benchmark.
        UnknownName: neither a benchmark nor a task.
    """
    tasks = TASKS.names()
    if name not in tasks:
        try:
            return load_benchmark_data(store, name)
        except UnknownName:
            raise UnknownName("benchmark or task", name, tasks) from None
    records = store.benchmarks(task=name)
    complete = (record.id for record in records if record.state is State.DONE and not record.imported)
    newest = next(complete, None)
    if newest is None:
        raise InputError(f"The task {name} has no complete benchmark. Run one with: odviz bench {name} --quick")
    return load_benchmark_data(store, newest)


def _show_machine(data: BenchmarkData, analysis: Analysis) -> None:
    """What the figures are of, unless it is this machine."""
    if imported := imported_note(data.record):
        note(imported)
    if analysis.device and analysis.target:
        say(f"{analysis.device.title}, {analysis.target.key}. ~ projected or modelled, not observed there.")


def _show_estimates(candidate: Candidate, analysis: Analysis) -> None:
    rows = []
    units = {objective: objective.unit for objective in analysis.limits}  # joules, where the estimate is a ratio
    for objective in analysis.objectives:
        limit = analysis.limits.get(objective)
        sign = "≥" if objective.higher_is_better else "≤"
        bound = "" if limit is None else f"{sign} {figure(limit, units[objective])}"
        rows.append((objective.title, written(candidate, objective), bound, _verdict(candidate, objective, limit)))
    table("", ("Objective", "Estimate", "Limit", ""), rows, right=("Estimate", "Limit"))


def _verdict(candidate: Candidate, objective: Objective, limit: float | None) -> str:
    """Whether the limit is satisfied; why there is no estimate."""
    if objective in candidate.missing:
        return candidate.missing[objective]
    if limit is None:
        return ""
    if objective in candidate.uncertain:
        return "not certain"
    return "violated" if objective in candidate.violates else "satisfied"


def _show_alternatives(choice: Recommendation, analysis: Analysis) -> None:
    if choice.most_accurate is not choice.candidate:
        say(f"Most accurate within the limits: {choice.most_accurate.result.point.label}.")
    if choice.rivals:
        names = ", ".join(rival.result.point.label for rival in choice.rivals)
        say(f"Perhaps the better choice: {names}.")
    if choice.unknown:
        say(f"{counted(choice.unknown, 'variant')} of unknown latency could be better.")
    say(regret_text(choice, analysis))


def _show_counts(analysis: Analysis) -> None:
    total = counted(len(analysis.candidates), "variant")
    if analysis.possible:
        say(f"{analysis.certain} of {total} satisfy the limits for certain, {analysis.possible} perhaps.")
    else:
        say(f"{analysis.certain} of {total} satisfy the limits.")
    if analysis.not_fitting:
        say(f"{analysis.not_fitting} do not fit into the device.")
    if analysis.binding:
        name, admits = analysis.binding.objective.limit.phrase, analysis.binding.admits
        say(f"The limit that binds is the {name}: lifting it would admit {admits} more.")


def _problems(candidate: Candidate) -> str:
    violated = ", ".join(objective.limit.phrase for objective in candidate.violates)
    return "; ".join(filter(None, (f"violates: {violated}" if violated else "", _FITS.get(candidate.fit, ""))))
