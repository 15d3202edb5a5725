"""Outliers: items that are unlike all others in one way, such as brightness, length or a column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from scipy import special

from odviz.arrays import Array, Bools, Floats
from odviz.data_quality import _tokens
from odviz.data_quality._robust import mahalanobis, robust_z
from odviz.data_quality.base import Check, Dataset, fine, items_of, some_of, strongest
from odviz.domain.data_quality import MOST_CASES, Case, DataFinding, Figure, FindingKind, Part, Severity
from odviz.domain.modality import Modality
from odviz.stats import wilson
from odviz.units import digits, percent

FAR = 6.0
"""Robust standard deviations from the median from which an item is an outlier."""

CHANCE = 0.01
"""Chance that any of all rows lies as far by Mahalanobis' distance, if they are normal."""

RARE = 0.01
"""Share of the rows beyond that limit from which they are not normal: the logarithms of the distances are looked at."""

_FEWEST_ROWS = 30
"""Rows per column from which a covariance is estimated."""

_BLOCK = 256
"""Pictures that are looked at together."""

CUT_SHARE = 0.05
"""Share of the texts that fill their rows from which it is said."""

UNKNOWN_SHARE = 0.3
"""Share of a text's tokens that are unknown words from which it is an outlier."""


class Outliers(Check):
    """Looks at what suits the kind of item."""

    name = "outliers"
    title = "Is any item unlike all others?"
    order = 6

    def method(self, modality: Modality) -> str:
        """See base.Check."""
        far = f"Outliers lie {FAR:g} robust standard deviations or more from the median in "
        return {
            Modality.IMAGE: f"{far}brightness or contrast.",
            Modality.SIGNAL: f"{far}level or spread of a channel.",
            Modality.TEXT: f"{far}the logarithm of their length, or {percent(UNKNOWN_SHARE)} of their words are "
            "unknown to the tokenizer.",
            Modality.TABULAR: f"{far}a column, or in all together by Mahalanobis' distance (chance {percent(CHANCE)} "
            "that any normal row lies as far; of rows that are not normal, by the logarithm of the distance).",
        }[modality]

    def findings(self, data: Dataset) -> Iterator[DataFinding]:
        """See base.Check."""
        looked = [
            finding
            for split in Part
            for name, distances in measures(data, split).items()
            if (finding := _finding(data, split, name, distances))
        ]
        if data.modality is Modality.TEXT:
            looked += filter(None, (_cut_off(data, split) for split in Part))
        yield from looked or [fine(FindingKind.OUTLIERS, "No item is far from all others.")]


def measures(data: Dataset, split: Part) -> Mapping[str, Floats]:
    """How far each item lies out, by what is looked at: 1 or more for an outlier; shape (N,) each."""
    items = data.main_inputs(split)
    if data.modality is Modality.TEXT:
        return _of_texts(items, data.unknown_token)
    if data.modality is Modality.TABULAR:
        return _of_rows(items.reshape(len(items), -1))
    if data.modality is Modality.IMAGE:
        ways = _of_images(items.reshape(len(items), -1))
    else:
        waves = items.reshape(len(items), items.shape[1], -1)
        ways = {"level": waves.mean(axis=1), "spread": waves.std(axis=1)}
    return {name: _farthest(robust_z(values)) / FAR for name, values in ways.items()}


def _of_images(pixels: Array) -> dict[str, Floats]:
    """Brightness and contrast, a block of pictures at a time: all together are large."""
    means, spreads = [], []
    for start in range(0, len(pixels), _BLOCK):
        block = pixels[start : start + _BLOCK].astype(np.float32)
        means.append(block.mean(axis=1))
        spreads.append(block.std(axis=1))
    return {"brightness": np.concatenate(means), "contrast": np.concatenate(spreads)}


def _of_rows(rows: Array) -> dict[str, Floats]:
    numbers = rows[:, _is_continuous(rows)]
    count, columns = numbers.shape
    ways = {}
    if columns:
        ways["a column"] = _farthest(robust_z(numbers)) / FAR
    if 1 < columns < count / _FEWEST_ROWS:
        distances = mahalanobis(numbers)
        ways["all columns together (Mahalanobis)"] = distances / special.chdtri(columns, CHANCE / count)
        if (distances > special.chdtri(columns, CHANCE / count)).mean() > RARE:  # the rows are not normal
            ways["all columns together (Mahalanobis)"] = robust_z(np.log(distances)) / FAR
    return ways


def _is_continuous(rows: Array) -> Bools:
    """Whether each column has more values than a yes, a no and a few categories."""
    return np.array([len(np.unique(column)) > 10 for column in rows.T])


def _of_texts(tokens: Array, unknown: int | None) -> dict[str, Floats]:
    ends = _tokens.lengths(tokens, _tokens.padding(tokens))
    ways = {"length": _farthest(robust_z(np.log1p(ends))) / FAR}
    if unknown is not None:
        ways["unknown words"] = (tokens == unknown).sum(axis=1) / np.maximum(1, ends) / UNKNOWN_SHARE
    return ways


def _farthest(z: Floats) -> Floats:
    """The largest distance of each item over its features."""
    distances: Floats = abs(z) if z.ndim == 1 else abs(z).max(axis=1)
    return distances


def _finding(data: Dataset, split: Part, name: str, distances: Floats) -> DataFinding | None:
    far = np.flatnonzero(distances >= 1)
    if not len(far):
        return None
    total = len(distances)
    message = f"{some_of(len(far), total, f'{split} item')} far from all others in {name}."
    share = wilson(len(far), total, scope=f"of the {split} items")
    cases = (_case(data, split, int(index), float(distances[index])) for index in far)
    figures = (Figure(f"outliers in {name}", share),)
    return DataFinding(FindingKind.OUTLIERS, Severity.LOOK, message, figures, len(far), strongest(cases))


def _case(data: Dataset, split: Part, index: int, distance: float) -> Case:
    items = items_of(split, [index])
    caption = f"{digits(distance, 2)} × the limit"
    return Case(items, "; ".join(filter(None, (caption, data.label(items[0])))), distance)


def _cut_off(data: Dataset, split: Part) -> DataFinding | None:
    """Texts that fill their rows and may have lost their end."""
    tokens = data.main_inputs(split)
    full = np.flatnonzero(_tokens.lengths(tokens, _tokens.padding(tokens)) == tokens.shape[1])
    fill = _tokens.padding(tokens)
    if fill is None or len(full) < CUT_SHARE * len(tokens):
        return None
    share = wilson(len(full), len(tokens), scope=f"of the {split} items")
    message = (
        f"{percent(len(full) / len(tokens), 1)} of the {split} items have {tokens.shape[1]} tokens, the most that the "
        "network takes: they may have lost their end."
    )
    cases = tuple(Case((item,), data.label(item), 1.0) for item in items_of(split, full[:MOST_CASES]))
    return DataFinding(FindingKind.CUT_OFF, Severity.LOOK, message, (Figure("full rows", share),), len(full), cases)


plugin = Outliers()
