"""Whether a variant predicts well enough for its speed to mean anything."""

from __future__ import annotations

import numpy as np

from odviz.arrays import Array, Bools
from odviz.domain.failure import Failure, FailureKind
from odviz.metrics.base import Metric, Outputs
from odviz.stats import finite_items, share
from odviz.units import figure, percent

KEPT = 0.5
"""Least share of the parent's advantage over chance that a working variant keeps."""

AGREED = 0.95
"""Least share of items on which two runtimes agree about one file; rounding alone moves about 1 in 100."""

_RESAMPLES = 2000
_SURE = 0.975
"""Quantile of the replicates that must lie below the line for "surely"."""


def verdict(
    metric: Metric, outputs: Outputs, scores: Array, targets: Array, parent_scores: Array | None = None
) -> Failure | None:
    """Find out why a variant's predictions are wrong, if they are.

    They are wrong where an output is NaN or infinite, where the outputs are the same for every input, or where the
    variant surely keeps less than `KEPT` of what its parent gains over chance. "Surely" is a one-sided bound from a
    bootstrap over the items. A parent that gains nothing over chance condemns no variant, nor does a metric by which
    none is chosen.

    Args:
        metric: of the task.
        outputs: of the variant.
        scores: of these outputs.
        targets: of the task.
        parent_scores: of its parent on the same items; None for the parent itself, whose outputs need only be finite
            and not all the same.

    Returns:
        The failure, or None for predictions that are good enough.
    """
    count = len(targets)
    broken = int((~finite(outputs)).sum())
    if broken:
        return _wrong(f"Gives no usable numbers (NaN or infinity) on {broken:,} of {count:,} items.")
    if count > 1 and not any((output != output[:1]).any() for output in outputs):
        return _wrong(f"Gives the same output on all {count:,} items, whatever its input.")
    if parent_scores is None or not metric.decides or not np.isfinite(parent_scores).all():
        return None
    return _below_half(metric, scores, parent_scores, targets)


def runtimes_disagree(
    metric: Metric, outputs: Outputs, trusted_outputs: Outputs, runtime: str, trusted_runtime: str
) -> Failure | None:
    """Find out whether two runtimes disagree about one file.

    The same file must predict the same everywhere. Where it surely does not, a runtime runs it wrongly and the recipe
    is not to blame.

    Args:
        metric: of the task.
        outputs: of the runtime in question.
        trusted_outputs: of a runtime that scores better, on the same file and items.
        runtime: name of the runtime in question.
        trusted_runtime: name of the other.

    Raises:
        ValueError: different items.
    """
    if [output.shape for output in outputs] != [output.shape for output in trusted_outputs]:
        raise ValueError("not the outputs of the same file on the same items")
    same = metric.agreement(outputs, trusted_outputs)
    agreement = share(same)
    if agreement.high >= AGREED:
        return None
    return _wrong(
        f"On the same file {runtime} and {trusted_runtime} agree on only {percent(same.mean(), 1)} of {len(same):,} "
        "items: a runtime runs it wrongly, and the recipe is not to blame."
    )


def finite(outputs: Outputs) -> Bools:
    """Tell which items have neither NaN nor infinity in any output; shape (N,)."""
    flags: Bools = np.all([finite_items(output) for output in outputs], axis=0)
    return flags


def _below_half(metric: Metric, scores: Array, parent_scores: Array, targets: Array) -> Failure | None:
    chance_scores = metric.chance_scores(targets)
    sign = 1 if metric.higher_is_better else -1
    value, parent, chance = map(metric.value, (scores, parent_scores, chance_scores))
    advantage, gain = sign * (parent - chance), sign * (value - chance)
    if advantage <= 0 or gain >= KEPT * advantage:
        return None
    contrast = sign * np.array([1, -KEPT, KEPT - 1])
    replicates = metric.replicates((scores, parent_scores, chance_scores), _RESAMPLES, np.random.default_rng(0))
    if np.quantile(replicates @ contrast, _SURE) >= 0:
        return None
    kept = gain / advantage
    return _wrong(
        f"Its {metric.noun} on {len(targets):,} items is {figure(value, metric.unit)}; that of its parent is "
        f"{figure(parent, metric.unit)}. It keeps {percent(kept) if kept >= 0.005 else 'nothing'} of what the parent "
        f"gains over {metric.chance_title} ({figure(chance, metric.unit)})."
    )


def _wrong(reason: str) -> Failure:
    return Failure(FailureKind.WRONG_PREDICTIONS, reason)
