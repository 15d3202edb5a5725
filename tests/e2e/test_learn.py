"""A lesson in a browser, from the list to the sentence to take home."""

import re

from playwright.sync_api import expect

from odviz.lessons import LESSONS

PLUGIN = LESSONS["zeros-or-structure"]
LESSON = PLUGIN.lesson


def test_a_lesson_is_predicted_locked_revealed_and_changed(screen, width):
    page = screen.page
    screen.open("learn")
    page.get_by_role("button", name="Start").nth(LESSON.order - 1).click()
    screen.says(re.escape(LESSON.question.text))
    page.get_by_label("Your name or nickname").fill(f"Ada {width}")
    page.get_by_role("button", name="Lock in my prediction").click()
    screen.says(f"Ada {width} predicted")
    expect(page.get_by_role("button", name="Lock in my prediction")).to_have_count(0)
    expect(page.get_by_text(LESSON.sentence)).to_have_count(0)
    assert screen.address == {"lesson": PLUGIN.name}
    page.get_by_role("button", name="Reveal a recorded measurement").click()
    screen.says(re.escape(LESSON.sentence))
    expect(screen.charts()).to_have_count(1)
    page.get_by_role("radio", name=list(PLUGIN.control.options.values())[1]).click()
    expect(screen.charts()).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
