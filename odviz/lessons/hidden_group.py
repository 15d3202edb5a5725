"""Lesson: an average hides whom a network serves badly."""

from __future__ import annotations

from odviz.analysis.estimates import host_samples
from odviz.domain.errors import InputError
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.lesson import AnswerScale, Lesson, Question
from odviz.lessons._plans import INT8_STATIC, PEOPLE, SLIMMEST
from odviz.lessons.base import Control, Evidence, LessonPlugin, Mark, Picture, Reveal, View, accuracy_of, time_plan
from odviz.objectives.worst_group_accuracy import plugin as WORST_GROUP
from odviz.units import digits, figure, interval

_FLOAT = "float"


class HiddenGroup(LessonPlugin):
    """Compares accuracy by person with the average."""

    lesson = Lesson(
        "hidden-group",
        "The average hides somebody",
        6,
        Question(
            "A watch tells which exercise somebody does. We test it with people it has never seen. How many percentage "
            "points less often is it right for the person it serves worst than on average?",
            {},
            AnswerScale(0.0, 60.0, "points"),
        ),
        "The watch learned from some people and is tested with others. For each one we count how often it is right. "
        "An app shop would show one number only: the average of all.",
        "An average can be good while one person gets a bad product: always look at the worst group.",
        time_plan(
            "Measure: the network names the movements of people who were not in its training. Less than a minute. "
            "Meanwhile: who would be served badly by a watch trained with students only?",
            "Compress the network. Ask first: does everybody lose the same?",
        ),
        (
            "“None” or “a few”: the usual answer, because one network serves all.",
            "“It depends on who trained it.” Right, and worth a talk: who is in the training data?",
        ),
        (
            "There are only a few people: the interval is wide. More people, not more movements, would narrow it.",
            "Name no group in class as the worst. The people in the picture are numbers.",
        ),
    )
    plan = PEOPLE
    control = Control(
        "Which network?", {_FLOAT: "Not compressed", INT8_STATIC: "int8", SLIMMEST: "Most of it cut out (pruned)"}
    )

    def _reveal(self, evidence: Evidence | None) -> Reveal:
        """Points between the average and the worst person."""
        assert evidence is not None
        return Reveal(_gap(evidence, ""), self._change(evidence, _FLOAT))

    def _change(self, evidence: Evidence | None, option: str) -> View:
        """Accuracy by person of one variant."""
        assert evidence is not None
        recipe = "" if option == _FLOAT else option
        point = evidence.point(recipe)
        average, gap = accuracy_of(point), _gap(evidence, recipe)
        people = point.accuracy.groups if point.accuracy else {}
        return View(
            (
                f"On average over these {len(people)} people it is right in {figure(average.centre, '1')}. For the "
                f"person that it serves worst it is right {digits(gap.centre, 2)} points less often "
                f"({digits(gap.low, 2)}–{digits(gap.high, 2)}).",
                "From so few people one can say little of others: their average may be anything in "
                f"{interval(average)}.",
            ),
            Picture(
                "Share of right answers",
                tuple(
                    Mark(f"person {number}", value)
                    for number, value in enumerate(sorted(people.values(), key=lambda one: -one.centre), start=1)
                ),
                line=average.centre,
                line_label="average",
            ),
        )


def _gap(evidence: Evidence, recipe: str) -> Estimate:
    """Average less the worst person, in points; the interval is that of the worst person, which allows for the choice.

    Raises:
        InputError: items have no persons, or nothing was predicted.
    """
    point = evidence.point(recipe)
    average = accuracy_of(point)
    (samples,) = host_samples(evidence.data, [point])
    worst = WORST_GROUP.host(samples)
    if not isinstance(worst, Estimate):
        raise InputError(worst.reason)
    low, value, high = (100 * max(0.0, average.centre - end) for end in (worst.high, worst.centre, worst.low))
    return Estimate(value, low, high, "points", Provenance.MEASURED, worst.n, worst.level, "average less worst person")


plugin = HiddenGroup()
