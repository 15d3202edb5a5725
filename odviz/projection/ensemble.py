"""Regressions from counts to the logarithm of latency, what networks of one family took beyond them, and their mean.

The members of the mean are fits of both kinds, on both designs where the MACs are known by kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from odviz.arrays import Floats
from odviz.domain.published import Processor
from odviz.projection.costs import logarithmic, relative, robust_mean
from odviz.projection.proportions import Design, designs

_LEAST_SECONDS = 1e-12
_FADES = 1.6
"""E-folds of latency beyond its relatives over which the effect of a family fades, a factor of five: networks of one
family of which one is five times as large have no common effect on the published targets."""


@dataclass(frozen=True)
class FamilyEffect:
    """By how much networks of one family took longer than their counts say.

    Attributes:
        log_factor: logarithm of the factor, shrunk by n / (n + 1) for n relatives.
        low: logarithm of the least latency predicted for a relative from its counts.
        high: the same of the greatest.
    """

    log_factor: float
    low: float
    high: float

    def at(self, log_seconds: float) -> float:
        """The effect on a network of which the counts predict this; whole among its relatives, and none far away.

        It fades with the prediction, and more slowly than that rises, so that their sum never falls when a count rises.
        """
        beyond = max(0.0, self.low - log_seconds, log_seconds - self.high)
        return self.log_factor * max(0.0, 1 - beyond / max(_FADES, abs(self.log_factor)))


@dataclass(frozen=True, eq=False)
class Member:
    """One fitted set of costs.

    Attributes:
        design: the terms.
        costs: seconds per unit of each, not negative.
        effects: of the families that were measured.
    """

    design: Design
    costs: Floats
    effects: Mapping[str, FamilyEffect] = field(default_factory=dict)

    def log_seconds(self, counts: Floats) -> Floats:
        """Logarithm of the latency, (networks,), by counts (networks, columns) alone."""
        return np.asarray(np.log(np.maximum(self.design.terms(counts) @ self.costs, _LEAST_SECONDS)))

    def of_families(self, counts: Floats, families: Sequence[str]) -> Floats:
        """The same with the effect of each network's family, where that was measured."""
        plain = self.log_seconds(counts)
        pairs = zip(plain, families, strict=True)
        return plain + [self.effects[name].at(float(at)) if name in self.effects else 0.0 for at, name in pairs]


def with_effects(member: Member, counts: Floats, seconds: Floats, families: Sequence[str]) -> Member:
    """A member that knows how the families of these networks differ from what it predicts.

    Args:
        member: fitted to the networks.
        counts: of the networks, (networks, columns).
        seconds: measured, (networks,).
        families: one per network.
    """
    plain = member.log_seconds(counts)
    rest = np.log(seconds) - plain
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(families):
        rows.setdefault(name, []).append(row)
    effects = {}
    for name, own in rows.items():
        shrunk = robust_mean(rest[own]) * len(own) / (len(own) + 1)
        predicted = plain[own].tolist()
        effects[name] = FamilyEffect(shrunk, min(predicted), max(predicted))
    return Member(member.design, member.costs, effects)


@dataclass(frozen=True, eq=False)
class Ensemble:
    """A plain mean of logarithms: weights that were found on networks left out did no better.

    Attributes:
        members: the fits.
    """

    members: tuple[Member, ...]

    def log_seconds(self, counts: Floats, families: Sequence[str] | None = None) -> Floats:
        """Logarithm of the latency, (networks,).

        Args:
            counts: (networks, columns).
            families: of the networks, to predict them as relatives of those that were measured; None for new families.
        """
        predicted = [
            member.log_seconds(counts) if families is None else member.of_families(counts, families)
            for member in self.members
        ]
        return np.asarray(np.mean(predicted, axis=0))


def fit(
    counts: Floats, seconds: Floats, families: Sequence[str] | None, columns: tuple[int, ...], processor: Processor
) -> Ensemble:
    """Fit the members that predict best on this kind of processor.

    CPUs: the mean of both fits. Accelerators: the relative one alone, because networks that fall back to the CPU take
    many times as long. Microcontrollers: the logarithmic one alone; it leans on the usual proportions, and four
    networks are not enough to find others.

    Args:
        counts: (networks, columns), complete in the columns used.
        seconds: (networks,).
        families: one per network, to predict their relatives; None to predict networks of other families.
        columns: positions of the counts to use.
        processor: what the target computes on.
    """
    made = []
    for design in designs(columns, processor):
        terms = design.terms(counts)
        if processor is not Processor.ACCELERATOR:
            made.append(Member(design, logarithmic(terms, seconds, design.usual, design.proportions.spread)))
        if processor is not Processor.MICROCONTROLLER:
            made.append(Member(design, relative(terms, seconds)))
    if families is None:
        return Ensemble(tuple(made))
    return Ensemble(tuple(with_effects(member, counts, seconds, families) for member in made))
