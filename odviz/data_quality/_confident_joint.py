"""Label suspects by confident learning: items that networks are as sure of as of another class's own items.

Of each class the mean confidence in it of its own items is the threshold. An item is counted for the class whose
threshold it exceeds, for the likeliest of several. If that is not its label, the item is a suspect (Northcutt, Jiang
and Chuang, Confident Learning: Estimating Uncertainty in Dataset Labels, JAIR 70, 2021, section 3.1: the off-diagonal
of the confident joint). Suspects whose label is the likeliest class are dropped, as cleanlab does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Floats, Indices

Classes = NDArray[np.int64]
Probabilities = Floats

_ROUNDING = 1e-6
"""By how much a confidence may miss its threshold: that of a class with a single item is its own."""


def suspects(labels: Classes, probabilities: Probabilities) -> tuple[Indices, str]:
    """Items whose labels are suspect, the most suspect first, and the name of the method.

    cleanlab is used where it is installed, with the same rule.

    Args:
        labels: class of each item, shape (N,).
        probabilities: of each class, shape (N, C), from networks that were not trained on these items.
    """
    cleanlab = _cleanlab()
    if cleanlab is None:
        return confident_joint_suspects(labels, probabilities), "confident joint, as odviz computes it"
    indices: Indices = cleanlab.find_label_issues(
        labels,
        probabilities,
        filter_by="confident_learning",
        return_indices_ranked_by="normalized_margin",
        n_jobs=1,
    )
    return indices, "confident joint of cleanlab"


def confident_joint_suspects(labels: Classes, probabilities: Probabilities) -> Indices:
    """Suspects by the rule of this module, ordered by margin: confidence in the label less that in the likeliest other.

    Args:
        labels: class of each item, shape (N,).
        probabilities: of each class, shape (N, C).
    """
    classes = probabilities.shape[1]
    own = np.take_along_axis(probabilities, labels[:, np.newaxis], axis=1)[:, 0]
    counts = np.bincount(labels, minlength=classes)
    sums = np.bincount(labels, own, classes)
    thresholds = np.divide(sums, counts, out=np.full(classes, np.inf), where=counts > 0)
    confident = probabilities >= thresholds - _ROUNDING
    counted_for = np.where(confident, probabilities, -1).argmax(axis=1)
    suspect = confident.any(axis=1) & (counted_for != labels) & (probabilities.argmax(axis=1) != labels)
    indices = np.flatnonzero(suspect)
    return indices[np.argsort(margins(labels, probabilities)[indices], kind="stable")]


def margins(labels: Classes, probabilities: Probabilities) -> Probabilities:
    """Confidence in the label less that in the likeliest other class, shape (N,)."""
    own = np.take_along_axis(probabilities, labels[:, np.newaxis], axis=1)[:, 0]
    others = probabilities.copy()
    np.put_along_axis(others, labels[:, np.newaxis], -np.inf, axis=1)
    difference: Probabilities = own - others.max(axis=1)
    return difference


def _cleanlab() -> Any:
    """Module of cleanlab that finds label issues; None where it is not installed."""
    try:
        from cleanlab import filter as cleanlab_filter
    except ImportError:
        return None
    return cleanlab_filter
