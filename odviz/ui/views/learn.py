"""Learn: lessons with a prediction that is locked in before anything is measured."""

from __future__ import annotations

import streamlit as st

from odviz.lessons import LESSONS, in_order
from odviz.lessons.base import LessonPlugin
from odviz.ui import data
from odviz.ui.parts import layout, lesson_class, lesson_prediction, lesson_reveal, pupil
from odviz.ui.url_state import UrlField, one_of, restore, save

PAGE = "learn"
_LESSON = "lesson"


def render() -> None:
    """Draw the page."""
    layout.page(PAGE, "Learn", "Short lessons: predict first, then measure, then see how right you were.")
    with layout.error_boundary():
        fields = (UrlField(_LESSON, one_of("lesson", LESSONS.names()), str),)
        layout.warn(restore(PAGE, fields))
        chosen = st.session_state.get(_LESSON)
        if chosen:
            _one(LESSONS[chosen])
        else:
            _all()
        save(PAGE, fields)


def _choose(name: str | None) -> None:
    st.session_state[_LESSON] = name


def _all() -> None:
    """Draw the list of lessons, with what this pupil has done."""
    who = pupil.current()
    answers = {one.lesson: one for one in data.store().answers(who.classroom) if one.pupil == who.name} if who else {}
    if who:
        pupil.greeting(who)
    for plugin in in_order():
        lesson, answer = plugin.lesson, answers.get(plugin.name)
        with st.container(border=True):
            done = "" if answer is None else f" · {answer.score.points:.0f} points" if answer.score else " · locked in"
            st.subheader(f"{lesson.order}. {lesson.title}", anchor=False)
            st.markdown(lesson.question.text)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(
                    "Look at it again" if done else "Start",
                    key=f"start-{plugin.name}",
                    icon=":material/school:",
                    on_click=_choose,
                    args=(plugin.name,),
                )
                st.caption(f"{lesson.minutes} minutes{done}", width="content")
    lesson_class.for_teachers()


def _one(plugin: LessonPlugin) -> None:
    """Draw one lesson as far as this pupil has come."""
    lesson = plugin.lesson
    st.button("All lessons", icon=":material/arrow_back:", type="tertiary", on_click=_choose, args=(None,))
    st.header(f"{lesson.order}. {lesson.title}", anchor=False)
    st.markdown(lesson.story)
    st.markdown(f"**{lesson.question.text}**")
    answer = lesson_prediction.answer_of(plugin)
    if answer is None:
        lesson_prediction.ask(plugin)
    else:
        lesson_prediction.locked(plugin, answer)
        if answer.outcome is None:
            lesson_reveal.measure(plugin, answer)
        else:
            lesson_reveal.revealed(plugin, answer)
            _next(plugin)
    lesson_class.for_teachers(plugin)


def _next(plugin: LessonPlugin) -> None:
    following = next((one for one in in_order() if one.lesson.order > plugin.lesson.order), None)
    if following:
        st.button(
            f"Next: {following.lesson.title}",
            icon=":material/arrow_forward:",
            on_click=_choose,
            args=(following.name,),
        )
