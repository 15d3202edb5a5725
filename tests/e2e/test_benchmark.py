"""A benchmark that is started, left, found again and stopped."""

import re

from playwright.sync_api import expect

from tests.e2e.screen import BENCHMARK_MS, FRONTS

PLAN = (
    "new_benchmark?task=exercise&models=ds-cnn-0.5&recipes=int8-static%20int8-dynamic%20prune-structured:50"
    "&runtimes=onnxruntime,litert&effort=thorough"
)
VARIANTS = 8
"""Enough that they are timed for longer than the page takes to come back; the first visit has made their files."""


def test_a_benchmark_goes_on_without_its_page_and_stops_when_asked(tabs, measured):
    phone, desk = (tabs[width] for width in sorted(tabs))
    desk.open(PLAN)
    desk.page.get_by_role("button", name="Start measuring").click()
    expect(desk.page.get_by_role("button", name="Stop")).to_be_visible()
    leave_and_come_back(desk)
    desk.turn_to("This machine")
    phone.open("new_benchmark")
    leave_and_come_back(phone)
    all_timed = re.compile(f"against latency of {VARIANTS} variants")
    expect(phone.page.get_by_role("figure", name=all_timed)).to_be_visible(timeout=BENCHMARK_MS)
    phone.says("So far; intervals shrink")
    stop = phone.page.get_by_role("button", name="Stop")
    stop.click()
    phone.page.get_by_role("button", name="Stop anyway").click()  # it was started in another window
    expect(stop).to_have_count(0)
    desk.turn_to("New benchmark")
    for screen in (phone, desk):
        screen.says(r"Last: Exercise recognition.*stopped")
        screen.page.get_by_role("link", name="See its fronts").click()
        screen.says("ended early: Stopped")
        screen.says(f"{VARIANTS} variants")
        expect(screen.charts()).to_have_count(FRONTS)
        assert len(screen.places(0)) == VARIANTS
        screen.check()


def leave_and_come_back(screen):
    """Go to another page, which says that a benchmark is running, and back to its progress."""
    screen.turn_to("This machine")
    screen.says("A benchmark is running")
    screen.turn_to("New benchmark")
    expect(screen.page.get_by_role("progressbar").first).to_be_visible()
    expect(screen.page.get_by_role("button", name="Stop")).to_be_visible()
