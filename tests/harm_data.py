"""A benchmark whose predictions a test gives, without a store."""

from types import SimpleNamespace

import numpy as np

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.item_groups import KnownItems
from odviz.store import Predictions
from tests.fakes import point


def benchmark_data(scores, groupings=(), metric="top1", outputs=None, targets=(), failures=None):
    """A benchmark of one network.

    Args:
        scores: of each recipe, shape (N, …); "fp32" is the network.
        groupings: of the items; the first is that of the objectives.
        metric: that gave the scores.
        outputs: of each recipe, shape (N, …), where they were kept.
        targets: of the items.
        failures: by recipe.
    """
    points = {recipe: point(recipe) for recipe in scores}
    predictions = {
        points[recipe]: Predictions(metric, own, None if outputs is None else (outputs[recipe],))
        for recipe, own in scores.items()
    }
    record = SimpleNamespace(id="0toy0000", environment=None, plan=SimpleNamespace(task="toy"))
    failed = {points[recipe]: failure for recipe, failure in (failures or {}).items()}
    data = BenchmarkData(record, tuple(points.values()), {}, predictions, {}, {}, {}, failed)
    data.__dict__["items"] = KnownItems(np.asarray(targets), tuple(groupings))
    return data


def flipped(right, rng, lost, gained):
    """Other right predictions, as of another network.

    Args:
        right: shape (N,).
        rng: source of the randomness.
        lost: probability that a right one is wrong, a number or one for each item.
        gained: probability that a wrong one is right.
    """
    draw = rng.random(right.shape)
    return np.where(right, draw >= lost, draw < gained)
