"""One server, one browser and one real benchmark for all of these tests."""

import os

import pytest

from odviz.services.classroom import ADDRESS_VARIABLE
from tests.e2e.first_visit import first_answer
from tests.e2e.screen import BENCHMARK_MS, NARROW, Screen
from tests.e2e.serving import FLAGS, NO_BROWSER, chromium, new_context, serving

DESK, PHONE_WIDTH, HEIGHT = 1440, 390, 1000
"""Pixels."""

FRUGAL = f"{FLAGS[-1]} --no-turbofan"
"""Scripts that run once or twice are not optimized, which takes a sixth of the browser's processor time. The benchmark
of the page does without this: visitors' browsers do."""

PHONE = {
    "is_mobile": True,
    "has_touch": True,
    "user_agent": (
        "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile "
        "Safari/537.36"
    ),
}
"""What makes a narrow window a phone: Streamlit closes its menu after a choice on those only."""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(2 * BENCHMARK_MS / 1000))
            item.add_marker(pytest.mark.xdist_group("browser"))  # one server, one browser and one benchmark for all


@pytest.fixture(scope="package")
def browser():
    try:
        with chromium(FRUGAL) as found:
            yield found
    except FileNotFoundError:
        if os.environ.get("ODVIZ_E2E") == "require":
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)


@pytest.fixture(scope="package")
def server(tmp_path_factory, browser):
    with serving(tmp_path_factory.mktemp("served")) as started:
        yield started


@pytest.fixture(scope="package")
def second_server(tmp_path_factory, browser):
    """A server that nobody has visited yet, which invites a class on this computer."""
    with serving(tmp_path_factory.mktemp("second"), **{ADDRESS_VARIABLE: "127.0.0.1"}) as started:
        yield started


@pytest.fixture(params=[DESK, PHONE_WIDTH])
def width(request):
    """Pixels of a desk and of a phone."""
    return request.param


@pytest.fixture(scope="package")
def screens(browser, server):
    """A function that opens a tab in a context of its own: nothing is shared with other tabs but the server."""
    contexts = []

    def new(width=DESK, url=server.url):
        size = {"width": width, "height": HEIGHT}
        context = new_context(browser, viewport=size, accept_downloads=True, **(PHONE if width < NARROW else {}))
        contexts.append(context)
        return Screen(context, url)

    yield new
    for context in contexts:
        context.close()


@pytest.fixture(scope="package")
def tabs(screens):
    """One tab of each width; to load a page in a new tab takes the browser twice as long as in one that it knows."""
    return {width: screens(width) for width in (DESK, PHONE_WIDTH)}


@pytest.fixture
def screen(tabs, width):
    """A tab of each width; in the end nothing may have gone wrong behind it."""
    yield from checked(tabs[width])


@pytest.fixture
def desk(tabs):
    """The tab of a desk, checked likewise."""
    yield from checked(tabs[DESK])


@pytest.fixture
def phone(tabs):
    """The tab of a phone, checked likewise."""
    yield from checked(tabs[PHONE_WIDTH])


def checked(tab):
    """A tab for one test."""
    tab.troubles.clear()
    yield tab
    tab.check()


@pytest.fixture(scope="package")
def teacher(screens, second_server):
    """A tab of the teacher of the class: on the computer that serves it."""
    return screens(DESK, second_server.url)


@pytest.fixture(scope="package")
def measured(tabs):
    """The first visit, once for all tests: one button, a real quick benchmark seen live, fronts; its id."""
    screen = tabs[DESK]
    assert first_answer(screen) == 1
    screen.check()
    return screen.address["benchmark"]
