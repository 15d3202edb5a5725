"""A benchmark of another machine on the pages: brought as a file, marked, and not continued."""

import pytest

from odviz.services import benchmark, transfer
from tests.ui.scripted import texts
from tests.unit.services.test_transfer import rewritten


@pytest.fixture
def file(store, measured):
    """A benchmark that is not here, as a file."""
    content = transfer.export_benchmark(store, measured)
    benchmark.delete(store, measured)
    return content


def bring(visit, content):
    app = visit("benchmarks")
    app.file_uploader[0].set_value(("x.benchmark.zip", content, "application/zip")).run()
    next(button for button in app.button if button.label == "Take it in").click().run()
    assert not app.exception
    return app


def test_a_file_is_taken_in_and_chosen(visit, store, measured, file):
    app = bring(visit, file)
    assert not app.error and app.session_state["benchmark"] == measured
    assert store.load(measured).imported and list(app.dataframe[0].value["Measured on"]) == ["another machine's"]
    assert "is here now" in texts(app) and "another machine (scripted)" in texts(app)
    assert not [button for button in app.button if button.label == "Continue measuring"]
    assert "was here already" in texts(bring(visit, file)) and len(store.benchmarks()) == 1


@pytest.mark.parametrize(
    "spoil", [lambda _: b"x", lambda file: rewritten(file, lambda record: record.update(id="../x"))]
)
def test_a_file_that_is_no_benchmark_is_refused_in_words(visit, store, file, spoil):
    app = bring(visit, spoil(file))
    assert "x.benchmark.zip" in app.error[0].value and store.benchmarks() == ()


def test_explore_says_which_machine_measured(visit, store, measured, file):
    here = texts(visit())
    transfer.import_benchmark(store, file, "x.zip")
    app = visit("explore", benchmark=measured)
    assert "Another machine (scripted)" in texts(app) and "Another machine" not in here and "This machine (" in here
    assert "This machine" not in texts(app) and "This machine" not in app.selectbox(key="device").options
    assert not app.error and not [button for button in app.button if button.label == "Continue measuring"]
