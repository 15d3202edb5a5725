"""The prediction of a lesson: the form, and what was locked in."""

from __future__ import annotations

import math

import streamlit as st

from odviz.domain.lesson import LEVEL, LONGEST_NAME, Answer, AnswerScale, Prediction, Pupil, Range
from odviz.lessons.base import LessonPlugin
from odviz.report import lesson_text
from odviz.report.markdown import plain
from odviz.services import lessons
from odviz.ui import data
from odviz.ui.parts import pupil
from odviz.ui.parts.layout import error_boundary
from odviz.units import percent

_STEPS = 40
"""Steps of a slider."""


def answer_of(plugin: LessonPlugin) -> Answer | None:
    """What the pupil of this session has locked in; None for nothing yet."""
    who = pupil.current()
    return data.store().find_answer(who.classroom, who.name, plugin.name) if who else None


def ask(plugin: LessonPlugin) -> None:
    """Draw the form; locking in reruns the page."""
    lesson = plugin.lesson
    who = pupil.current()
    with st.form(f"predict-{plugin.name}"):
        scale = lesson.question.scale
        if scale is None:
            choices = lesson.question.choices
            choice = st.radio("Your prediction", tuple(choices), format_func=choices.get, index=None)
            prediction = Prediction(choice) if choice else None
        else:
            prediction = Prediction(range=_range(scale))
        name = "" if who else st.text_input("Your name or nickname", max_chars=LONGEST_NAME)
        pressed = st.form_submit_button("Lock in my prediction", type="primary", icon=":material/lock:")
        st.caption("Once locked in it cannot be changed. Only then the answer is measured.")
    if pressed:
        with error_boundary():
            _lock(plugin, prediction, who, name)


def locked(plugin: LessonPlugin, answer: Answer) -> None:
    """Draw what was locked in."""
    words = lesson_text.prediction(plugin.lesson.question, answer.prediction)
    moment = answer.locked.astimezone()
    st.markdown(
        f":material/lock: {plain(answer.pupil)} predicted: **{plain(words)}**. Locked in at {moment:%H:%M}.",
    )


def _lock(plugin: LessonPlugin, prediction: Prediction | None, who: Pupil | None, name: str) -> None:
    if prediction is None:
        st.warning("Choose one of the answers first.", icon=":material/touch_app:")
        return
    who = who or Pupil(" ".join(name.split()))
    pupil.enter(who)
    if answer_of(plugin) is None:
        lessons.lock(data.store(), who, plugin, prediction)
    st.rerun()


def _range(scale: AnswerScale) -> Range:
    """A slider with two ends, on the scale of the question."""
    values = steps(scale)
    first, last = values[len(values) // 4], values[-1 - len(values) // 4]
    low, high = st.select_slider(
        "Your prediction: from … to …",
        values,
        (first, last),
        format_func=lambda value: lesson_text.on_scale(value, scale),
    )
    st.caption(
        f"Choose a range that you would bet on: it should hold the truth in {percent(LEVEL)} of such questions. A "
        "narrow range earns more points, but a miss costs points."
    )
    return Range(low, high)


def steps(scale: AnswerScale) -> tuple[float, ...]:
    """The numbers that a slider offers: evenly spaced, or round ones at even ratios on a logarithmic scale."""
    if not scale.log:
        width = (scale.high - scale.low) / _STEPS
        return tuple(scale.low + width * step for step in range(_STEPS + 1))
    ratio = (scale.high / scale.low) ** (1 / _STEPS)
    values = [scale.low * ratio**step for step in range(_STEPS + 1)]
    rounded = [round(value, 1 - math.floor(math.log10(value))) for value in values]
    return tuple(dict.fromkeys([scale.low, *rounded[1:-1], scale.high]))
