"""The teacher's view of a class: how to join, who is there, what they predict, and the reveal for all at once."""

from __future__ import annotations

import streamlit as st

from odviz.charts import class_predictions
from odviz.domain.lesson import Answer
from odviz.lessons.base import LessonPlugin
from odviz.report import lesson_text
from odviz.report.markdown import plain
from odviz.services.classroom import Classroom
from odviz.ui import class_server, data
from odviz.ui.parts.chart import chart
from odviz.ui.parts.layout import error_boundary, look
from odviz.ui.yielding import yielding
from odviz.units import counted

_REFRESH_S = 4.0


def panel(classroom: Classroom, plugin: LessonPlugin | None) -> None:
    """Draw the class of this server.

    Args:
        classroom: the class.
        plugin: the lesson on the page; None on the list of lessons.
    """
    with st.container(border=True):
        _live(classroom, plugin)


@st.fragment(run_every=_REFRESH_S)
def _live(classroom: Classroom, plugin: LessonPlugin | None) -> None:
    with error_boundary(), yielding():
        names = [visitor.pupil.name for visitor in classroom.pupils if visitor.pupil]
        st.markdown(
            f"**{counted(len(names), 'pupil')} in the class.** {plain(', '.join(sorted(names, key=str.lower)))}"
        )
        with st.popover("How to join", icon=":material/qr_code_2:"):
            _joining(classroom)
        if plugin:
            answers = [one for one in data.store().answers(classroom.name) if one.lesson == plugin.name]
            _predictions(classroom, plugin, answers, len(names))


def _joining(classroom: Classroom) -> None:
    code = classroom.code
    if code:
        st.image(class_server.qr_png(class_server.join_link()), width=240)
        st.markdown(f"Open **{plain(class_server.join_address())}** and enter")
        st.header(f"{code[:4]} {code[4:]}", anchor=False)
    else:
        st.markdown("The code has expired. Those who have joined stay.")
    st.button("Make a new code", on_click=classroom.renew_code, help="The old one is good for nothing then.")
    leaving = st.selectbox(
        "Send away",
        classroom.pupils,
        index=None,
        format_func=lambda visitor: visitor.pupil.name if visitor.pupil else "",
        help="Frees the name, for a pupil who has to join anew. Answers stay.",
    )
    if leaving is not None and st.button("Send away now"):
        classroom.remove(leaving)
        st.rerun()


def _predictions(classroom: Classroom, plugin: LessonPlugin, answers: list[Answer], pupils: int) -> None:
    st.markdown(f"**{len(answers)} of {pupils}** have locked in a prediction.")
    question = plugin.lesson.question
    if answers:
        predictions = [one.prediction for one in answers]
        figure = class_predictions.histogram(question, predictions, look())
        words = lesson_text.class_summary(question, predictions)
        chart(figure, key=f"class-{plugin.name}", alt=f"Predictions of the class. {words}")
    if plugin.name in classroom.revealed:
        st.caption("Revealed: every pupil sees the measurement now.")
    elif st.button("Reveal to the class", type="primary", icon=":material/visibility:", key=f"reveal-{plugin.name}"):
        classroom.reveal(plugin.name)
        st.rerun(scope="fragment")
