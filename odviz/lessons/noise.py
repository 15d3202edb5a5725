"""Lesson: two timings of the same thing differ, and how not to be fooled by that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from odviz.arrays import Floats
from odviz.domain.errors import InputError
from odviz.domain.estimate import TAILS, Estimate, Provenance
from odviz.domain.lesson import AnswerScale, Lesson, Question
from odviz.lessons._plans import NETWORKS, SMALL
from odviz.lessons.base import Control, Evidence, LessonPlugin, Mark, Picture, Reveal, View, time_plan
from odviz.units import digits, figure

_REPEATS = 4000
_SEED = 0  # the same figures for everybody who reads the same measurement


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to say how long something takes: a statistic of some timings.

    Attributes:
        title: in the control.
        timings: how many.
        statistic: of them, along the last axis.
    """

    title: str
    timings: int
    statistic: Callable[..., Any]


_WAYS = {
    "once": _Way("Time it once", 1, np.mean),
    "mean": _Way("Average of 10", 10, np.mean),
    "median": _Way("Middle one of 10", 10, np.median),
    "many": _Way("Middle one of 100", 100, np.median),
}


class Noise(LessonPlugin):
    """Draws timings from the stored ones of one network."""

    lesson = Lesson(
        "noise",
        "The same thing, timed again",
        8,
        Question(
            "A computer does the very same calculation hundreds of times, and each time is stopped. The slowest time "
            "is "
            "how many times as long as the fastest?",
            {},
            AnswerScale(1.0, 1000.0, "×", log=True),
        ),
        "You compare two networks: you time each one once, and the shorter time wins. But a computer does many things "
        "at the same time: it gets mail, draws the screen, and saves energy.",
        "One timing proves nothing: repeat, take the middle one, and compare only differences larger than the noise.",
        time_plan(
            "Measure: one network answers the same question again and again. Half a minute. Meanwhile: time with a "
            "phone how long somebody needs to say a sentence, five times. What is the spread?",
            "Choose how to sum up several timings. Ask first: which is better, the average or the middle one?",
        ),
        (
            "“Once: it is the same calculation.” The usual answer.",
            "“Twice at most.” Interruptions are rare, but one takes as long as many such calculations.",
        ),
        (
            "The slowest time is one single event: measured again, it will be another.",
            "Let somebody watch a video on the computer that measures, and measure again.",
        ),
    )
    plan = NETWORKS
    control = Control("How do you sum up the timings?", {name: way.title for name, way in _WAYS.items()})

    def _reveal(self, evidence: Evidence | None) -> Reveal:
        """The slowest over the fastest of all timings of the small network."""
        assert evidence is not None
        timings = _timings(evidence)
        ratio = float(timings.max() / timings.min())
        scope = "slowest over fastest single timing that was kept"
        slowest = Estimate(ratio, ratio, ratio, "×", Provenance.MEASURED, len(timings), 1.0, scope)
        view = self._change(evidence, "once")
        first = (
            f"Of {len(timings):,} timings the fastest is {figure(timings.min(), 's')} and the slowest "
            f"{figure(timings.max(), 's')}: {digits(ratio)} times as long. Half of them are below "
            f"{figure(float(np.median(timings)), 's')}."
        )
        return Reveal(slowest, View((first, *view.sentences), view.picture))

    def _change(self, evidence: Evidence | None, option: str) -> View:
        """How far two measurements of the same thing differ, in one way."""
        assert evidence is not None
        timings, way = _timings(evidence), _WAYS[option]
        drawn = dict.fromkeys(("once", option))
        spreads = {name: _spread(timings, _WAYS[name]) for name in drawn}
        own = spreads[option]
        return View(
            (
                f"{way.title}: in 95 of 100 cases you would get between {digits(own.low, 2)} and "
                f"{digits(own.high, 2)} times the true middle.",
                "So only believe that one network is faster than another if their times differ by more than a "
                f"factor of {digits(own.high / own.low, 2)}.",
            ),
            Picture(
                "What you would get, as a multiple of the true middle",
                tuple(Mark(_WAYS[name].title, spread, hue) for hue, (name, spread) in enumerate(spreads.items())),
                log=True,
                line=1.0,
                line_label="true middle",
            ),
        )


def _timings(evidence: Evidence) -> Floats:
    """Every kept time of the small network in seconds, of all blocks.

    Raises:
        InputError: it was not timed.
    """
    blocks = evidence.data.blocks.get(evidence.point(model=SMALL).point)
    if not blocks:
        raise InputError("The network was not timed. Measure it again.")
    timings: Floats = 1e-9 * np.concatenate([np.asarray(block.wall_ns, np.float64) for block in blocks])
    return timings


def _spread(timings: Floats, way: _Way) -> Estimate:
    """A statistic of timings that are drawn from all, over the median of all, in 95 % of the cases."""
    random = np.random.default_rng(_SEED)
    drawn = way.statistic(random.choice(timings, (_REPEATS, way.timings)), axis=-1) / np.median(timings)
    low, high = np.quantile(drawn, TAILS).tolist()
    scope = f"{way.title.lower()}, drawn from {len(timings)} timings, over the median of all"
    return Estimate(float(np.median(drawn)), low, high, "×", Provenance.MEASURED, _REPEATS, scope=scope)


plugin = Noise()
