"""A class in two browsers, a teacher's at a desk and a pupil's phone: join, predict, wait, reveal."""

import re

from playwright.sync_api import expect

from odviz.lessons import LESSONS
from tests.e2e.conftest import PHONE_WIDTH

PLUGIN = LESSONS["zeros-or-structure"]


def test_a_pupil_joins_predicts_and_sees_what_the_teacher_reveals(screens, teacher, second_server):
    pupil = screens(PHONE_WIDTH, second_server.url)
    teacher.open(f"learn?lesson={PLUGIN.name}")
    teacher.page.get_by_role("button", name="How to join").click()
    code = teacher.page.get_by_role("heading", name=re.compile(r"^\w{4} \w{4}$")).inner_text()

    pupil.page.goto(f"{second_server.url}/join")
    pupil.page.get_by_label("Code of the class").fill(code)
    pupil.page.get_by_label("Your name or nickname").fill("Ada")
    pupil.page.get_by_role("button", name="Join").click()
    pupil.settle()
    pupil.open(f"learn?lesson={PLUGIN.name}")
    pupil.page.get_by_role("button", name="Lock in my prediction").click()
    pupil.says("Ada predicted")
    pupil.says("Your teacher reveals it")
    expect(pupil.page.get_by_role("button", name=re.compile("Reveal|Measure"))).to_have_count(0)

    teacher.page.keyboard.press("Escape")
    teacher.says("1 of 1 have locked in")
    expect(teacher.charts()).to_have_count(1)
    teacher.page.get_by_role("button", name="Reveal to the class").click()
    teacher.says("Revealed: every pupil")

    pupil.page.get_by_role("button", name="Reveal a recorded measurement").click()
    pupil.says(re.escape(PLUGIN.lesson.sentence))
    for screen in (teacher, pupil):
        assert screen.page.evaluate("document.documentElement.scrollWidth") <= screen.page.viewport_size["width"]
        screen.check()
        screen.page.close()  # a page of a class that is open asks its server every few seconds
