"""Every lesson with the recorded benchmark: what a plug-in must keep to."""

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import plotly.graph_objects as go
import pytest

from odviz.charts import LIGHT
from odviz.charts.lesson import picture
from odviz.domain.errors import InputError
from odviz.domain.estimate import Provenance
from odviz.domain.lesson import Prediction, Pupil, Range
from odviz.lessons import LESSONS, in_order
from odviz.report import lesson_sheet, lesson_text
from odviz.services import benchmark, lessons
from odviz.store import open_store

EVERY = pytest.mark.parametrize("plugin", tuple(LESSONS), ids=lambda plugin: plugin.name)
LONGEST_QUESTION = 45
"""Words: more are not understood at first reading."""


@pytest.fixture(scope="module")
def examples():
    """What each lesson reveals, by its name."""
    return {plugin.name: lessons.example(plugin) for plugin in LESSONS}


def test_there_are_at_least_eight_in_an_order_of_their_own():
    orders = [plugin.lesson.order for plugin in in_order()]
    assert len(orders) >= 8 and orders == sorted(set(orders))


@EVERY
def test_it_takes_at_most_twelve_minutes_and_asks_one_short_question(plugin):
    lesson = plugin.lesson
    assert lesson.minutes <= 12
    assert len(lesson.question.text.split()) <= LONGEST_QUESTION and lesson.question.text.endswith("?")
    assert bool(lesson.question.choices) != bool(lesson.question.scale)
    assert lesson.expected and lesson.watch and lesson.sentence.endswith(".")
    assert len(plugin.control.options) >= 2


@EVERY
def test_no_text_before_the_reveal_has_a_figure_of_the_outcome(plugin, examples):
    finding, _ = examples[plugin.name]
    before = " ".join((plugin.lesson.story, plugin.lesson.question.text, plugin.lesson.title))
    found = finding.estimate
    for value in (found.centre, 100 * found.centre):
        assert not re.search(rf"(?<![\d.,]){value:.3g}(?![\d.,])", before)


@EVERY
def test_the_revealed_figure_has_an_interval_and_a_provenance(plugin, examples):
    finding, evidence = examples[plugin.name]
    estimate = finding.estimate
    assert estimate.provenance in (Provenance.IMPORTED, Provenance.PUBLISHED, Provenance.MODELLED)
    drawn = {mark.estimate.provenance for mark in finding.view.picture.marks}
    assert Provenance.MEASURED not in drawn, "the recorded measurement is another machine's"
    assert estimate.low < estimate.high or estimate.level == 1.0
    assert estimate.n > 0 or estimate.scope
    assert set(finding.right) <= set(plugin.lesson.question.choices)
    scale = plugin.lesson.question.scale
    if scale:
        assert estimate.unit == scale.unit and scale.low <= estimate.centre <= scale.high
        assert not finding.right
    else:
        assert finding.right
    assert evidence is None or (evidence.recorded and evidence.host)


@EVERY
def test_every_option_gives_sentences_and_a_picture_and_the_first_is_what_was_asked(plugin, examples):
    finding, evidence = examples[plugin.name]
    views = {option: plugin.change(evidence, option) for option in plugin.control.options}
    first, *others = views.values()
    assert first.picture == finding.view.picture
    assert all(view.sentences != first.sentences or view.picture != first.picture for view in others)
    scale = plugin.lesson.question.scale
    predicted = Range(scale.low, scale.high) if scale else None
    for view in views.values():
        figure = go.Figure(picture(view.picture, LIGHT, predicted))
        assert len(figure.data) == len(view.picture.marks)
        assert len({mark.estimate.unit for mark in view.picture.marks}) == 1


@EVERY
def test_its_plan_can_be_checked_or_says_why_not(plugin):
    if plugin.plan:
        assert lessons.why_not_here(plugin.plan) or benchmark.check(plugin.plan).points


@EVERY
def test_evidence_that_lacks_figures_is_refused_with_a_reason(plugin, examples):
    _, evidence = examples[plugin.name]
    if evidence is None:
        return
    bare = replace(
        evidence,
        result=replace(evidence.result, points=()),
        data=replace(evidence.data, predictions={}, blocks={}),
    )
    with pytest.raises(InputError):
        plugin.reveal(bare)


class _Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data.replace("\u00a0", " ")


@EVERY
def test_its_sheet_has_what_a_teacher_needs(plugin, examples):
    finding, evidence = examples[plugin.name]
    reader = _Text()
    reader.feed(lesson_sheet.html(plugin, finding, evidence))
    assert reader.open == []
    lesson = plugin.lesson
    for text in (lesson.question.text, lesson.sentence, *lesson.expected, *lesson.watch, *finding.view.sentences):
        assert text in reader.text
    assert all(step.text in reader.text for step in lesson.steps)
    assert evidence is None or evidence.host in reader.text


@EVERY
def test_its_answers_are_exported_with_prediction_and_outcome(plugin, examples):
    question, (finding, evidence) = plugin.lesson.question, examples[plugin.name]
    locked = (
        Prediction(range=Range(question.scale.low, question.scale.high)) if question.scale else Prediction("slower")
    )
    with open_store("sqlite://") as store:
        answer = lessons.lock(store, Pupil("=1+1", "7b"), plugin, locked)
        assert "" in next(csv.DictReader(io.StringIO(lesson_text.answers_csv([answer])))).values()
        lessons.reveal(store, answer, plugin, evidence)
        (stored,) = store.answers()
    (row,) = csv.DictReader(io.StringIO(lesson_text.answers_csv([stored])))
    assert row["pupil"] == "'=1+1" and row["class"] == "7b" and row["lesson"] == plugin.name
    assert float(row["outcome"]) == pytest.approx(finding.estimate.centre)
    assert row["right"] == "True"
    assert float(row["points"]) == pytest.approx(0 if question.scale else 100)


@EVERY
def test_a_prediction_that_does_not_fit_the_question_is_refused(plugin):
    scale = plugin.lesson.question.scale
    wrong = [Prediction(), Prediction("no such choice")]
    if scale:
        wrong += [Prediction(range=Range(scale.low - 1, scale.high)), Prediction(range=Range(scale.high, scale.low))]
        wrong += [Prediction(range=Range(float("nan"), scale.high))]
    else:
        wrong += [Prediction(range=Range(0.0, 1.0)), Prediction("slower", Range(0.0, 1.0))]
    with open_store("sqlite://") as store:
        for prediction in wrong:
            with pytest.raises(InputError):
                lessons.lock(store, Pupil("Ada"), plugin, prediction)
        assert store.answers() == ()
