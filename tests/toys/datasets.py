"""Data sets of every kind that have nothing to complain of, and what becomes of them with planted faults."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from odviz.data_quality.base import Dataset, Predicted
from odviz.domain.modality import Modality
from odviz.metrics import METRICS
from odviz.tasks.base import Examples

CLASSES = ("ant", "bee", "cow")
TESTS, CALIBRATION = 300, 90


def dataset(modality: Modality, seed: int = 0, **changes: Any) -> Dataset:
    """A clean data set: distinct items, even classes."""
    rng = np.random.default_rng(seed)
    items = _ITEMS[modality](rng, TESTS + CALIBRATION)
    targets = np.arange(len(items)) % len(CLASSES)
    parts = [_examples(items[span], targets[span]) for span in (slice(TESTS), slice(TESTS, None))]
    return replace(Dataset(modality, METRICS["top1"], CLASSES, *parts), **changes)


def with_inputs(data: Dataset, test: Any = None, calibration: Any = None) -> Dataset:
    """The same data with other items."""
    parts = [
        part if inputs is None else replace(part, inputs=np.ascontiguousarray(inputs, part.inputs.dtype))
        for part, inputs in ((data.test, test), (data.calibration, calibration))
    ]
    return replace(data, test=parts[0], calibration=parts[1])


def answers(data: Dataset, *accuracies: float, seed: int = 0) -> tuple[Predicted, ...]:
    """An uncompressed network and variants of it, which are sure, and right as often as said."""
    rng = np.random.default_rng(seed)
    made = []
    for place, accuracy in enumerate(accuracies):
        wrong = rng.random(len(data.test)) >= accuracy
        predicted = (data.test.targets + wrong * rng.integers(1, len(CLASSES), len(wrong))) % len(CLASSES)
        logits = 4 * np.eye(len(CLASSES))[predicted] + rng.normal(0, 0.5, (len(wrong), len(CLASSES)))
        scores = data.metric.score((logits,), data.test.targets)
        made.append(Predicted(f"variant {place}", scores, (logits,), 0 if place else None))
    return tuple(made)


def _examples(items: Any, targets: Any) -> Examples:
    return Examples(items, targets.astype(np.int64), np.full(len(items), ""))


def _images(rng: Any, count: int) -> Any:
    """Blurred noise: neighbouring pixels are alike, as in pictures."""
    rough = rng.random((count, 6, 6, 1)).repeat(3, axis=1).repeat(3, axis=2)
    return (rough + 0.1 * rng.random(rough.shape)).astype(np.float32)


def _signals(rng: Any, count: int) -> Any:
    return np.cumsum(rng.normal(size=(count, 60, 3)), axis=1).astype(np.float32)


def _texts(rng: Any, count: int) -> Any:
    tokens = 1 + (rng.pareto(1.0, (count, 20)) * 20).astype(int) % 900
    tokens[np.arange(20) >= rng.integers(8, 20, (count, 1))] = 0
    return tokens.astype(np.int32)


def _rows(rng: Any, count: int) -> Any:
    rows = rng.normal(size=(count, 7))
    rows[:, -1] = rng.integers(0, 3, count)
    return rows.astype(np.float32)


_ITEMS = {Modality.IMAGE: _images, Modality.SIGNAL: _signals, Modality.TEXT: _texts, Modality.TABULAR: _rows}
