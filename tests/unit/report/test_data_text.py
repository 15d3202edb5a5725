"""The headline is made of what the findings are, not of their sentences."""

from dataclasses import replace

import pytest

from odviz.domain.data_quality import CheckReport, DataFinding, DataReport, Figure, FindingKind, Severity
from odviz.domain.estimate import Estimate, Provenance
from odviz.report import data_text


def smallest(value, unit="1", provenance=Provenance.MEASURED):
    return (Figure("smallest difference", Estimate(value, value / 2, 2 * value, unit, provenance)),)


def report(*findings, obstacle=""):
    check = CheckReport("check", "Is it so?", "By looking.", findings, obstacle)
    return DataReport("toy", ("a", "b"), "", (100, 20), (check,))


def of(kind, severity=Severity.FINE, count=0, figures=()):
    return DataFinding(kind, severity, "Reworded.", figures, count)


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (of(FindingKind.RESOLUTION, figures=smallest(0.008)), "good enough to tell 1 point apart"),
        (of(FindingKind.RESOLUTION, Severity.ACT, figures=smallest(0.05)), "too few to tell less than 5 points"),
        (
            of(FindingKind.RESOLUTION, Severity.ACT, figures=smallest(0.05, provenance=Provenance.MODELLED)),
            "less than about 5 points",
        ),
        (of(FindingKind.RESOLUTION, figures=smallest(0.5, "°C")), "0.500 °C"),
        (of(FindingKind.LEAK), "no test item is a copy"),
        (of(FindingKind.LEAK, Severity.LOOK, 1), "1 test item is a copy or near copy"),
        (of(FindingKind.LEAK, Severity.ACT, 14), "14 test items are copies or near copies"),
        (of(FindingKind.DECISION), "without them the recommendation stays the same"),
        (of(FindingKind.DECISION, Severity.ACT), "without them the recommendation changes"),
        (of(FindingKind.LABEL_SUSPECTS, Severity.LOOK, 1), "1 label is worth a second look"),
        (of(FindingKind.OTHER_LABELS, Severity.ACT, 2), "1 finding below asks for a change"),
    ],
)
def test_each_finding_has_its_part(finding, words):
    headline = data_text.headline(report(finding))
    assert words in headline.lower()[:1] + headline[1:] and headline.endswith(".")


def test_clean_data_are_said_to_be_so():
    assert data_text.headline(report(of(FindingKind.OUTLIERS)))


def test_a_check_that_was_not_made_says_why():
    unmade = report(obstacle="It needs a benchmark.")
    assert data_text.check_rows(unmade) == [(data_text.SEVERITIES[None], "Is it so?", "It needs a benchmark.")]
    made = replace(unmade, checks=(replace(unmade.checks[0], obstacle=""),))
    assert data_text.check_rows(made)[0][0] == data_text.SEVERITIES[Severity.FINE]
