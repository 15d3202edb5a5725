"""What a log of answers says, in words and tables."""

from __future__ import annotations

from collections.abc import Sequence

from odviz.domain.monitoring import DriftAlarm, DriftKind, MonitorReport
from odviz.domain.text import capital
from odviz.units import counted, estimate, figure, percent

ALARMS = ("What", "Before", "After", "Since (answer)", "Noticed (answer)", "Evidence")
ACCURACY = ("Accuracy", "Share of right answers", "Answers")

_PLENTY = 1e6
"""Evidence beyond which its number says no more."""

_DEPENDENT = (
    "Answers often have the class of the one before, as frames of one scene do: alarms may be false. Log one answer "
    "per thing seen."
)

KINDS = {
    DriftKind.CLASS: "classes",
    DriftKind.CONFIDENCE: "confidence",
    DriftKind.UNSEEN: "unseen patterns",
    DriftKind.LATENCY: "latency",
    DriftKind.ACCURACY: "accuracy",
}

NOTE = (
    "Evidence: how many times likelier the answers are after a change than without one (e-value), in brackets how much "
    "is needed. While answers are like the test items, at most 5 % of all logs ever have an alarm, however long they "
    "are and however often one looks. Answers must not depend on each other: log one per thing seen, not each frame."
)


def headline(report: MonitorReport) -> str:
    """The first alarm, or that there is none, in one sentence that names the release."""
    of = f" of {report.release}" if report.release else ""
    if not report.alarms:
        kinds = [KINDS[curve.kind] for curve in report.evidence]
        return f"No alarm in {counted(report.answers, 'answer')}{of}: {', '.join(kinds)} are as in the benchmark."
    first, count = report.alarms[0], len(report.alarms)
    more = f", and {counted(count - 1, 'more alarm')}" if count > 1 else ""
    return (
        f"Since {first.since:%d %b %Y %H:%M} UTC {what(first)}: {estimate(first.after)} of the answers{of}, before "
        f"{estimate(first.before)}{more}."
    )


def warnings(report: MonitorReport) -> list[str]:
    """What makes the log unfit for the tests, or its times doubtful."""
    texts = [_DEPENDENT] if report.dependent else []
    if report.set_back:
        texts.append(
            f"{counted(report.set_back, 'time')} in the log {'is' if report.set_back == 1 else 'are'} earlier than the "
            f"line above (first: line {report.set_back_line:,}): a clock was set back, or logs were joined. Answers "
            "are sorted by time."
        )
    if report.others:
        texts.append(f"{counted(report.others, 'answer')} of other releases left out.")
    return texts


def what(alarm: DriftAlarm) -> str:
    """What an alarm is about, as a clause."""
    match alarm.kind:
        case DriftKind.CLASS:
            return f"“{alarm.class_name}” is predicted {'more' if alarm.risen else 'less'} often"
        case DriftKind.CONFIDENCE:
            more = "more" if alarm.risen else "fewer"
            return f"{more} answers have less than {_threshold(alarm)} confidence"
        case DriftKind.UNSEEN:
            return "classes have a confidence not seen in the benchmark"
        case DriftKind.LATENCY:
            return f"more answers take longer than {_threshold(alarm)}"
        case DriftKind.ACCURACY:
            return "more answers are wrong, by their labels"


def alarm_rows(alarms: Sequence[DriftAlarm]) -> list[tuple[str, ...]]:
    """Cells of the table of alarms."""
    return [
        (
            capital(what(alarm)),
            estimate(alarm.before),
            estimate(alarm.after),
            f"{alarm.since:%Y-%m-%d %H:%M} ({alarm.since_answer:,})",
            f"{alarm.raised:%Y-%m-%d %H:%M} ({alarm.raised_answer:,})",
            f"{_evidence(alarm.e_value)} ({_evidence(alarm.needed)})",
        )
        for alarm in alarms
    ]


def accuracy_rows(report: MonitorReport) -> list[tuple[str, ...]]:
    """Cells of the table of accuracies."""
    since = f"from answer {report.judged_from:,} on" if report.judged_from > 1 else "now"
    rows = [("in the benchmark", report.accuracy_before), (f"{since}, without labels", report.accuracy_estimated)]
    if report.accuracy_labelled:
        rows.append((f"{since}, by labels", report.accuracy_labelled))
    return [(name, estimate(value), f"{value.n:,}") for name, value in rows]


def accuracy_note(report: MonitorReport) -> str:
    """What the accuracy without labels rests on."""
    return f"Without labels: {report.accuracy_estimated.scope}."


def _threshold(alarm: DriftAlarm) -> str:
    value = alarm.threshold or 0.0
    return figure(value, "s") if alarm.kind is DriftKind.LATENCY else percent(value, 1 if value > 0.99 else 0)


def _evidence(value: float) -> str:
    return f"{value:,.0f}" if value < _PLENTY else f"> {_PLENTY:,.0f}"
