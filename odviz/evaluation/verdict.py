"""Whether answers are good enough for a speed to be worth showing."""

from __future__ import annotations

import math

import numpy as np

from odviz.domain.failure import Failure, FailureKind
from odviz.evaluation.answers import NO_ANSWER, Labels, Logits, answers, correct
from odviz.stats import share
from odviz.units import percent

KEPT = 0.5
"""Least share of the parent's advantage over chance that a working variant keeps."""

AGREED = 0.95
"""Least share of items that two runtimes answer alike on the same file; rounding alone moves about 1 in 100."""

_Z = 1.959964
"""Normal quantile of "surely": one chance in forty."""


def verdict(logits: Logits, labels: Labels, parent_logits: Logits | None = None) -> Failure | None:
    """Why a variant's answers are not worth having, or None.

    It is broken where an output is NaN or infinite, where the outputs are the same whatever it is shown,
    or where it surely keeps less than half of what its parent gains over always answering the commonest
    class. "Surely" is a paired normal bound over the items; where the parent itself gains nothing, nobody
    can say.

    Args:
        logits: shape (N, C), of the variant.
        labels: shape (N,).
        parent_logits: shape (N, C), of its parent on the same items; None for the parent itself, whose
            outputs need only be finite and not all the same.

    Raises:
        ValueError: shapes that do not fit, or no items.
    """
    right = correct(logits, labels)
    count = len(labels)
    silent = int((answers(logits) == NO_ANSWER).sum())
    if silent:
        return _wrong(f"Gives no usable numbers (NaN or infinity) on {silent:,} of {count:,} items.")
    if count > 1 and not np.ptp(logits, axis=0).any():
        return _wrong(f"Gives the same output on all {count:,} items, whatever it is shown.")
    if parent_logits is None:
        return None
    parent = correct(parent_logits, labels)
    commonest = labels == np.bincount(labels).argmax()
    chance = commonest.mean()
    advantage = parent.mean() - chance
    short = right - KEPT * parent - (1 - KEPT) * commonest
    if advantage <= 0 or short.mean() + _Z * short.std() / math.sqrt(count) >= 0:
        return None
    kept = max(0.0, (right.mean() - chance) / advantage)
    gain = percent(kept) if kept >= 0.005 else "nothing"
    return _wrong(
        f"Answers right on {percent(right.mean(), 1)} of {count:,} items where its parent gets "
        f"{percent(parent.mean(), 1)}: it keeps {gain} of what the parent gains over always giving the commonest "
        f"answer ({percent(chance, 1)})."
    )


def runtimes_disagree(
    logits: Logits, other_logits: Logits, *, here: str = "this runtime", there: str = "another runtime"
) -> Failure | None:
    """Why one runtime's answers cannot be trusted, given another's on the same file, or None.

    The same file must answer alike everywhere; where it surely does not, a runtime runs it wrongly and
    the recipe is not to blame. Which runtime is wrong, `verdict` on either side says.

    Args:
        logits: shape (N, C), of the runtime in question.
        other_logits: shape (N, C), of the other runtime on the same file and items.
        here: name of the runtime in question.
        there: name of the other.

    Raises:
        ValueError: shapes that do not fit, or no items.
    """
    if logits.shape != other_logits.shape:
        raise ValueError(f"not the same file and items: {logits.shape} against {other_logits.shape}")
    same = answers(logits) == answers(other_logits)
    agreement = share(same)
    if agreement.high >= AGREED:
        return None
    return _wrong(
        f"The same file is answered alike by {here} and {there} on only {percent(same.mean(), 1)} of "
        f"{len(same):,} items: a runtime runs it wrongly, and the recipe is not to blame."
    )


def _wrong(reason: str) -> Failure:
    return Failure(FailureKind.WRONG_ANSWERS, reason)
