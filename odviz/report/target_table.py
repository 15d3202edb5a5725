"""How far the projections for a device's targets can be trusted, as one row per target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from odviz.projection.validation import Validation
from odviz.services.target_reports import TargetReport
from odviz.units import percent


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors of predictions for networks that were left out, as shown.

    Attributes:
        median: of |predicted / measured − 1|.
        p90: 90th percentile of that.
        factor: interval factor.
        coverage: share of the networks inside their intervals.
    """

    median: str
    p90: str
    factor: str
    coverage: str


def new_errors(validation: Validation) -> Errors:
    """Errors with whole families left out."""
    return _errors(validation.median_error, validation.p90_error, validation.factor, validation.coverage)


def known_errors(validation: Validation) -> Errors:
    """Errors with a tenth of the networks left out, whose families stay."""
    return _errors(
        validation.known_median_error, validation.known_p90_error, validation.known_factor, validation.known_coverage
    )


def _errors(median: float, p90: float, factor: float, coverage: float) -> Errors:
    return Errors(percent(median), percent(p90), f"{factor:.2f}", percent(coverage))


def errors_sentence(validation: Validation) -> str:
    """The errors for networks of new families in words, without its end."""
    errors = new_errors(validation)
    return (
        f"Of networks of a new kind, half were predicted within {errors.median} and nine in ten within {errors.p90}; "
        f"the 90 % intervals contained {errors.coverage}"
    )


def target_row(report: TargetReport) -> Mapping[str, str | int | None]:
    """The row of a target; every row has the same headings."""
    validation = report.validation
    row: dict[str, str | int | None] = {
        "Networks": validation.points if validation else report.published,
        "Families": validation.families if validation else None,
    }
    for kind, errors_of in (("New", new_errors), ("Known", known_errors)):
        errors = errors_of(validation) if validation else Errors("", "", "", "")
        row |= {
            f"{kind}: error, median / 90th": f"{errors.median} / {errors.p90}" if validation else "",
            f"{kind}: interval ×/÷": errors.factor,
            f"{kind}: coverage": errors.coverage,
        }
    return row | {
        "Million MACs": millions(validation.macs_range) if validation else "",
        "Power": "measured" if report.has_power else "at rest and full load" if report.bounded else "",
        "Target": report.target.key,
        "Why nothing is projected": report.why_not,
    }


def millions(ends: Sequence[float]) -> str:
    """A range in millions ("0.2 to 31")."""
    return " to ".join(f"{float(f'{end / 1e6:.2g}'):,.10g}" for end in ends)
