"""Whether runtimes agree about one file, the first layer at which they part, and whether an experiment explains it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Bools, Floats
from odviz.domain.parity import Cause, Change, Experiment, LayerGraph, Parting
from odviz.metrics.base import Outputs

REMOVED = 0.25
"""Share of the difference that may be left when its cause is taken away: rounding stays."""

SHARE = 0.1
"""Share of the difference of the outputs from which on a layer differs."""

_LOWEST = 1e-4
"""Least relative difference from which on a layer differs: sums of floats in another order stay below it."""

_FINER = 4
"""Factor by which less a layer has to differ in the next search, if no layer stands out."""

_STANDS_OUT = 3
"""Least factor between what a layer writes and what it reads, for the cause to be in it."""

Differs = Callable[[int], float | None]
"""The largest relative difference of what a layer writes; None if looking at it changes what is computed."""


def largest(output: NDArray[Any]) -> float:
    """The largest magnitude in an output that is finite; 1 if all are 0."""
    finite = output[np.isfinite(output)]
    return float(np.abs(finite.astype(float)).max(initial=0)) or 1.0


def differences(outputs: Outputs, reference: Outputs, scales: Sequence[float] = ()) -> Floats:
    """The largest difference of each item, over the largest number of the same output.

    Args:
        outputs: of a runtime, each of shape (N, …).
        reference: of the first runtime, of the same shapes.
        scales: the largest number of each output; by default in `reference`.

    Returns:
        Shape (N,); infinite where one of both is not finite and the other is another number.

    Raises:
        ValueError: other shapes.
    """
    if [output.shape for output in outputs] != [output.shape for output in reference]:
        raise ValueError("the outputs have other shapes")
    scales = scales or tuple(map(largest, reference))
    apart: Floats = np.max(
        [_difference(*pair) / scale for *pair, scale in zip(outputs, reference, scales, strict=True)], axis=0
    )
    return apart


def _difference(output: NDArray[Any], reference: NDArray[Any]) -> Floats:
    own, other = (array.reshape(len(array), -1).astype(float) for array in (output, reference))
    with np.errstate(invalid="ignore"):
        apart = np.where((own == other) | (np.isnan(own) & np.isnan(other)), 0.0, np.abs(own - other))
    apart[~np.isfinite(apart)] = np.inf
    most: Floats = apart.max(axis=1, initial=0)
    return most


def worst_items(apart: Floats, same: Bools, count: int) -> NDArray[np.intp]:
    """The items that differ most, those first on which the predictions differ.

    Args:
        apart: from `differences`, shape (N,).
        same: whether both predict the same, shape (N,).
        count: at most so many.
    """
    order: NDArray[np.intp] = np.lexsort((-apart, same))
    return order[:count]


def first_parting(graph: LayerGraph, differs: Differs, difference: float) -> Parting | None:
    """Find the layer at which two runtimes part: it differs by far more than what it reads.

    A layer differs from a tenth of the difference of the outputs on. Where the layer found so does not stand out from
    what it reads, because the difference grew on its way, smaller differences count as well.

    Args:
        graph: the layers.
        differs: looks at one layer.
        difference: of the outputs, relative.

    Returns:
        None if no layer that can be looked at differs.
    """
    look = cache(differs)
    least, best = max(SHARE * difference, _LOWEST), None
    while True:
        parting = _search(graph, look, least)
        if parting and (best is None or _prominence(parting) > _prominence(best)):
            best = parting
        if (best and _prominence(best) >= _STANDS_OUT) or least <= _LOWEST:
            return best
        least = max(least / _FINER, _LOWEST)


def _prominence(parting: Parting) -> float:
    return parting.difference / max(parting.read, _LOWEST)


def _search(graph: LayerGraph, look: Differs, least: float) -> Parting | None:
    """A layer that differs although nothing that it reads does.

    The layers are bisected in the order of the file, so that few are looked at; from the layer at the border the search
    goes on upstream, because another branch may have parted before.
    """

    def parts(position: int) -> bool:
        return (look(position) or 0.0) > least

    high = next((index for index in reversed(range(len(graph.layers))) if look(index) is not None), None)
    if high is None or not parts(high):
        return None
    low = -1
    while (middle := _middle(low, high, look)) is not None:
        low, high = (low, middle) if parts(middle) else (middle, high)
    while (upstream := next(filter(parts, _sources(graph, high, look)), None)) is not None:
        high = upstream
    read = max((look(index) or 0.0 for index in _sources(graph, high, look)), default=0.0)
    unseen = sum(look(index) is None for index in _upstream(graph, high, look))
    return Parting(graph.layers[high], high + 1, len(graph.layers), look(high) or 0.0, 0.0, read, unseen)


def _middle(low: int, high: int, look: Differs) -> int | None:
    """The layer nearest to the middle of two, exclusive, that can be looked at; None if there is none."""
    middle = (low + high) / 2
    between = sorted(range(low + 1, high), key=lambda index: abs(index - middle))
    return next((index for index in between if look(index) is not None), None)


def _sources(graph: LayerGraph, position: int, look: Differs) -> list[int]:
    """The layers that a layer reads; in place of one that cannot be looked at, those that this one reads."""
    return [index for index in _upstream(graph, position, look) if look(index) is not None]


def _upstream(graph: LayerGraph, position: int, look: Differs) -> list[int]:
    pending, reached = list(graph.layers[position].reads), []
    while pending:
        index = pending.pop()
        if index in reached:
            continue
        reached.append(index)
        if look(index) is None:
            pending += graph.layers[index].reads
    return sorted(reached)


def experiment(
    cause: Cause, change: Change, before: Floats, after: Floats, subject: str = "", detail: str = ""
) -> Experiment:
    """Judge what a change did.

    Args:
        cause: what it tells of.
        change: what was changed.
        before: difference of each item between two runtimes, shape (N,).
        after: the same with the change; with moved items, difference of one runtime to itself.
        subject: name of the runtime that was changed alone.
        detail: which of several such changes it was.
    """
    mean_before, mean_after = float(before.mean()), float(after.mean())
    likely = mean_after >= mean_before if change is Change.MOVED else mean_after <= REMOVED * mean_before
    return Experiment(cause, subject, mean_before, mean_after, likely and mean_after < np.inf, change, detail)


def prepared_otherwise(items: NDArray[Any]) -> Sequence[tuple[str, NDArray[Any]]]:
    """Usual mistakes in preparing items, each with the items as it makes them; none for tokens.

    Args:
        items: shape (N, …), channels last; nothing is tried with those of several inputs.
    """
    if items.dtype.kind != "f":
        return ()
    ways: list[tuple[str, NDArray[Any]]] = []
    if items.ndim == 4 and items.shape[-1] == 3:
        ways.append(("channels reversed", items[..., ::-1]))
    if items.ndim >= 3 and items.shape[1] == items.shape[2]:
        ways.append(("first two axes exchanged", items.swapaxes(1, 2)))
    ways += [(title, (items * factor).astype(items.dtype)) for title, factor in (("× 255", 255.0), ("÷ 255", 1 / 255))]
    return [(title, np.ascontiguousarray(way)) for title, way in ways]


def moved(items: NDArray[Any], rounding: float, seed: int = 0) -> NDArray[Any]:
    """Items of which every number is moved by less than one rounding; tokens stay.

    Args:
        items: shape (N, …), or N records.
        rounding: largest relative error of one rounding.
        seed: of the moves.
    """
    if items.dtype.names:
        records = items.copy()
        for name in items.dtype.names:
            records[name] = moved(items[name], rounding, seed)
        return records
    if items.dtype.kind != "f":
        return items
    width = float(np.ptp(items)) or 1.0
    moves = np.random.default_rng(seed).uniform(-1, 1, items.shape) * rounding * width
    others: NDArray[Any] = (items + moves).astype(items.dtype)
    return others
