"""From published measurements to a latency on a machine that is not here."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from odviz.domain.errors import InputError
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.published import Processor, PublishedRow
from odviz.projection import exact
from odviz.projection.conformal import LEVEL, Residuals
from odviz.projection.ensemble import Ensemble
from odviz.projection.features import Features, family_of, matrix
from odviz.projection.requirements import needed, suffices
from odviz.projection.sample import Sample, networks
from odviz.projection.validation import Validation
from odviz.units import counted, digits

_FEW_FAMILIES = 4
"""An int8 target with fewer families borrows the networks of its floating-point sibling.

Where there are more, its own networks predict better: on NPUs the ratio of the precisions varies too much.
"""

_FLOAT_ENDINGS = ("fp32", "fp16", "fp")


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

    @cached_property
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
            f"{'family' if families == 1 else 'families'}; to project another takes {needed(self.processor).words}."
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
        """The latency that was published, or supplied by the profile, for exactly this network; or None."""
        row = self.row(model)
        return None if row is None else exact.latency(row)

    def published_energy(self, model: str) -> Estimate | None:
        """Joules of an inference where its energy, or its power, was published for exactly this network; or None."""
        row = self.row(model)
        return None if row is None else exact.energy(row)

    def row(self, model: str) -> PublishedRow | None:
        """Everything published for exactly this network, or None."""
        return self._by_model.get(model)

    @cached_property
    def has_power(self) -> bool:
        """Whether power was published, so that energy can be projected."""
        return any(row.power_w is not None for row in self.rows)

    def energy(self, latency: Estimate) -> Estimate | None:
        """Joules of an inference that takes this long, where power was published for this target; else None."""
        return exact.energy_of(self.rows, latency)

    @cached_property
    def validation(self) -> Validation | None:
        """How well it predicts what was left out, on all counts; None where nothing is projected."""
        return Validation(self.sample, self._with(self.sample.columns)) if self.projects else None

    @property
    def left_out(self) -> Residuals:
        """Each network that could be predicted without its family, on all counts."""
        return self._with(self.sample.columns).new

    @cached_property
    def sources(self) -> str:
        """Who published the rows, with the version of each source that has one."""
        return "; ".join(dict.fromkeys(exact.source(row) for row in self.rows))

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
