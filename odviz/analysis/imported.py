"""The figures of another machine's benchmark, marked as such."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from odviz.analysis.candidates import Candidate
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.result import Accuracy, Latency, PointResult

T = TypeVar("T")


def as_imported(value: T) -> T:
    """The same value, in which every estimate that was measured is another machine's.

    Args:
        value: a point's result or a candidate, or a part of one.
    """
    return _marked(value)  # type: ignore[no-any-return]


def _marked(value: Any) -> Any:
    match value:
        case Estimate():
            measured = value.provenance is Provenance.MEASURED
            provenance = Provenance.IMPORTED if measured else value.provenance
            return replace(value, provenance=provenance, absolute=_marked(value.absolute))
        case PointResult() | Accuracy() | Latency() | Candidate():
            return replace(value, **{field.name: _marked(getattr(value, field.name)) for field in fields(value)})
        case Mapping():
            return {key: _marked(one) for key, one in value.items()}
    return value
