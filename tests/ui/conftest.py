from functools import cache
from pathlib import Path
from shutil import copytree

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest, local_script_runner

from odviz.store import open_store
from tests.fakes import scripted_launches
from tests.ui import scripted
from tests.waiting import WAIT_S

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="package", autouse=True)
def one_search_for_components():
    """Streamlit reads the metadata of every installed package for each `AppTest`: half of the time of these tests."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        once = cache(manifest_scanner.scan_component_manifests)
        monkeypatch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(scope="package", autouse=True)
def one_wait_for_a_run():
    """Streamlit looks a thousand times a second whether a page was run; the end of the thread that runs it tells."""
    look = local_script_runner.require_widgets_deltas

    def wait(runner, timeout):
        runner._script_thread.join(timeout)
        look(runner, timeout)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(local_script_runner, "require_widgets_deltas", wait)
        yield


@pytest.fixture(autouse=True)
def launches_of_scripted_children(monkeypatch):
    scripted_launches(monkeypatch)


@pytest.fixture
def store(request):
    if "measured" in request.fixturenames:
        request.getfixturevalue("measured")  # its database is copied before it is opened
    with open_store() as opened:
        yield opened


@pytest.fixture(scope="package")
def measured_home(tmp_path_factory):
    """A home with one benchmark that went well, and the id of that."""
    folder = tmp_path_factory.mktemp("measured")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("ODVIZ_HOME", str(folder))
        scripted_launches(monkeypatch)
        with open_store() as opened:
            return folder, scripted.measure(opened, *scripted.RECIPES)


@pytest.fixture
def measured(home, measured_home):
    """The id of a benchmark that went well, in a database of this test's own."""
    folder, benchmark = measured_home
    copytree(folder, home, dirs_exist_ok=True)
    return benchmark


@pytest.fixture
def visit():
    """A function that opens a page of the app, with what its address says."""

    def open_page(page="explore", **address):
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=WAIT_S)
        if page != "explore":
            app.switch_page(f"pages/{page}.py")
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception, app.exception[0].stack_trace
        return app

    return open_page
