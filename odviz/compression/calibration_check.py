"""Calibration items that do not look like the items that a model will see.

A quantizer learns the range of every number in a network from a few hundred items. A single one with a wrong scale
widens the ranges until nothing else is told apart; accuracy shows that only afterwards, and not why.

Each item is described by a few figures: largest magnitude, mean, spread and roughness; of a text its length and how
rare its words are. Of each figure, two tests compare how far calibration items lie above the median of reference items,
and how far below, with the reference items themselves:

- The farthest items: the tail of the reference items is continued as a power law (Hill, Annals of Statistics 3, 1975),
  with the uncertainty of its exponent, which gives the probability that any of so many items lies as far out.
- Many far items: conformal p-values with the procedure of Benjamini and Hochberg (Bates, Candès, Lei, Romano and Sesia,
  Annals of Statistics 51, 2023).

Reference items that come in groups (people) are compared with those of the other groups, so that another person alone
is no alarm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array, Bools, Floats, Indices
from odviz.library.items import parts

ALARM = 0.05
"""Probability of an alarm, at most, where calibration and reference items are alike."""

_TAIL = 0.1
_LEAST_EXPONENT = 0.05
_FEWEST = 50
"""Reference items without which no tail is known, so that nothing is suspected."""

_NAMED = 5
_LEAST_SPREAD = 0.01
_TINY = 1e-9
_MOST_REFERENCE = 2000


@dataclass(frozen=True, eq=False)
class CalibrationCheck:
    """Which calibration items are unlike the others.

    Attributes:
        suspects: their places among the calibration items, ascending.
        count: number of calibration items.
        reference: number of items that they were compared with.
    """

    suspects: Indices
    count: int
    reference: int

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence for people, if any item is suspected."""
        if not len(self.suspects):
            return ()
        places = ", ".join(str(place + 1) for place in self.suspects[:_NAMED].tolist())
        more = " and others" if len(self.suspects) > _NAMED else ""
        number = f"{len(self.suspects):,} of {self.count:,}"
        return (
            f"{number} calibration items are unlike the test items (number {places}{more}): "
            "if they are wrong, the ranges learned from them can ruin an int8 file.",
        )


def check_calibration(calibration: Array, reference: Array, groups: NDArray[np.str_] | None = None) -> CalibrationCheck:
    """Find calibration items that are unlike reference items.

    Args:
        calibration: inputs, shape (N, …).
        reference: inputs of the same kind that are known to be good, shape (M, …): those of the test set.
        groups: group of each reference item, shape (M,).
    """
    if len(reference) < _FEWEST:
        return CalibrationCheck(np.empty(0, np.intp), len(calibration), len(reference))
    chosen = np.unique(np.linspace(0, len(reference) - 1, min(len(reference), _MOST_REFERENCE)).astype(int))
    known, own = _figures(reference[chosen], reference[chosen]), _figures(calibration, reference[chosen])
    of = np.zeros(len(chosen)) if groups is None else groups[chosen]
    names = np.unique(of)
    usual = _deviations(known, known)
    for group in names if len(names) > 1 else ():
        usual[of == group] = _deviations(known[of == group], known[of != group])
    odd = _deviations(own, known)
    level = ALARM / 2 / odd.shape[1]
    suspect = np.zeros(len(calibration), bool)
    for far, usually in zip(odd.T, usual.T, strict=True):
        suspect |= (_chances(far, usually) < level) | _discovered(far, usually, level)
    return CalibrationCheck(np.flatnonzero(suspect), len(calibration), len(chosen))


def _deviations(figures: Floats, known: Floats) -> Floats:
    """How far each figure lies above the median of the known ones, and how far below, in quartile ranges; (N, 2 F)."""
    low, median, high = np.quantile(known, [0.25, 0.5, 0.75], axis=0)
    spread = np.maximum(high - low, _LEAST_SPREAD * np.maximum(np.abs(median), known.std(axis=0)) + _TINY)
    scaled = np.nan_to_num((figures - median) / spread, nan=np.inf, posinf=np.inf)
    far: Floats = np.maximum(np.concatenate([scaled, -scaled], axis=1), _TINY)
    return far


def _chances(far: Floats, usual: Floats) -> Floats:
    """Probability that any of so many usual items lies as far out as each, shape (N,)."""
    tail = max(2, int(_TAIL * len(usual)))
    logs = np.sort(np.log(usual))
    edge = logs[-tail - 1]
    exponent = max(float((logs[-tail:] - edge).mean()), _LEAST_EXPONENT)
    beyond = np.maximum(np.log(far) - edge, 0.0)
    chances: Floats = len(far) * tail / len(usual) * (1 + beyond / (tail * exponent)) ** -float(tail)
    return chances


def _discovered(far: Floats, usual: Floats, level: float) -> Bools:
    """Which items the procedure of Benjamini and Hochberg rejects at a level, shape (N,)."""
    chances = (1 + len(usual) - np.searchsorted(np.sort(usual), far, side="left")) / (1 + len(usual))
    passed = np.flatnonzero(np.sort(chances) <= level * np.arange(1, len(far) + 1) / len(far))
    worst = np.sort(chances)[passed[-1]] if len(passed) else -1.0
    rejected: Bools = chances <= worst
    return rejected


def _figures(items: Array, reference: Array) -> Floats:
    """The figures of each item, of all its inputs, shape (N, F)."""
    columns = []
    for part, known in zip(parts(items), parts(reference), strict=True):
        columns += _of_tokens(part, known) if part.dtype.kind in "iu" and part.ndim == 2 else _of_numbers(part)
    return np.stack(columns, axis=1)


def _of_numbers(items: Array) -> list[Floats]:
    values = items.astype(float)
    flat = values.reshape(len(items), -1)
    steps = np.abs(np.diff(values, axis=1)) if values.ndim > 1 and values.shape[1] > 1 else np.zeros_like(flat)
    with np.errstate(invalid="ignore"):
        spread = flat.std(axis=1)
        rough = steps.reshape(len(items), -1).mean(axis=1) / np.maximum(spread, 1e-12)
        return [np.abs(flat).max(axis=1), flat.mean(axis=1), spread, rough]


def _of_tokens(items: Array, known: Array) -> list[Floats]:
    words, counts = np.unique(known, return_counts=True)
    place = np.minimum(np.searchsorted(words, items), len(words) - 1)
    often = np.where(words[place] == items, counts[place], 0)
    used = items != 0
    length = used.sum(axis=1).astype(float)
    rarity = (np.log(counts.sum()) - np.log(0.5 + often)) * used
    return [length, rarity.sum(axis=1) / np.maximum(length, 1)]
