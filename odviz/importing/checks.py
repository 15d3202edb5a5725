"""Refusal of networks at chance level."""

from __future__ import annotations

from odviz.domain.errors import FileRefused
from odviz.importing.trying import ENOUGH, Try, surely_better
from odviz.units import figure


def check(best: Try) -> None:
    """Refuse what cannot be right; fewer than `ENOUGH` items tell nothing.

    Raises:
        FileRefused: the best predictor that ignores its input is not surely worse.
    """
    metric, targets = best.head.metric, best.head.targets
    if targets is None or best.scores is None or len(best.sample) < ENOUGH:
        return
    own = targets[best.sample]
    chance = metric.chance_scores(own)
    if not surely_better(metric, best.scores, chance):
        value, level = (figure(metric.value(scores), metric.unit) for scores in (best.scores, chance))
        raise FileRefused(
            f"The model is at chance level on these data, in every way that was tried ({metric.noun} {value} on "
            f"{len(own)} items, {level} by {metric.chance_title}): are they of its kind, and are the labels in the "
            "order of its outputs?"
        )
