"""What others wrote, in a device or an address, is shown as words: it formats nothing and asks nothing of anybody."""

import re
import threading
from io import BytesIO

import numpy as np
import pytest
from pypdf import PdfReader

from odviz.domain.errors import StoreError
from odviz.domain.objective import Limits
from odviz.execution.executor import execute
from odviz.execution.lease import lease
from odviz.execution.progress import Phase, Progress
from odviz.library.sources import user
from odviz.objectives import LATENCY
from odviz.report.paper.html import html
from odviz.report.paper.pdf import pdf
from odviz.report.recommendation_report import recommendation_report
from odviz.report.view import AnalysisView
from odviz.services import own_models, user_devices
from odviz.ui import data
from tests.fakes import TOY, World, runner_of
from tests.toys.colours import network, pictures
from tests.ui import scripted
from tests.ui.scripted import as_read, texts, written
from tests.unit.services.user_data import toml
from tests.waiting import WAIT_S, wait_for

PICTURE = "![p](https://evil.example/p.png)"
SCRIPT = 'https://x.org/"><script>alert(1)</script>'


@pytest.fixture
def evil():
    """A device whose every text is hostile, with a measurement of the scripted network (5,000 MACs)."""
    text = toml([("lenet-5", 8.0, 5e-6)]).replace("My till", PICTURE)
    text = text.replace('"TFLite 2.14"', "'x//[ <img src=y> " + PICTURE + "'")
    text = text.replace('source = "by me"', f"source = 'me'\nsource_url = '{SCRIPT}'")
    path = user().devices / "evil.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert user_devices.validate("evil", text)


@pytest.mark.parametrize("address", [{"device": "evil"}, {"against": "evil"}])
def test_explore_shows_them_as_words(visit, measured, evil, address):
    app = visit(**address, pick="0", deadline="0.001", show="terms")
    assert PICTURE in texts(app) and not re.search(r"(?<!\\)!\[p\](?!\\)\(", written(app))
    assert app.dataframe or app.tabs


@pytest.fixture
def runner(monkeypatch):
    """A function that makes the page's runner do something else than measure, and gives it."""

    def runs(run):
        monkeypatch.setattr(data, "Runner", lambda store: runner_of(store, run))
        return data.runner()

    return runs


def shows_as_words(app, sentence):
    assert sentence in texts(app) and not re.search(r"(?<!\\)!\[p\](?!\\)\(", written(app))


def test_who_has_the_machine_is_said_in_words(visit, store, runner, monkeypatch):
    def run(store, benchmark, report, on_session):
        execute(store, benchmark, TOY, report, on_session, make_child=World().child)

    monkeypatch.setenv("LOGNAME", f"me {PICTURE}")
    waits, mine = runner(run), scripted.queue(store)
    with lease(f"my {PICTURE}"):
        waits.add(mine)
        wait_for(lambda: waits.snapshot.waiting)
        app = visit("new_benchmark")
        assert f"my {PICTURE}" in waits.snapshot.waiting and f"me {PICTURE}" in waits.snapshot.waiting
        shows_as_words(app, waits.snapshot.waiting)
        waits.cancel(mine)
        assert waits.join(WAIT_S)


def test_what_is_being_done_is_said_in_words(visit, store, runner):
    go = threading.Event()

    def run(store, benchmark, report, on_session):
        report(Progress(Phase.PREDICTIONS, 1, 2, PICTURE))
        go.wait(WAIT_S)

    holds, mine = runner(run), scripted.queue(store)
    holds.add(mine)
    wait_for(lambda: holds.snapshot.progress)
    try:
        (bar,) = visit("new_benchmark").get("progress")
        assert PICTURE in as_read(bar.proto.text) and PICTURE not in bar.proto.text
    finally:
        store.request_cancel(mine)
        go.set()
        assert holds.join(WAIT_S)


def test_why_something_was_not_measured_is_said_in_words(visit, store, runner):
    def run(*_):
        raise StoreError(f"No room for {PICTURE}.")

    fails, mine = runner(run), scripted.queue(store)
    fails.add(mine)
    assert fails.join(WAIT_S)
    app = visit("new_benchmark")
    assert [element.value.count(r"\[p\]") for element in (app.error[0], app.warning[0])] == [1, 1]
    shows_as_words(app, f"No room for {PICTURE}.")


def test_an_address_is_quoted_as_words(visit, measured):
    for name in ("device", "task", "deadline", "benchmark", "only", "show", "pick"):
        app = visit(**{name: PICTURE})
        assert "in the address" in texts(app)
        assert not re.search(r"!\[p\]\(", written(app))


def test_the_report_holds_no_markup_of_theirs(measured, evil):
    view = data.view(measured, "evil")
    report = recommendation_report(
        AnalysisView("a", view, data.under_limits(view, Limits({LATENCY: 1.0}))), "odviz report"
    )
    text = html(report)
    assert "<script" not in text and "<img" not in text and "&lt;img" in text and "href=" not in text
    assert text.count("<table>") == 2 and "Limits: ≤ 1.00 s." in text.replace("\u00a0", " ")
    assert PICTURE in "".join(page.extract_text() for page in PdfReader(BytesIO(pdf(report))).pages).replace("\n", "")


def test_the_report_says_what_was_left_out_and_why(store):
    from odviz.domain.failure import Failure, FailureKind

    crash = Failure(FailureKind.CRASH, "The child process was ended by <SIGSEGV>.")
    benchmark = scripted.measure(store, "int8-static", world=World(faults={("int8-static", "time_block"): crash}))
    view = data.view(benchmark)
    text = html(recommendation_report(AnalysisView("a", view, data.under_limits(view, Limits())), "odviz report"))
    assert "<h2>Left out</h2>" in text and "ended by &lt;SIGSEGV&gt;" in text


@pytest.mark.real
def test_a_model_of_ones_own_and_its_classes_are_shown_as_words(visit, tmp_path):
    items, labels = pictures()
    np.savez(tmp_path / "data.npz", x=items, y=np.array(["=1+1", PICTURE, "<b>"])[labels])
    own_models.add([network(tmp_path / "net.onnx")], tmp_path / "data.npz", name="net", title=PICTURE)
    app = visit("models")
    assert PICTURE in texts(app) and not re.search(r"(?<!\\)!\[p\](?!\\)\(", written(app))
    assert "<b>" not in re.sub(r"\\<", "", written(app))
