"""The mean of the members: fits of both kinds, and on both designs where the MACs are known by kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from odviz.domain.published import Processor
from odviz.projection.costs import logarithmic, relative
from odviz.projection.features import Array
from odviz.projection.members import Member, with_effects
from odviz.projection.proportions import designs


@dataclass(frozen=True, eq=False)
class Ensemble:
    """A plain mean of logarithms: weights that were found on networks left out did no better.

    Attributes:
        members: the fits.
    """

    members: tuple[Member, ...]

    def log_seconds(self, counts: Array, families: Sequence[str] | None = None) -> Array:
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
    counts: Array, seconds: Array, families: Sequence[str] | None, columns: tuple[int, ...], processor: Processor
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
