"""What the checks of a data set say, in words and tables."""

from __future__ import annotations

from odviz.data_quality.sample_size import WANTED
from odviz.domain.data_quality import CheckReport, DataFinding, DataReport, FindingKind, Severity
from odviz.domain.text import capital
from odviz.units import counted, difference, estimate

SEVERITIES = {
    None: "not looked at",
    Severity.FINE: "fine",
    Severity.LOOK: "look",
    Severity.ACT: "act",
}
"""What a check asks for, in a word."""

FIGURES = ("Figure", "Value", "Scope")
"""Headings of `figure_rows`."""


def headline(report: DataReport) -> str:
    """The result in one sentence."""
    parts = [_resolution(report), _leaks(report), _decision(report), _others(report)]
    sentence = "; ".join(filter(None, parts))
    return f"{capital(sentence)}." if sentence else "Nothing of these data asks for a look."


def check_rows(report: DataReport) -> list[tuple[str, str, str]]:
    """A verdict, the question and the answer of each check."""
    return [(SEVERITIES[check.severity], check.title, answer(check)) for check in report.checks]


def answer(check: CheckReport) -> str:
    """What a check says, all findings together."""
    return check.obstacle or " ".join(finding.message for finding in check.findings)


def figure_rows(finding: DataFinding) -> list[tuple[str, str, str]]:
    """Cells of the table of a finding's figures; headings are `FIGURES`."""
    return [(figure.title, estimate(figure.estimate), figure.estimate.scope) for figure in finding.figures]


def _resolution(report: DataReport) -> str:
    for finding in report.of_kind(FindingKind.RESOLUTION):
        smallest = finding.figures[0].estimate
        written = difference(smallest.centre, smallest.unit)
        about = "" if smallest.provenance.observed else "about "
        if smallest.unit != "1":
            return f"the data can tell {about}{written} apart"
        if finding.severity is Severity.FINE:
            return f"the data are good enough to tell {difference(WANTED, smallest.unit)} apart"
        return f"the data are too few to tell less than {about}{written} apart"
    return ""


def _leaks(report: DataReport) -> str:
    for finding in report.of_kind(FindingKind.LEAK):
        if not finding.count:
            return "no test item is a copy of a calibration item"
        verb = "is a copy or near copy" if finding.count == 1 else "are copies or near copies"
        return f"{counted(finding.count, 'test item')} {verb} of calibration items"
    return ""


def _decision(report: DataReport) -> str:
    for finding in report.of_kind(FindingKind.DECISION):
        stays = finding.severity is Severity.FINE
        return f"without them the recommendation {'stays the same' if stays else 'changes'}"
    return ""


def _others(report: DataReport) -> str:
    """What else asks for a look."""
    told = (FindingKind.RESOLUTION, FindingKind.LEAK, FindingKind.LEAK_EFFECT, FindingKind.DECISION)
    suspects = sum(finding.count for finding in report.of_kind(FindingKind.LABEL_SUSPECTS))
    if suspects:
        return f"{counted(suspects, 'label')} {'is' if suspects == 1 else 'are'} worth a second look"
    acts = [one for one in report.findings if one.severity is Severity.ACT and one.kind not in told]
    return f"{counted(len(acts), 'finding')} below {'asks' if len(acts) == 1 else 'ask'} for a change" if acts else ""
