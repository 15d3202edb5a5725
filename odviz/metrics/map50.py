"""Mean average precision of a detector at an intersection over union (IoU) of 0.5.

A detection is a hit if it overlaps an unmatched target box of its class with an IoU of at least 0.5; per image and
class, detections are matched in order of their confidence. Average precision is the mean precision at 101 recalls,
after precision is made monotonic, and the metric is its mean over the classes that have targets: the definition of the
COCO evaluation (pycocotools, AP at IoU 0.50, all areas).
"""

from __future__ import annotations

import numpy as np

from odviz.arrays import Array, Bools, Floats
from odviz.metrics.base import Metric, Outputs, Targets

IOU = 0.5
CONFIDENT = 0.5
"""Confidence from which a detection counts when two models are compared."""

RECALLS = np.linspace(0, 1, 101)
PADDING = -1
_CELLS = 2**20
"""Size of one block of weights: 8 MB for each of the arrays of a precision–recall curve."""

_TARGET = -1.0
"""In place of a confidence: the row of a score is a target box."""


class Map50(Metric):
    """Detections of any number of classes.

    Targets have shape (N, G, 5): class, x1, y1, x2, y2 of each box; rows of class −1 are padding. Outputs are boxes
    (N, D, 4) as x1, y1, x2, y2, class indices (N, D) and confidences (N, D); a confidence of 0 or less is padding.

    Scores have shape (N, D + G, 3): class, confidence and hit (0 or 1) of each detection, then a row for each target
    box with a confidence of −1. They are all that average precision needs of an image, so that images can be weighted.
    """

    name = "map50"
    title = "mAP50"
    summary = "Mean average precision: how well boxes and classes of detected objects match, at an overlap of half."
    unit = "1"
    higher_is_better = True
    chance_title = "detecting nothing"
    targets = Targets.OTHER

    def score(self, outputs: Outputs, targets: Array) -> Floats:
        """See Metric.score."""
        boxes, classes, confidences = _detections(outputs)
        if targets.ndim != 3 or targets.shape[2] != 5 or len(targets) != len(boxes):
            raise ValueError(f"detections in {len(boxes)} items, targets of shape {targets.shape}")
        hits = np.zeros(confidences.shape)
        for item, rows in enumerate(targets):
            real = rows[rows[:, 0] != PADDING]
            hits[item] = _hits(boxes[item], classes[item], confidences[item], real[:, 1:], real[:, 0])
        detected = np.stack([np.where(confidences > 0, classes, PADDING), np.maximum(confidences, 0), hits], axis=2)
        return np.concatenate([detected, self.chance_scores(targets)], axis=1)

    def aggregate(self, scores: Array, weights: Array) -> Floats:
        """See Metric.aggregate. 0 where no item with a target has a weight."""
        items, of_class = np.nonzero(scores[..., 0] != PADDING)
        classes, confidences, hits = scores[items, of_class].T
        total, count = np.zeros(len(weights)), np.zeros(len(weights))
        for name in np.unique(classes[confidences == _TARGET]):
            target = (classes == name) & (confidences == _TARGET)
            detected = np.flatnonzero((classes == name) & (confidences != _TARGET))
            detected = detected[np.argsort(-confidences[detected], kind="stable")]
            positives = weights[:, items[target]].sum(axis=1, dtype=float)
            precisions = _average_precision(weights[:, items[detected]], hits[detected], positives)
            total += np.where(positives > 0, precisions, 0)
            count += positives > 0
        means: Floats = total / np.maximum(count, 1)
        return means

    def chance_scores(self, targets: Array) -> Floats:
        """See Metric.chance_scores; no detections, only targets."""
        classes = targets[..., 0].astype(float)
        return np.stack([classes, np.full(classes.shape, _TARGET), np.zeros(classes.shape)], axis=2)

    def agreement(self, outputs: Outputs, parent_outputs: Outputs) -> Bools:
        """See Metric.agreement; each confident detection of one model must match one of the other."""
        pairs = zip(*_detections(outputs), *_detections(parent_outputs), strict=True)
        return np.array([_same(*pair) for pair in pairs], bool)


def _detections(outputs: Outputs) -> tuple[Floats, Array, Floats]:
    """Boxes, classes and confidences.

    Raises:
        ValueError: other shapes.
    """
    shapes = [output.shape for output in outputs]
    if len(outputs) != 3 or len(shapes[0]) != 3 or shapes != [(*shapes[1], 4), shapes[1], shapes[1]]:
        raise ValueError(f"outputs must be boxes (N, D, 4), classes (N, D) and confidences (N, D), not {shapes}")
    boxes, classes, confidences = outputs
    return boxes.astype(float), classes, confidences.astype(float)


def _hits(boxes: Floats, classes: Array, confidences: Floats, target_boxes: Array, target_classes: Array) -> Floats:
    """Which detections of one item match a target box that no more confident one has matched; shape (D,)."""
    hits = np.zeros(len(boxes))
    overlaps = _iou(boxes, target_boxes) * (classes[:, np.newaxis] == target_classes)
    if not overlaps.shape[1]:
        return hits
    for row in np.argsort(-confidences, kind="stable"):
        best = overlaps[row].argmax()
        if confidences[row] > 0 and overlaps[row, best] >= IOU:
            hits[row] = 1
            overlaps[:, best] = 0
    return hits


def _iou(boxes: Floats, others: Array) -> Floats:
    """Intersection over union of each pair; shape (D, G), 0 for boxes without an area."""
    low = np.maximum(boxes[:, np.newaxis, :2], others[:, :2])
    high = np.minimum(boxes[:, np.newaxis, 2:], others[:, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=2)
    areas, other_areas = (
        np.prod(np.maximum(corners[:, 2:] - corners[:, :2], 0), axis=1) for corners in (boxes, others)
    )
    union = areas[:, np.newaxis] + other_areas - shared
    ratios: Floats = np.divide(shared, union, out=np.zeros(shared.shape), where=union > 0)
    return ratios


def _average_precision(weights: Array, hits: Floats, positives: Floats) -> Floats:
    """Average precision of one class in each of R weighted sets.

    Args:
        weights: shape (R, K), of the items of K detections, most confident first.
        hits: shape (K,).
        positives: shape (R,), weighted count of target boxes.
    """
    if not len(hits):
        return np.zeros(len(weights))
    step = max(1, _CELLS // len(hits))
    blocks = [slice(start, start + step) for start in range(0, len(weights), step)]
    return np.concatenate([_mean_precision(weights[block], hits, positives[block]) for block in blocks])


def _mean_precision(weights: Array, hits: Floats, positives: Floats) -> Floats:
    detected = weights.cumsum(axis=1, dtype=float)
    true = (weights * hits).cumsum(axis=1, dtype=float)
    precision = true / np.maximum(detected, 1)
    precision = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    recall = true / np.maximum(positives, 1)[:, np.newaxis]
    padded = np.append(precision, np.zeros((len(weights), 1)), axis=1)  # recalls that are never reached
    reached = np.stack([np.searchsorted(row, RECALLS) for row in recall])
    means: Floats = np.take_along_axis(padded, reached, axis=1).mean(axis=1)
    return means


def _same(
    boxes: Floats, classes: Array, confidences: Floats, others: Floats, other_classes: Array, other_confidences: Floats
) -> bool:
    own, theirs = confidences >= CONFIDENT, other_confidences >= CONFIDENT
    matched = _hits(boxes[own], classes[own], confidences[own], others[theirs], other_classes[theirs])
    return bool(own.sum() == theirs.sum() == matched.sum())


plugin = Map50()
