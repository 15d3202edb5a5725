"""What others wrote, in a device or an address, is shown as words: it formats nothing and asks nothing of anybody."""

import re

import pytest

from odviz.domain.objective import Budget
from odviz.services import own_devices
from odviz.shipped.devices import folders
from odviz.ui import data
from odviz.ui.parts import page_file
from odviz.ui.parts.fronts import View
from tests.ui.scripted import texts, written
from tests.unit.services.own import toml

PICTURE = "![p](https://evil.example/p.png)"
SCRIPT = 'https://x.org/"><script>alert(1)</script>'


@pytest.fixture
def evil():
    """A device whose every text is hostile, with a measurement of the scripted network (5,000 MACs)."""
    text = toml([("lenet-5", 8.0, 5e-6)]).replace("My till", PICTURE)
    text = text.replace('"TFLite 2.14"', "'x//[ <img src=y> " + PICTURE + "'")
    text = text.replace('source = "by me"', f"source = 'me'\nsource_url = '{SCRIPT}'")
    path = folders()[1] / "evil.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert own_devices.accept("evil", text)


@pytest.mark.parametrize("address", [{"device": "evil"}, {"against": "evil"}])
def test_explore_shows_them_as_words(visit, measured, evil, address):
    app = visit(**address, pick="0", deadline="0.001", show="terms")
    assert PICTURE in texts(app) and not re.search(r"(?<!\\)!\[p\](?!\\)\(", written(app))
    assert app.dataframe or app.tabs


def test_an_address_is_quoted_as_words(visit, measured):
    for name in ("device", "task", "deadline", "run", "only", "show", "pick"):
        app = visit(**{name: PICTURE})
        assert "in the address is passed over" in texts(app)
        assert not re.search(r"!\[p\]\(", written(app))


def test_the_page_that_is_taken_away_holds_no_markup_of_theirs(measured, evil):
    views = []
    for slot, device in zip("ab", ("host", "evil"), strict=True):
        shown = data.shown(measured, device)
        views.append(View(slot, shown, data.within(shown, Budget(deadline_s=1.0)), 0.01))
    html = page_file.html(views, (0,))
    own = html[: html.index("<script")] + html[html.rindex("</script>") :]
    assert "<script>alert" not in html and "<img" not in own and "&lt;img" in own
    assert own.count("<table>") == 4 and "Limits: ≤ 1000 ms." in own
    assert "<h3>" in own and "lenet-5" in own.lower()


def test_the_page_that_is_taken_away_says_what_was_left_out_and_why(store):
    from odviz.domain.failure import Failure, FailureKind
    from tests.fakes import World
    from tests.ui import scripted

    crash = Failure(FailureKind.CRASH, "The child process was ended by <SIGSEGV>.")
    benchmark = scripted.measure(store, "int8-static", world=World(faults={("int8-static", "block"): crash}))
    shown = data.shown(benchmark)
    html = page_file.html([View("a", shown, data.within(shown, Budget()), 0.01)], ())
    assert "Left out, This machine" in html and "ended by &lt;SIGSEGV&gt;" in html
