"""The first visit of somebody who wants an answer: a task, a device, one button."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.screen import BENCHMARK_MS, FRONTS, Screen

_COUNTED = """
addEventListener("click", event => {
  if (event.detail) sessionStorage.clicks = 1 + Number(sessionStorage.clicks ?? 0);
}, true);
"""
"""Counts clicks; those that the browser makes of a key have the detail 0."""


def first_answer(screen: Screen, task: str = "", device: str = "") -> int:
    """Measure from an empty home, watch, and wait for the recommendation with its file.

    Args:
        screen: a tab that has not been opened.
        task: title of the task; the one that the page opens with by default.
        device: title of the device; this machine by default.

    Returns:
        Number of clicks.
    """
    page = screen.page
    page.add_init_script(_COUNTED)
    screen.open()
    screen.says("No benchmark")
    if task:
        page.get_by_role("combobox", name="Task").click()
        page.get_by_role("option", name=task, exact=True).click()
        expect(page.get_by_role("button", name="Measure now")).to_be_visible()
    if device:
        page.get_by_role("combobox", name="Device").click()
        page.keyboard.type(device)
        expect(page.get_by_role("option", name=re.compile(f"^{re.escape(device)} ·")).first).to_be_visible()
        page.keyboard.press("Enter")
        screen.says("Why here, when you chose")
    page.get_by_role("button", name="Measure now").click()
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    expect(page.get_by_role("progressbar").first).to_be_visible()
    expect(stop).to_have_count(0, timeout=BENCHMARK_MS)
    expect(page.get_by_role("button", name=re.compile("Model file")).first).to_be_visible()
    expect(screen.charts()).to_have_count(FRONTS)
    return int(page.evaluate("Number(sessionStorage.clicks)"))
