from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from odviz.arrays import Array
from odviz.metrics.base import Outputs
from odviz.metrics.map50 import PADDING, plugin


def coco(outputs: Outputs, targets: Array) -> float:
    """AP at IoU 0.50 as pycocotools computes it."""
    boxes, classes, confidences = outputs
    annotations = [
        {"image_id": item, "category_id": int(row[0]), "bbox": xywh(row[1:]), "area": 1.0, "iscrowd": 0}
        for item, rows in enumerate(targets)
        for row in rows
        if row[0] != PADDING
    ]
    detections = [
        {
            "image_id": item,
            "category_id": int(classes[item, row]),
            "bbox": xywh(boxes[item, row]),
            "score": float(confidences[item, row]),
        }
        for item, row in np.argwhere(confidences > 0)
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {
            "images": [{"id": item} for item in range(len(targets))],
            "annotations": [{"id": number + 1, **each} for number, each in enumerate(annotations)],
            "categories": [{"id": name} for name in range(10)],
        }
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(detections), "bbox")
        evaluation.params.iouThrs = np.array([0.5])
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"][0, :, :, 0, -1]  # (recalls, classes) for all areas and 100 detections
    return float(precision[precision > -1].mean())


def xywh(box: Array) -> list[float]:
    return [float(value) for value in (*box[:2], *(box[2:] - box[:2]))]


def scene(seed: int) -> tuple[Outputs, Array]:
    """Random boxes, and detections that are shifted, missed, doubled, of a wrong class or of nothing."""
    rng = np.random.default_rng(seed)
    items, boxes = 25, 6
    low = rng.uniform(0, 60, (items, boxes, 2))
    corners = np.concatenate([low, low + rng.uniform(5, 40, low.shape)], axis=2)
    classes = rng.integers(0, 4, (items, boxes))
    real = rng.random((items, boxes)) < 0.6
    targets = np.concatenate([np.where(real, classes, PADDING)[..., np.newaxis], corners], axis=2)
    detected = np.concatenate([corners, corners], axis=1) + rng.normal(0, 4, (items, 2 * boxes, 4))
    detected[..., 2:] = np.maximum(detected[..., 2:], detected[..., :2] + 0.5)
    named = np.where(rng.random((items, 2 * boxes)) < 0.8, np.tile(classes, 2), rng.integers(0, 5, (items, 2 * boxes)))
    confidences = np.round(rng.random((items, 2 * boxes)), 2) * (rng.random((items, 2 * boxes)) < 0.7)
    return (detected, named, confidences), targets


@pytest.mark.parametrize("seed", range(8))
def test_it_equals_pycocotools(seed: int) -> None:
    outputs, targets = scene(seed)
    value = plugin.value(plugin.score(outputs, targets))
    assert 0.05 < value < 0.95
    assert value == pytest.approx(coco(outputs, targets), abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_a_resample_equals_pycocotools_on_the_repeated_items(seed: int) -> None:
    outputs, targets = scene(seed)
    drawn = np.random.default_rng(seed).integers(0, len(targets), len(targets))
    weights = np.bincount(drawn, minlength=len(targets))[np.newaxis].astype(np.float32)
    repeated = tuple(np.repeat(output, weights[0].astype(int), axis=0) for output in outputs)
    expected = coco(repeated, np.repeat(targets, weights[0].astype(int), axis=0))
    assert plugin.aggregate(plugin.score(outputs, targets), weights) == pytest.approx([expected], abs=1e-9)


BOX = np.array([[[0, 0, 10, 10.0]]])


def test_a_box_is_matched_once() -> None:
    targets = np.array([[[1, 0, 0, 10, 10.0]]])
    twice = np.repeat(BOX, 2, axis=1)
    scores = plugin.score((twice, np.array([[1, 1]]), np.array([[0.6, 0.9]])), targets)
    assert scores[0].tolist() == [[1, 0.6, 0], [1, 0.9, 1], [1, -1, 0]]
    assert plugin.value(scores) == 1


@pytest.mark.parametrize(("width", "hit"), [(5.0, 1), (4.9, 0)])
def test_half_an_overlap_is_enough(width: float, hit: int) -> None:
    targets = np.array([[[0, 0, 0, width, 10.0]]])
    assert plugin.score((BOX, np.array([[0]]), np.array([[1.0]])), targets)[0, 0, 2] == hit


def test_classes_without_targets_do_not_count_and_items_without_any_are_worth_nothing() -> None:
    targets = np.array([[[0, 0, 0, 10, 10.0]], [[PADDING, 0, 0, 0, 0]]])
    boxes, classes = np.repeat(BOX, 2, axis=0), np.array([[0], [7]])
    scores = plugin.score((boxes, classes, np.ones((2, 1))), targets)
    assert plugin.aggregate(scores, np.array([[1, 1], [1, 0], [0, 1.0]])).tolist() == [1, 1, 0]


def test_detecting_nothing_is_chance() -> None:
    targets = np.array([[[0, 0, 0, 10, 10.0]]])
    assert plugin.value(plugin.chance_scores(targets)) == 0
    assert plugin.value(plugin.score((BOX, np.array([[0]]), np.zeros((1, 1))), targets)) == 0


@pytest.mark.parametrize("shapes", [((2, 3, 4),), ((2, 3, 4), (2, 3), (2, 2)), ((2, 3, 5), (2, 3), (2, 3))])
def test_outputs_of_another_shape_are_refused(shapes: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(ValueError, match="boxes"):
        plugin.score(tuple(map(np.zeros, shapes)), np.zeros((2, 1, 5)))
