"""A simulated device, whose answers are drawn: as in a benchmark, or after a shift."""

from dataclasses import dataclass

import numpy as np

from odviz.analysis.monitoring import MonitorReference
from odviz.domain.estimate import Estimate, Provenance
from odviz.library.answer_log import UNLABELLED, AnswerLog
from odviz.stats.calibration import Sureness

CLASSES = ("coat", "shirt", "shoe", "bag", "sock")
BEGIN = 1_700_000_000.0
P50, P90 = (Estimate(value, 0.95 * value, 1.05 * value, "s", Provenance.MEASURED, 100) for value in (0.010, 0.012))
SLOW = ((P50, 0.5), (P90, 0.1))


@dataclass(frozen=True)
class Device:
    """What is drawn.

    Attributes:
        shares: of the classes, in this order.
        doubt: mean of what the confidence lacks; answers are right as often as their confidence says.
        slowness: factor of the times.
        wrong: share of the right answers that become wrong, with no less confidence.
    """

    shares: tuple[float, ...] = (0.3, 0.25, 0.2, 0.15, 0.1)
    doubt: float = 0.1
    slowness: float = 1.0
    wrong: float = 0.0

    def draw(self, rng, count):
        """Class, confidence and whether it is right, of so many answers."""
        predicted = rng.choice(len(CLASSES), count, p=self.shares)
        confidence = 1 - 0.8 * rng.beta(0.5, 0.5 * (0.8 / self.doubt - 1), count)
        right = (rng.random(count) < confidence) & (rng.random(count) >= self.wrong)
        return predicted, confidence, right

    def reference(self, rng, count=1000, slow=SLOW):
        predicted, confidence, right = self.draw(rng, count)
        return MonitorReference(CLASSES, predicted, Sureness(confidence, right), slow)

    def log(self, rng, count, labelled=0.1, begin=BEGIN):
        """Answers, one a minute; the median time is P50, and a tenth exceeds P90."""
        predicted, confidence, right = self.draw(rng, count)
        labels = np.where(right, predicted, (predicted + 1) % len(CLASSES))
        labels[rng.random(count) >= labelled] = UNLABELLED
        spread = np.log(P90.value / P50.value) / 1.2816
        latency = self.slowness * P50.value * np.exp(spread * rng.standard_normal(count))
        return AnswerLog(begin + 60.0 * np.arange(count), predicted, confidence, latency, labels)


def joined(first, second):
    """One log behind another."""
    fields = ("times", "predicted", "confidence", "latency_s", "labels")
    return AnswerLog(*(np.concatenate([getattr(first, name), getattr(second, name)]) for name in fields))


def shifted(rng, before, after, changed=Device()):
    """A log whose device changes after `before` answers into another one, for `after` answers."""
    return joined(Device().log(rng, before), changed.log(rng, after, begin=BEGIN + 60.0 * before))
