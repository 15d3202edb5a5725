"""Trying ways to give the items to a network, and to read its outputs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from odviz.arrays import Array, Indices
from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.domain.own_task import Preparation, Trial
from odviz.importing.arrangement import Arrangement
from odviz.importing.heads import Head
from odviz.importing.interface import open_session
from odviz.importing.preparations import preparations
from odviz.library.items import ITEMS, joined
from odviz.metrics.base import Metric
from odviz.tasks._own import prepared

ENOUGH = 50
"""Fewest labelled items by which ways are compared."""

SAMPLE = 200
"""Most items that each way is tried on."""

TRIAL_S = 20.0
"""Time for all trials together; fewer items are used if a model is slow."""


@dataclass(frozen=True, eq=False)
class Network:
    """A model file and how its inputs are fed.

    Attributes:
        path: of the file, whose first input takes the items.
        format: its format.
        dtype: of prepared items.
        further: what the other inputs take, by name; each of shape (N, …).
    """

    path: Path
    format: str
    dtype: str
    further: Mapping[str, Array]

    def items(self, stored: Array, preparation: Preparation, rows: Indices) -> Array:
        """Items as the network takes them.

        Args:
            stored: shape (N, …), channels last.
            preparation: of these.
            rows: which of them.
        """
        further = {name: array[rows] for name, array in self.further.items()}
        return joined({ITEMS: prepared(stored[rows], preparation, self.dtype), **further})

    def predict(self, layout: Layout, stored: Array, preparation: Preparation, rows: Indices) -> Array:
        """The first output for items, shape (N, …)."""
        session = open_session(self.path, self.format, layout)
        return np.stack([session.predict(item)[0] for item in self.items(stored, preparation, rows)])


@dataclass(frozen=True, eq=False)
class Try:
    """One way, with the outputs of the sample and their scores; no scores without targets."""

    arrangement: Arrangement
    preparation: Preparation
    head: Head
    sample: Indices
    output: Array
    scores: Array | None

    def judged_by(self, head: Head) -> Try:
        """The same outputs, judged by other targets."""
        return replace(self, head=head, scores=_scores(head, self.output, self.sample))

    def first(self, count: int) -> Try:
        """The same of the first items of the sample."""
        scores = None if self.scores is None else self.scores[:count]
        return replace(self, sample=self.sample[:count], output=self.output[:count], scores=scores)


def tries(
    network: Network,
    stored: Array,
    sample: Indices,
    ways: Sequence[Arrangement],
    heads: Sequence[Head],
    preparation: Preparation | None,
) -> list[Try]:
    """Try every way on the sample; the first one alone where there are too few labels to compare them.

    Args:
        network: the network.
        stored: items as they were brought, shape (N, …).
        sample: which of them; fewer are used if the network is slow.
        ways: arrangements of the items.
        heads: outputs that may be the scores.
        preparation: the only one to try; None for all usual ones.

    Raises:
        FileRefused: no output fits its metric.
    """
    comparable, count = len(sample) >= ENOUGH and heads[0].targets is not None, len(sample)
    low, high = float(stored.min()), float(stored.max())
    tried: list[Try] = []
    refusal = FileRefused("")
    for way in ways if comparable else ways[:1]:
        arranged = way.apply(stored)
        channels = arranged.shape[-1] if arranged.ndim == 4 else 1
        known = (preparation,) if preparation else preparations(low, high, channels)
        options = known if comparable and network.dtype == "float32" else known[:1]
        session = open_session(network.path, network.format, way.layout)
        for option in options:
            start = time.monotonic()
            predicted = [session.predict(item) for item in network.items(arranged, option, sample[:count])]
            for head in heads if comparable else heads[:1]:
                try:
                    output = stacked([outputs[head.output] for outputs in predicted])
                    tried.append(Try(way, option, head, sample[:count], output, _scores(head, output, sample)))
                except ValueError as error:
                    refusal = FileRefused(f"The model's outputs do not fit {head.metric.noun}: {error}.")
            spent = (time.monotonic() - start) * len(options) * len(ways)
            if spent > TRIAL_S and count > ENOUGH:
                count = max(ENOUGH, int(count * TRIAL_S / spent))
    if not tried:
        raise refusal
    shortest = min(len(one.sample) for one in tried)
    return [one.first(shortest) for one in tried]


def stacked(outputs: Sequence[Array]) -> Array:
    """One output of several items, shape (N, …).

    Raises:
        ValueError: it has another shape for each.
    """
    shapes = {output.shape for output in outputs}
    if len(shapes) > 1:
        raise ValueError(f"it has the shapes {' and '.join(map(str, sorted(shapes)[:2]))} for different items")
    return np.stack(outputs)


def _scores(head: Head, output: Array, sample: Indices) -> Array | None:
    if head.targets is None:
        return None
    return head.metric.score((output,), head.targets[sample[: len(output)]])


def choose(tried: Sequence[Try]) -> Try:
    """The first way, unless another one is surely better; of the better ones the best."""
    first, metric = tried[0], tried[0].head.metric
    if first.scores is None:
        return first
    sign = 1 if metric.higher_is_better else -1
    values = [sign * one.head.metric.value(one.scores) for one in tried if one.scores is not None]
    best = tried[int(np.argmax(np.nan_to_num(values, nan=-np.inf)))]
    return best if best.scores is not None and surely_better(metric, best.scores, first.scores) else first


def surely_better(metric: Metric, scores: Array, others: Array) -> bool:
    """Whether the interval of a difference excludes that the first is no better."""
    difference = metric.difference(scores, others)
    return difference.low > 0 if metric.higher_is_better else difference.high < 0


def trials(tried: Sequence[Try]) -> tuple[Trial, ...]:
    """What was tried, the best first; nothing without targets."""
    arranged = len({one.arrangement for one in tried}) > 1
    several = len({one.head.name for one in tried}) > 1
    told = []
    for one in tried:
        if one.scores is None:
            continue
        estimate = one.head.metric.interval(one.scores)
        words = [one.arrangement.title] * arranged + [one.preparation.label] + [f"output {one.head.name}"] * several
        value, low, high = estimate.centre, estimate.low, estimate.high
        told.append(Trial("; ".join(words), one.preparation, one.head.name, value, low, high, len(one.sample)))
    higher = tried[0].head.metric.higher_is_better
    return tuple(sorted(told, key=lambda trial: -trial.value if higher else trial.value))
