from shutil import copytree

import pytest

from odviz.cli import main
from odviz.execution.executor import execute
from odviz.store import open_store
from tests.fakes import TOY, World, plan, point, scripted_launches

MS = 1_000_000


def run(monkeypatch, capsys, *words):
    monkeypatch.setattr("sys.argv", ["odviz", *words])
    try:
        main()
        code = 0
    except SystemExit as leave:
        code = leave.code or 0
    out = capsys.readouterr()
    return code, out.out, out.err


@pytest.fixture
def odviz(monkeypatch, capsys):
    return lambda *words: run(monkeypatch, capsys, *words)


@pytest.fixture(scope="package")
def measured_home(tmp_path_factory):
    """A home with one benchmark whose int8 variant takes half the time and is right for ten points less; its id."""
    world = World(ns={"fp32": 2 * MS, "int8-static": MS}, accuracy={"fp32": 0.9, "int8-static": 0.8})
    folder = tmp_path_factory.mktemp("measured")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("ODVIZ_HOME", str(folder))
        scripted_launches(monkeypatch)
        with open_store() as store:
            new = store.create_benchmark(plan("int8-static"), [point(), point("int8-static")])
            execute(store, new, TOY, lambda _: None, make_child=world.child)
    return folder, new


@pytest.fixture
def benchmark(home, measured_home):
    """The id of that benchmark, in a database of this test's own."""
    folder, measured = measured_home
    copytree(folder, home, dirs_exist_ok=True)
    return measured
