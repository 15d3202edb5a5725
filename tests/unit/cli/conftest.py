import pytest

from odviz.cli import main


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
