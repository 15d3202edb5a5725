"""Addresses that make no sense, and first visits to pages other than the first; tests/ui tries more nonsense."""

from playwright.sync_api import expect

from tests.e2e.screen import FRONTS
from tests.nonsense import NONSENSE


def test_nonsense_in_the_address_is_survived(desk, phone, measured):
    desk.open(NONSENSE["explore"])
    expect(desk.page.get_by_text("in the address is ignored").first).to_be_visible()
    desk.says(r"\d+ of \d+ variants satisf")
    expect(desk.charts()).to_have_count(FRONTS)
    phone.open(f"devices{NONSENSE['devices']}")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("Devices")
    expect(phone.page.get_by_text("in the address is ignored").first).to_be_visible()


def test_the_first_visit_to_a_server_may_be_to_any_page_and_no_page_asks_for_what_is_not_there(teacher):
    missing = []

    def note(response):
        if response.status >= 400:
            missing.append(response.url)

    teacher.page.on("response", note)
    teacher.open("devices?device=stm32h747")
    expect(teacher.page.get_by_role("link", name="Benchmarks", exact=True)).to_be_visible()
    teacher.says("STM32H747I-DISCO")
    assert teacher.address == {"device": "stm32h747"}
    teacher.open("this_machine")
    teacher.open("explore?device=stm32h747")  # the default page has its name as a path, too
    expect(teacher.page.get_by_role("heading", level=1)).to_have_text("Which model should ship?")
    expect(teacher.page.get_by_text("Page not found")).to_have_count(0)
    assert teacher.address["device"] == "stm32h747"
    teacher.page.remove_listener("response", note)
    teacher.check()
    assert missing == []
