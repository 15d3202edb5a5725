"""From published measurements to a latency on a machine that is not here."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from odviz.domain.errors import InputError
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.published import Processor, PublishedRow
from odviz.projection.conformal import FLOOR, LEVEL, Residuals
from odviz.projection.ensemble import Ensemble
from odviz.projection.features import Features, family_of, matrix
from odviz.projection.sample import Sample, needed, networks, suffices
from odviz.units import counted, digits, percent

_FEW_FAMILIES = 4
"""An int8 target with fewer families borrows the networks of its floating-point sibling.

Where there are more, its own networks predict better: on NPUs the ratio of the precisions varies too much.
"""

_FLOAT_ENDINGS = ("fp32", "fp16", "fp")


@dataclass(frozen=True, slots=True)
class Validation:
    """How well a target's networks are predicted when they are left out.

    Errors are |predicted / measured − 1|; factors say that an interval is value / factor to value × factor.

    Attributes:
        points: networks measured.
        families: how many kinds of them.
        median_error: with the whole family left out.
        p90_error: the 90th percentile of that.
        factor: interval factor for a network within the calibrated range of a new family.
        coverage: share of left-out families' networks inside the interval that the other families gave.
        known_median_error: with a tenth of the networks left out, whose families stay.
        known_p90_error: the 90th percentile of that.
        known_factor: interval factor for a network within the calibrated range of a known family.
        known_coverage: share inside it.
        macs_range: fewest and most MACs measured.
        borrowed: networks lent by the floating-point sibling.
    """

    points: int
    families: int
    median_error: float
    p90_error: float
    factor: float
    coverage: float
    known_median_error: float
    known_p90_error: float
    known_factor: float
    known_coverage: float
    macs_range: tuple[float, float]
    borrowed: int


class _Fitted:
    """Everything learned with one choice of counts, each part when it is first needed."""

    def __init__(self, sample: Sample, columns: frozenset[str]) -> None:
        self.sample, self.columns = sample, columns

    def ensemble(self, known: bool) -> Ensemble:
        """On every network, for one of a known family or of another."""
        return self._for_known if known else self._for_new

    @cached_property
    def _for_new(self) -> Ensemble:
        return self.sample.fit(self.columns, by_family=True)

    @cached_property
    def _for_known(self) -> Ensemble:
        return self.sample.fit(self.columns, by_family=False)

    @cached_property
    def new(self) -> Residuals:
        """With whole families left out."""
        return self.sample.by_family(self.columns)

    @cached_property
    def known(self) -> Residuals:
        """With networks left out whose families stay."""
        return self.sample.by_network(self.columns)


class Calibration:
    """What is known of one target. Fits when it is first asked, and keeps what it fitted.

    Args:
        target: key in the published table.
        rows: everything published for it.
        lent: rows of its floating-point sibling, if it borrows.
    """

    def __init__(self, target: str, rows: tuple[PublishedRow, ...], lent: tuple[PublishedRow, ...] = ()) -> None:
        self.target, self.rows, self._lent = target, rows, lent
        self.processor = rows[0].processor if rows else Processor.CPU
        self._fitted: dict[frozenset[str], _Fitted] = {}

    @cached_property
    def sample(self) -> Sample:
        """The networks that it learns from."""
        return Sample(networks(self.rows), networks(self._lent), self.processor)

    @property
    def projects(self) -> bool:
        """Whether enough was published to predict anything else, and to say how well."""
        return suffices([network.family for network in self.sample.own], self.processor)

    @property
    def why_not(self) -> str:
        """Why nothing is projected; empty where something is."""
        if self.projects:
            return ""
        networks, families = len(self.sample.own), len(self.sample.families)
        return (
            f"Measured points only: {self.target} has {counted(networks, 'network')} with known MACs in {families} "
            f"{'family' if families == 1 else 'families'}; to project another takes {needed(self.processor)}."
        )

    def predict(self, features: Features, model: str = "") -> Estimate:
        """Latency of one inference, seconds, with a 90 % interval.

        Args:
            features: counts of the network; those the target's networks lack are not used, and the other way round.
            model: the network's name, if its family may have been published; near the sizes that were, the interval
                of a known family is narrower.

        Raises:
            InputError: too little was published for this target; see `why_not`.
        """
        if not self.projects:
            raise InputError(self.why_not)
        columns = self.sample.columns & features.known
        fitted = self._with(columns)
        counts = matrix([features])
        family = family_of(model)
        known = bool(model) and self.sample.has_family(family, features.macs)
        related = bool(model) and family in self.sample.families
        mean = fitted.ensemble(related).log_seconds(counts, [family] if related else None)
        residuals = fitted.known if known else fitted.new
        factor = math.exp(residuals.half_width + self.sample.widening(features, columns))
        value = math.exp(float(mean[0]))
        return Estimate(
            value,
            value / factor,
            value * factor,
            "s",
            Provenance.PROJECTED,
            n=len(self.sample.own),
            level=LEVEL,
            scope=self._scope(features, columns, known),
            source=f"fitted on {len(self.sample.own)} networks; sources: {self.sources}",
        )

    def published(self, model: str) -> Estimate | None:
        """The latency that was published, or brought along by the profile, for exactly this network; or None."""
        row = self.row(model)
        return None if row is None else _exactly(row.latency_s, "s", row, self.target)

    def published_energy(self, model: str) -> Estimate | None:
        """Joules of an inference where its energy, or its power, was published for exactly this network; or None."""
        row = self.row(model)
        if row is None or (row.energy_j is None and row.power_w is None):
            return None
        value = row.energy_j if row.energy_j is not None else (row.power_w or 0.0) * row.latency_s
        return _exactly(value, "J", row, _scope_words(row.energy_scope))

    def row(self, model: str) -> PublishedRow | None:
        """Everything published for exactly this network, or None."""
        return self._by_model.get(model)

    @property
    def has_power(self) -> bool:
        """Whether power was published, so that energy can be projected."""
        return any(row.power_w is not None for row in self.rows)

    def energy(self, latency: Estimate) -> Estimate | None:
        """Joules of an inference that takes this long, where power was published for this target; else None.

        Power while inferring hardly depends on the network: its spread over the published ones joins the interval.
        Powers that include different things are not put together; what most of them include is meant.
        """
        scopes = Counter(_scope_words(row.energy_scope) for row in self.rows if row.power_w is not None)
        if not scopes:
            return None
        scope = scopes.most_common(1)[0][0]
        known = [row for row in self.rows if row.power_w is not None and _scope_words(row.energy_scope) == scope]
        power = np.array([row.power_w for row in known], dtype=np.float64)
        typical = float(np.median(power))
        spread = float(np.quantile(np.abs(np.log(power / typical)), LEVEL))
        value = typical * latency.centre
        low, high = (math.exp(math.hypot(spread, math.log(end))) for end in _reach(latency))
        return Estimate(
            value,
            value / low,
            value * high,
            "J",
            Provenance.PROJECTED,
            n=len(known),
            level=LEVEL,
            scope=f"{scope}; {typical:.3g} W × time",
            source=known[0].source,
        )

    @cached_property
    def validation(self) -> Validation | None:
        """How well it predicts what was left out, on all counts; None where nothing is projected."""
        if not self.projects:
            return None
        fitted = self._with(self.sample.columns)
        new, known = fitted.new, fitted.known
        return Validation(
            points=len(self.sample.own),
            families=len(self.sample.families),
            median_error=new.error(0.5),
            p90_error=new.error(0.9),
            factor=new.factor,
            coverage=float(new.covered().mean()),
            known_median_error=known.error(0.5),
            known_p90_error=known.error(0.9),
            known_factor=known.factor,
            known_coverage=float(known.covered().mean()),
            macs_range=self.sample.macs_range,
            borrowed=len(self.sample.lent),
        )

    @property
    def left_out(self) -> Residuals:
        """Each network that could be predicted without its family, on all counts."""
        return self._with(self.sample.columns).new

    @cached_property
    def sources(self) -> str:
        """Who published the rows, with the version of each source that has one."""
        return "; ".join(dict.fromkeys(_source_words(row) for row in self.rows))

    @cached_property
    def _by_model(self) -> Mapping[str, PublishedRow]:
        return {row.model: row for row in self.rows}

    def _with(self, columns: frozenset[str]) -> _Fitted:
        if columns not in self._fitted:
            self._fitted[columns] = _Fitted(self.sample, columns)
        return self._fitted[columns]

    def _scope(self, features: Features, columns: frozenset[str], known: bool) -> str:
        words = [self.target, "a family it was fitted on" if known else "a family it was not fitted on"]
        outside = self.sample.outside(features, columns)
        if "macs" in outside:
            ends = "–".join(digits(end / 1e6) for end in self.sample.macs_range)
            words.append(f"outside the calibrated {ends} million MACs, so the interval is wider")
        strange = " and ".join(name.replace("_", " ") for name in outside if name != "macs")
        if strange:
            words.append(f"more {strange} than any network it was fitted on, so the interval is wider")
        return "; ".join(words)


def _exactly(value: float, unit: str, row: PublishedRow, scope: str) -> Estimate:
    """One measurement of somebody else's: its own spread is seldom said, that of boards is all that is known."""
    said = f"{scope}; one measurement, ± {percent(FLOOR - 1)} because copies of a board differ by as much"
    return Estimate(
        value, value / FLOOR, value * FLOOR, unit, row.provenance, n=1, level=LEVEL, scope=said, source=row.source_url
    )


def _reach(latency: Estimate) -> tuple[float, float]:
    """By which factor the interval lies below and above the centre."""
    return latency.centre / latency.low if latency.low > 0 else math.inf, latency.high / latency.centre


def _source_words(row: PublishedRow) -> str:
    return f"{row.source} ({row.source_version})" if row.source_version else row.source


def _scope_words(scope: str) -> str:
    """A published scope without the figures of its one row."""
    words, _, _ = scope.partition("(")
    return ", ".join(part.strip() for part in words.split(",") if not part.strip().startswith("avg"))


def sibling_keys(target: str) -> tuple[str, ...]:
    """Keys under which the floating-point sibling of an int8 target may be found."""
    if not target.endswith("-int8"):
        return ()
    return tuple(f"{target.removesuffix('int8')}{ending}" for ending in _FLOAT_ENDINGS)


def calibrate(rows: Iterable[PublishedRow]) -> dict[str, Calibration]:
    """One calibration per target of the rows, in the order in which they come."""
    by_target: dict[str, list[PublishedRow]] = defaultdict(list)
    for row in rows:
        by_target[row.target].append(row)
    calibrations = {}
    for target, own in by_target.items():
        sibling = next((key for key in sibling_keys(target) if key in by_target), None)
        borrows = sibling is not None and len({network.family for network in networks(own)}) < _FEW_FAMILIES
        lent = tuple(by_target[sibling]) if sibling is not None and borrows else ()
        calibrations[target] = Calibration(target, tuple(own), lent)
    return calibrations
