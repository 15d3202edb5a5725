"""Lesson: an accuracy that was found with few items may be far off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array
from odviz.domain.errors import InputError
from odviz.domain.estimate import TAILS, Estimate, Provenance
from odviz.domain.lesson import AnswerScale, Lesson, Question
from odviz.lessons._plans import NETWORKS, SMALL
from odviz.lessons.base import Control, Evidence, LessonPlugin, Mark, Picture, Reveal, View, accuracy_of, time_plan
from odviz.stats import wilson
from odviz.units import digits, estimate

_TESTERS, _ASKED = 10, 50
_REPEATS = 2000
_SEED = 0  # the same figures for everybody who reads the same measurement


class AccuracyIsAnInterval(LessonPlugin):
    """Draws tests of few items from the stored scores of all test items."""

    lesson = Lesson(
        "accuracy-is-an-interval",
        "How good is it really?",
        3,
        Question(
            "Ten classmates each test the same network, each with 50 new pictures, and count how many it names "
            "right. How many percentage points lie between the best and the worst result?",
            {},
            AnswerScale(0.0, 40.0, "points"),
        ),
        "A network names clothes on pictures. To know how good it is, you show it pictures that it has never seen and "
        "count. “Right in 45 of 50” is 90 percent. If your neighbour gets 80 percent, that is 10 percentage points "
        "less.",
        "A percentage without the number of tests behind it says little: ask for the interval.",
        time_plan(
            "Measure: the network names thousands of pictures once. From its results we draw ten tests of 50, again "
            "and "
            "again. Meanwhile: toss a coin 10 times each. Who has 5 heads?",
            "Give everybody more pictures. Ask first: with four times as many, does the difference become a quarter?",
        ),
        (
            "“None: it is the same network.” It is; the pictures are not.",
            "“1 or 2 points.” True for thousands of pictures each.",
        ),
        (
            "Percent and percentage points: from 80 % to 90 % is 10 points.",
            "Four times as many pictures halve the difference: it falls with the square root.",
        ),
    )
    plan = NETWORKS
    control = Control(
        "How many pictures has each classmate?", {"50": "50", "200": "200", "1000": "1,000", "5000": "5,000"}
    )

    def _reveal(self, evidence: Evidence | None) -> Reveal:
        """The usual difference between the best and the worst of ten tests."""
        assert evidence is not None
        return Reveal(_spread(_tests(_scores(evidence), _ASKED), _ASKED), self._change(evidence, str(_ASKED)))

    def _change(self, evidence: Evidence | None, option: str) -> View:
        """Ten tests of another size."""
        assert evidence is not None
        scores, size = _scores(evidence), int(option)
        tests = _tests(scores, size)
        spread, overall = _spread(tests, size), accuracy_of(evidence.point(model=SMALL))
        marks = [
            Mark(f"classmate {number}", wilson(int(count), size)) for number, count in enumerate(tests[0], start=1)
        ]
        return View(
            (
                f"With {size:,} pictures each, the best and the worst of ten results usually lie "
                f"{digits(spread.centre, 2)} "
                f"points apart; in 95 of 100 classes between {digits(spread.low, 2)} and {digits(spread.high, 2)}.",
                f"With all {len(scores):,} pictures it is right in {estimate(overall)}: the dashed line.",
                "The picture shows one such class. Each line is the interval that one classmate could have named: "
                "nearly all of them hold the dashed line.",
            ),
            Picture(
                f"Share of right answers, {size:,} pictures each",
                tuple(marks),
                line=overall.centre,
                line_label="all pictures",
            ),
        )


def _scores(evidence: Evidence) -> Array:
    """Whether each test item was predicted right, shape (N,).

    Raises:
        InputError: nothing was predicted.
    """
    predictions = evidence.data.predictions.get(evidence.point(model=SMALL).point)
    if predictions is None:
        raise InputError("The network has named no pictures. Measure it again.")
    return predictions.scores.astype(bool)


def _tests(scores: Array, size: int) -> NDArray[np.int64]:
    """Numbers of right answers in tests of `size` items, shape (repeats, testers); no test has an item twice."""
    right = int(scores.sum())
    random = np.random.default_rng(_SEED)
    return random.hypergeometric(right, len(scores) - right, min(size, len(scores)), (_REPEATS, _TESTERS))


def _spread(tests: NDArray[np.int64], size: int) -> Estimate:
    """Points between the best and the worst of the tests of a class: the median class, and 95 % of all classes."""
    points = 100 * np.ptp(tests, axis=1) / size
    low, high = np.quantile(points, TAILS).tolist()
    scope = f"difference between the best and the worst of {_TESTERS} tests of {size} items, drawn from all scores"
    return Estimate(float(np.median(points)), low, high, "points", Provenance.MEASURED, _REPEATS, scope=scope)


plugin = AccuracyIsAnInterval()
