"""What `odviz serve --class` prints of a class that the server opened."""

import pytest

from odviz.cli.serve import announce
from odviz.services.classroom import ADDRESS_VARIABLE
from odviz.ui import class_access, class_server


@pytest.fixture(autouse=True)
def no_class_left():
    yield
    class_access.open_class(None)
    class_server.rights.check_by(None)


def test_only_the_terminal_learns_how_to_come_in(monkeypatch, capsys):
    monkeypatch.setenv(ADDRESS_VARIABLE, "192.168.1.5")
    invitation = class_server.start()
    classroom = class_access.opened()
    announce(invitation)
    out, err = capsys.readouterr()
    assert not out and classroom.teacher_key in err and "http://192.168.1.5:8501/join" in err
    assert f"{classroom.code[:4]} {classroom.code[4:]}" in err and "█" in err
    assert class_server.start() is None and class_access.opened() is classroom


def test_without_a_class_nothing_is_opened(monkeypatch):
    monkeypatch.delenv(ADDRESS_VARIABLE, raising=False)
    assert class_server.start() is None and class_access.opened() is None
