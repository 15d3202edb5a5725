"""What an owner reads first needs no knowledge of machine learning."""

from dataclasses import replace

import pytest

from odviz.analysis.recommendation import NextStep
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Limits
from odviz.domain.result import Accuracy
from odviz.objectives import LATENCY
from odviz.report import analysis_text, risk_text
from odviz.report.plain_answer import plain_answer
from odviz.ui.parts.recommendation import EXACT
from tests.unit.charts.candidates import analysis_of, candidate

EXACT_TERMS = (
    "p50", "p90", "p99", "median", "quantile", "resample", "replicate", "bootstrap", "confidence", "interval", "knee",
    "MACs", "multiply-accumulate", "hypervolume", "Pareto", "objective", "modelled", "projected", "projection",
    "provenance", "agreement", "latency", "inference", "MB of RAM", "Wilson", "McNemar", "dominated", "ambiguous",
)  # fmt: skip
"""Words that stand only in tooltips, and in the part of exact figures."""


def terms_in(text):
    return [term for term in EXACT_TERMS if term.lower() in text.lower()]


def outside_exact(block):
    """Text of the elements of a block, without the parts of exact figures, charts and tables."""
    for child in block.children.values():
        if getattr(child, "label", "") in (EXACT, "How far these times can be trusted"):
            continue
        if hasattr(child, "children"):
            yield from outside_exact(child)
        elif child.type in ("markdown", "header", "subheader", "caption"):
            yield str(child.value)


@pytest.mark.parametrize("address", [{}, {"device": "galaxy-s25"}, {"deadline": "1.5"}, {"accuracy": "99"}])
def test_the_card_has_no_exact_terms_outside_its_exact_part(visit, measured, address):
    app = visit(**address)
    texts = list(outside_exact(app.main))
    start = next(place for place, text in enumerate(texts) if "badge[" in text)
    end = next(place for place, text in enumerate(texts) if "satisfy your limits" in text or "satisfies" in text)
    assert end > start
    assert [found for text in texts[start : end + 1] if (found := terms_in(text))] == []


def answers(analysis):
    return {line.question: line for line in plain_answer(analysis.recommendation, analysis)}


@pytest.mark.parametrize(
    ("seconds", "half", "limit", "answer"),
    [
        (1e-3, 0.01, 0.1, "Yes: about 1,000 answers a second, where you need 10."),
        (9.5e-3, 0.1, 0.01, "Perhaps: about 110 answers a second, where you need 100."),
        (2.0, 0.01, 60.0, "Yes: about 2.00 s an answer, where 60.0 s will do."),
        (1e-3, 0.01, None, "About 1,000 answers a second."),
    ],
)
def test_whether_it_copes_is_said_in_answers_a_second(seconds, half, limit, answer):
    limits = Limits({LATENCY: limit} if limit else {})
    line = answers(analysis_of(candidate(0.9, seconds, half=half), limits=limits))["Will it cope?"]
    assert line.answer == answer and "Latency" in line.exact


def test_a_time_that_was_not_measured_says_so():
    point = candidate(0.9, 1e-3, provenance=Provenance.PROJECTED)
    assert "worked out, not measured" in answers(analysis_of(point))["Will it cope?"].answer


def test_how_often_it_is_wrong_tells_close_accuracies_apart():
    one, other = (
        answers(analysis_of(candidate(share, 1e-3)))["How often is it wrong?"].answer for share in (0.933, 0.929)
    )
    assert "67 times in 1,000" in one and "71 times in 1,000" in other


def test_the_uncompressed_network_is_named_beside_it():
    share = Estimate(0.9, 0.89, 0.91, "1", Provenance.MEASURED, n=1000)
    point = candidate(0.9, 1e-3)
    accuracy = Accuracy(share, difference=replace(share, value=-0.005, low=-0.01, high=0.0))
    point = replace(point, result=replace(point.result, accuracy=accuracy))
    assert "uncompressed 95 times" in answers(analysis_of(point))["How often is it wrong?"].answer


def test_what_is_lost_by_a_wrong_choice_is_said_with_what_would_settle_it():
    alike = analysis_of(candidate(0.9, 1.0e-3, half=0.2), candidate(0.9, 1.1e-3, half=0.2))
    line = answers(alike)["And if another was better?"]
    assert alike.recommendation.next_step is NextStep.MEASURE_LONGER
    assert "an answer" in line.answer and "Measuring longer" in line.answer and "resamples" in line.exact
    alone = answers(analysis_of(candidate(0.9, 1.0e-3)))["And if another was better?"]
    assert alone.answer == "You lose nothing that matters."


def test_risks_have_no_exact_terms():
    point = candidate(0.9, 1e-3, half=0.9)
    for risk in risk_text.risks(point, Limits(), analysis_of(point).quality):
        assert terms_in(risk.text) == []


def test_every_verdict_has_a_title():
    assert set(analysis_text.VERDICTS) == set(type(next(iter(analysis_text.VERDICTS))))
