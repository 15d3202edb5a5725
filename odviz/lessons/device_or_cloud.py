"""Lesson: a network on the device can be faster than light to a data centre."""

from __future__ import annotations

from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.lesson import AnswerScale, Lesson, Question
from odviz.lessons._plans import LARGE, NETWORKS, SMALL
from odviz.lessons.base import Control, Evidence, LessonPlugin, Mark, Picture, Reveal, View, time_plan, timed
from odviz.units import estimate, figure

_LIGHT_M_S = 299_792_458.0
_GLASS = 1.468
"""Refractive index of the core of a glass fibre (silica at 1550 nm): light is slower by this factor."""

_KM = 1000.0
_ASKED, _PICTURES = "1000", "pictures"


class DeviceOrCloud(LessonPlugin):
    """Compares a measured time with the least that physics allows for a signal to a data centre and back."""

    lesson = Lesson(
        "device-or-cloud",
        "On the device or in the cloud?",
        9,
        Question(
            "A till sends a picture to a data centre 1,000 km away. Suppose that the data centre needs no time at all. "
            "How many pictures could a small network on this computer name until the answer is back?",
            {},
            AnswerScale(0.1, 10_000.0, _PICTURES, log=True),
        ),
        "Many apps send pictures over the internet to a data centre with large computers. Signals run through glass "
        "fibres as light: fast, but not infinitely fast. A small network can run on the device itself.",
        "For an answer at once, distance counts: a small network nearby beats a large computer far away.",
        time_plan(
            "Measure: the time of one answer on this computer. Half a minute. Meanwhile: how far is the data centre of "
            "your favourite app? And how long does light take to the moon?",
            "Change the distance. Ask first: from which distance on is the device faster?",
        ),
        (
            "“Less than one: the cloud is faster.” Its computers are. The way there is long.",
            "“One or two.”",
        ),
        (
            "The time of the signal is computed, not measured: distance there and back over the speed of light in "
            "glass. The real internet is slower: wires are not straight, and boxes on the way wait.",
            "The cloud has other advantages: large networks, and nothing to install.",
        ),
    )
    plan = NETWORKS
    control = Control(
        "How far is the data centre?",
        {_ASKED: "1,000 km", "10": "10 km", "100": "100 km", "10000": "10,000 km"},
    )

    def _reveal(self, evidence: Evidence | None) -> Reveal:
        """Answers of the small network during one round trip."""
        assert evidence is not None
        return Reveal(_answers(evidence, _ASKED), self._change(evidence, _ASKED))

    def _change(self, evidence: Evidence | None, option: str) -> View:
        """Times here, and that of a signal over one distance."""
        assert evidence is not None
        small, large = (timed(evidence.point(model=model)).p50 for model in (SMALL, LARGE))
        signal, title = _signal(option), self.control.options[option]
        return View(
            (
                f"The light needs {figure(signal.centre, 's')} for {title} there and back: that is computed. One "
                f"answer of the small network takes {estimate(small)}: that is measured.",
                f"So it names {estimate(_answers(evidence, option))} before the first answer of the data centre can be "
                "here.",
                f"The larger network takes {estimate(large)}.",
            ),
            Picture(
                "Time of one answer",
                (
                    Mark("small, on the device", small),
                    Mark("large, on the device", large),
                    Mark(f"light, {title}", signal, 1),
                ),
                log=True,
            ),
        )


def _signal(distance_km: str) -> Estimate:
    """Least time of a signal there and back through a straight fibre."""
    seconds = 2 * float(distance_km) * _KM * _GLASS / _LIGHT_M_S
    scope = f"2 × {distance_km} km × refractive index {_GLASS} of glass over the speed of light"
    return Estimate(seconds, seconds, seconds, "s", Provenance.MODELLED, level=1.0, scope=scope)


def _answers(evidence: Evidence, distance_km: str) -> Estimate:
    """Answers of the small network during one round trip of the signal."""
    p50, seconds = timed(evidence.point(model=SMALL)).p50, _signal(distance_km).centre
    value, low, high = (seconds / end for end in (p50.centre, p50.high, p50.low))
    scope = "computed time of the signal over the measured time of one answer"
    return Estimate(value, low, high, _PICTURES, Provenance.MODELLED, p50.n, p50.level, scope)


plugin = DeviceOrCloud()
