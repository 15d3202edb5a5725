"""The page Data: nothing looked at yet, a look, a look that fails, and what others wrote."""

from dataclasses import replace

import pytest

from odviz.domain.data_quality import (
    Case,
    CheckReport,
    DataFinding,
    DataReport,
    Figure,
    FindingKind,
    Item,
    Part,
    Severity,
)
from odviz.domain.errors import Busy
from odviz.domain.estimate import Estimate, Provenance
from odviz.report.markdown import plain
from odviz.services import data_quality
from tests.ui.scripted import texts, written

HOSTILE = "<script>alert(1)</script> [x](http://x)"
SMALLEST = Estimate(0.022, 0.01, 0.04, "1", Provenance.MEASURED, 100)


def finding(kind, severity, message, count=0, cases=(), figures=()):
    return DataFinding(kind, severity, message, figures, count, tuple(cases))


def pair(index):
    return Case((Item(Part.TEST, index), Item(Part.CALIBRATION, 2 * index)), f"{HOSTILE} {index}", 1.0)


LEAK = finding(FindingKind.LEAK, Severity.ACT, "40 test items are copies.", 40, map(pair, range(40)))
REPORT = DataReport(
    "product-images",
    ("a", "b"),
    "",
    (10_000, 512),
    (
        CheckReport(
            "sample-size",
            "Are there enough items?",
            "By a formula.",
            (finding(FindingKind.RESOLUTION, Severity.LOOK, "2.2 points.", figures=(Figure(HOSTILE, SMALLEST),)),),
        ),
        CheckReport(
            "leakage",
            "Was it seen before?",
            "By comparing.",
            (LEAK, finding(FindingKind.DECISION, Severity.ACT, "The recommendation changes.")),
        ),
        CheckReport("label-suspects", "Which labels?", "By learning.", obstacle="It needs a benchmark."),
    ),
)


@pytest.fixture
def kept(monkeypatch):
    monkeypatch.setattr(data_quality, "kept", lambda task, benchmark: replace(REPORT, task=task))


def button(app, label="Look at the data"):
    return next((one for one in app.button if one.label.startswith(label)), None)


def test_the_source_stands_beside_data_that_nobody_has_looked_at(visit):
    app = visit("data", task="product-images")
    assert button(app)
    assert "Fashion-MNIST" in texts(app) and "spdx.org/licenses/MIT" in written(app)


def test_a_look_answers_every_question_and_stays(visit):
    button(visit("data", task="exercise")).click().run()
    app = visit("data", task="exercise")
    assert button(app) is None
    said = texts(app)
    assert "no test item is a copy of a calibration item" in app.header[0].value
    assert "752 test items of 808" in said and "It needs the predictions of a benchmark" in said
    assert "BSD-3-Clause" in said


def test_what_is_found_is_in_the_headline_and_its_items_are_drawn(visit, kept):
    app = visit("data", task="product-images")
    headline = app.header[0].value
    assert "2.2 points" in headline and "40 test items" in headline and "changes" in headline
    assert len(app.get("image")) == 6
    button(app, "Show 24 more of 34").click().run()
    assert len(app.get("image")) == 30


def test_words_of_others_are_shown_as_they_are(visit, kept):
    app = visit("data", task="product-images")
    assert plain(f"{HOSTILE} 0") in written(app) and HOSTILE not in written(app)


def test_texts_and_signals_are_drawn_too(visit, kept):
    assert "> " in written(visit("data", task="review-sentiment"))
    assert len(visit("data", task="exercise").get("image")) >= 6


def test_it_waits_for_a_benchmark(visit, monkeypatch):
    def busy(*_):
        raise Busy("Another odviz is measuring.")

    monkeypatch.setattr(data_quality, "inspect", busy)
    app = visit("data", task="exercise")
    button(app).click().run()
    assert "Another odviz is measuring" in texts(app) and not app.exception
    assert "BSD-3-Clause" in texts(app)


def test_a_benchmark_whose_predictions_are_of_other_items_is_not_used(visit, measured):
    app = visit("data", benchmark=measured)
    button(app).click().run()
    assert not app.exception and "predictions of benchmark" not in texts(app)
