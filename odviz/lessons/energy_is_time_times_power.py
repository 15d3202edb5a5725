"""Lesson: energy is time × power."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from odviz.domain.errors import InputError
from odviz.domain.estimate import TAILS, Estimate, Provenance
from odviz.domain.lesson import AnswerScale, Lesson, Question
from odviz.domain.published import PublishedRow
from odviz.lessons.base import Control, Evidence, LessonPlugin, Mark, Picture, Reveal, View, fold, time_plan
from odviz.library.published import read_published

_BOARDS = {
    "raspberry-pi-4": ("Raspberry Pi 4", "rpi4-tflite-cpu4"),
    "khadas-vim4": ("Khadas VIM4", "vim4-tflite-cpu"),
    "firefly-rk3399": ("Firefly RK3399", "firefly-rk3399-tflite-cpu"),
    "jetson-agx-orin": ("Jetson AGX Orin", "agx-orin-tflite271-cpu"),
}
"""Title of each board, and its targets in the published table without their precision."""

_PI = next(iter(_BOARDS))


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Ratios of float to int8, over the networks that were measured on one board in both."""

    time: Estimate
    power: Estimate
    energy: Estimate


class EnergyIsTimeTimesPower(LessonPlugin):
    """Compares published times and powers of the same networks in float and in int8."""

    lesson = Lesson(
        "energy-is-time-times-power",
        "Energy is time × power",
        7,
        Question(
            "On a Raspberry Pi 4, int8 makes the board draw more power (watts) while it computes, but for a shorter "
            "time. How many times as much energy does one answer take without int8 as with it?",
            {},
            AnswerScale(0.5, 5.0, "×", log=True),
        ),
        "A battery holds energy. Power (watts) tells how fast energy is used up. A lamp of 5 watts that burns for "
        "10 seconds takes 50 joules of energy: power × time.",
        "A battery pays for time × power: a harder-working chip can save energy if it is done sooner.",
        time_plan(
            "This computer has no power meter, so the lesson reads published measurements of small computers, taken at "
            "the wall plug. Meanwhile: which devices at home draw much power for a short time?",
            "Choose another board. Ask first: is the factor the same everywhere?",
        ),
        (
            "“Less than 1: more power is more energy.” It forgets the time.",
            "“As many times as it is faster.” Nearly: the higher power takes a part of that back.",
        ),
        (
            "1 means: the same energy with and without int8.",
            "At the wall plug everything counts, the idle parts as well. That is what a battery pays.",
        ),
    )
    plan = None
    control = Control("Which board?", {name: title for name, (title, _) in _BOARDS.items()})

    def _reveal(self, evidence: Evidence | None) -> Reveal:  # noqa: ARG002 - published measurements alone
        """How many times the energy float takes on the first board."""
        return Reveal(_pairs(_PI).energy, self._change(None, _PI))

    def _change(self, evidence: Evidence | None, option: str) -> View:  # noqa: ARG002
        """Time, power and energy on one board, float over int8."""
        pairs, title = _pairs(option), _BOARDS[option][0]
        return View(
            (
                f"On the {title}, a network without int8 takes {fold(pairs.time)} as long at {fold(pairs.power)} the "
                "power. "
                f"That is {fold(pairs.energy)} the energy.",
                f"This is the middle of {pairs.energy.n} networks; in brackets lie 95 % of them. Measured at the "
                "wall plug, and "
                f"published: {pairs.energy.source}.",
            ),
            Picture(
                "Without int8, as a multiple of with int8",
                (Mark("time", pairs.time), Mark("power", pairs.power, 1), Mark("energy", pairs.energy, 2)),
                log=True,
                line=1.0,
                line_label="the same",
                is_question=True,
            ),
        )


def _pairs(board: str) -> _Pairs:
    """Ratios of float to int8 over all networks that were published in both on a board.

    Raises:
        InputError: there are none.
    """
    target = _BOARDS[board][1]
    floats, ints = _rows(f"{target}-fp32"), _rows(f"{target}-int8")
    both = [(floats[name], ints[name]) for name in floats if name in ints]
    if not both:
        raise InputError(f"Nothing is published of {_BOARDS[board][0]}.")
    source = "; ".join(dict.fromkeys(row.source for row, _ in both))

    def ratio(values: list[float], scope: str) -> Estimate:
        low, high = np.quantile(values, TAILS).tolist()
        middle = float(np.median(values))
        return Estimate(middle, low, high, "×", Provenance.PUBLISHED, len(values), scope=scope, source=source)

    return _Pairs(
        ratio([one.latency_s / other.latency_s for one, other in both], "time of float over int8"),
        ratio([_power(one) / _power(other) for one, other in both], "power of float over int8"),
        ratio([_energy(one) / _energy(other) for one, other in both], "energy of float over int8: time × power"),
    )


def _rows(target: str) -> Mapping[str, PublishedRow]:
    return {row.model: row for row in read_published() if row.target == target and row.power_w}


def _power(row: PublishedRow) -> float:
    assert row.power_w
    return row.power_w


def _energy(row: PublishedRow) -> float:
    return _power(row) * row.latency_s


plugin = EnergyIsTimeTimesPower()
