"""False alarms of `odviz monitor` in simulated years, and how many answers it takes to notice a change.

Simulated: five classes, confidence that means what it says, a tenth of the answers labelled, a benchmark of 1,000 test
items that is drawn anew each time.

`python -m benchmarks monitor`
"""

from __future__ import annotations

import numpy as np

from benchmarks._common import goal, parse, parser, table
from odviz.analysis.monitoring import monitor
from odviz.domain.monitoring import MonitorReport
from odviz.report.monitor_text import KINDS
from tests.fakes import point
from tests.monitor_data import Device, shifted

ITEMS = 1000
SHIFTS = {
    "a class from 30 % to 35 %": Device(shares=(0.35, 0.2, 0.2, 0.15, 0.1)),
    "a class from 30 % to 40 %": Device(shares=(0.4, 0.15, 0.2, 0.15, 0.1)),
    "a class from 10 % to 0 %": Device(shares=(0.4, 0.25, 0.2, 0.15, 0.0)),
    "mean confidence from 90 % to 85 %": Device(doubt=0.15),
    "mean confidence from 90 % to 70 %": Device(doubt=0.3),
    "every answer 10 % slower": Device(slowness=1.1),
    "every answer 30 % slower": Device(slowness=1.3),
    "accuracy from 90 % to 72 %, as sure as before": Device(wrong=0.2),
}


def reports(rng: np.random.Generator, before: int, after: int, count: int, changed: Device) -> list[MonitorReport]:
    """Reports on logs that change after so many answers."""
    return [
        monitor("0toy", point(), Device().reference(rng, ITEMS), shifted(rng, before, after, changed))
        for _ in range(count)
    ]


def row(title: str, changed: Device, before: int, after: int, count: int) -> list[str]:
    """Delays until the first alarm, in answers."""
    rng = np.random.default_rng(1)
    drifted = [one for one in reports(rng, before, after, count, changed) if one.alarms]
    delays = [report.alarms[0].raised_answer - before for report in drifted]
    kinds = [report.alarms[0].kind for report in drifted]
    off = [abs(report.alarms[0].since_answer - 1 - before) for report in drifted]
    noticed = f"{len(drifted)} of {count}"
    if not drifted:
        return [title, noticed, "–", "–", "–", "–"]
    figures = [f"{value:,.0f}" for value in (np.median(delays), np.quantile(delays, 0.9), np.median(off))]
    return [title, noticed, KINDS[max(set(kinds), key=kinds.count)], *figures]


def main() -> None:
    options = parse(parser(__doc__))
    logs, answers, count = (2, 250, 2) if options.tiny else (200, 18_250, 40)
    before, after = (500, 2000) if options.tiny else (10_000, 20_000)
    rng = np.random.default_rng(0)
    alarms = sum(bool(report.alarms) for report in reports(rng, answers, answers, logs, Device()))
    rows = [row(title, changed, before, after, count) for title, changed in SHIFTS.items()]
    columns = ("Change", "Noticed", "First alarm", "Answers until then: median", "90 %", "Its beginning off by, median")
    print(table(columns, rows))
    print(f"\nChange after {before:,} answers as in the benchmark; {after:,} follow.")
    print(f"\n{logs:,} logs of {2 * answers:,} answers without a change: {alarms} with any alarm.\n")
    print(goal("at most 5 % of the logs without a change have an alarm", alarms <= 0.05 * logs))


if __name__ == "__main__":
    main()
