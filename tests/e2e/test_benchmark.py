"""A benchmark that is started, left, found again and stopped."""

import re

from playwright.sync_api import expect

PLAN = "benchmark?task=exercise&models=cnn&recipes=int8-static&engines=onnxruntime&effort=thorough"


def test_a_benchmark_goes_on_without_its_page_and_stops_when_asked(screen, measured):
    screen.open(PLAN)
    screen.page.get_by_role("button", name="Start measuring").click()
    expect(screen.page.get_by_role("button", name="Stop")).to_be_visible()
    screen.turn_to("This machine")  # at once: two variants are soon known well enough
    screen.says("A benchmark is under way")
    screen.turn_to("Benchmark")
    stop = screen.page.get_by_role("button", name="Stop")
    expect(screen.page.get_by_role("progressbar").first).to_be_visible()
    expect(screen.page.get_by_role("figure", name=re.compile("against latency of 2 variants"))).to_be_visible()
    stop.click()
    expect(stop).to_have_count(0)
    screen.says(r"Last: Exercise recognition.*stopped")
    screen.page.get_by_role("link", name="See its fronts").click()
    screen.says("This measurement ended early: Cancelled")
    screen.says("2 variants")
    expect(screen.charts()).to_have_count(4)
    assert len(screen.places(0)) == 2
