"""For teachers: the sheet of a lesson, the answers of all pupils, and how well their ranges are calibrated."""

from __future__ import annotations

import streamlit as st

from odviz.domain.lesson import Answer
from odviz.lessons import LESSONS
from odviz.lessons.base import LessonPlugin
from odviz.report import lesson_sheet, lesson_text
from odviz.report.markdown import plain
from odviz.services import lessons
from odviz.ui import class_server, data
from odviz.ui.class_access import opened
from odviz.ui.parts import class_panel, pupil
from odviz.ui.parts.data_table import data_table
from odviz.ui.parts.download import download_button
from odviz.ui.parts.layout import delete_button, error_boundary
from odviz.units import counted


def for_teachers(plugin: LessonPlugin | None = None) -> None:
    """Draw what teachers need; nothing for pupils of a class.

    Args:
        plugin: the lesson on the page; None on the list of lessons.
    """
    who = pupil.current()
    if class_server.is_pupil() or (who and not who.may_measure):
        return
    if classroom := opened():
        class_panel.panel(classroom, plugin)
    with st.expander("For teachers", icon=":material/co_present:", key="for-teachers"), error_boundary():
        if plugin:
            download_button(
                "Sheet to print",
                lambda: lesson_sheet.html(plugin, *lessons.example(plugin)),
                f"odviz-lesson-{plugin.name}.html",
                icon=":material/print:",
                help="Question, time plan, expected answers with what to say, what to watch for, and the sentence.",
            )
        answers = [one for one in data.store().answers() if plugin is None or one.lesson == plugin.name]
        _answers(answers, everything=plugin is None)


def _answers(answers: list[Answer], everything: bool) -> None:
    if not answers:
        st.caption("Nobody has locked in a prediction yet. Answers of pupils are listed here, and can be exported.")
        return
    rows = [lesson_text.row(LESSONS[one.lesson].lesson.question, one) for one in answers if one.lesson in LESSONS]
    data_table({name: [row[index] for row in rows] for index, name in enumerate(lesson_text.HEADINGS)}, "Answers")
    if words := lesson_text.class_calibration(answers):
        st.markdown(plain(words))
    with st.container(horizontal=True, vertical_alignment="center"):
        download_button("Answers as CSV", lambda: lesson_text.answers_csv(answers), "odviz-answers.csv")
        consequence = f"**{counted(len(answers), 'answer')}** with names are removed for good."
        if everything and delete_button(consequence, "answers"):
            data.store().delete_answers()
            st.rerun()
