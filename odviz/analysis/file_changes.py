"""What differs between the files of two operating points, and between how they are run."""

from __future__ import annotations

from collections.abc import Mapping

from odviz.analysis.harm import PredictedPoint
from odviz.domain.comparison import FactChange, FileFact

_Values = Mapping[FileFact, float | str | None]


def fact_changes(base: PredictedPoint, new: PredictedPoint) -> tuple[FactChange, ...]:
    """The facts that differ, in the order of `FileFact`."""
    before, now = _values(base), _values(new)
    return tuple(
        FactChange(fact, before.get(fact), now.get(fact)) for fact in FileFact if before.get(fact) != now.get(fact)
    )


def _values(of: PredictedPoint) -> _Values:
    variant, target, environment = of.point.variant, of.point.target, of.data.record.environment
    version = environment.runtimes.get(target.runtime, "") if environment else ""
    values: dict[FileFact, float | str | None] = {
        FileFact.RECIPE: str(variant.recipe),
        FileFact.FORMAT: variant.format,
        FileFact.RUNTIME: f"{target.runtime} {version}".strip(),
        FileFact.THREADS: target.threads,
    }
    if stored := of.data.files.get(of.point):
        facts = stored.facts
        values |= {
            FileFact.SIZE: stored.file.size_bytes,
            FileFact.DOWNLOAD: facts.compressed_bytes,
            FileFact.PARAMETERS: facts.parameters,
            FileFact.NONZERO: facts.nonzero_parameters,
            FileFact.MACS: facts.macs,
            FileFact.QUANTIZED: facts.quantized_ops,
            FileFact.SHA256: stored.file.sha256,
        }
    return values
