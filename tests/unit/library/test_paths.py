from pathlib import Path

import pytest

from odviz.domain.errors import InputError
from odviz.library.paths import home, own_folder


def test_the_home_folder_may_be_given_by_its_sign(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ODVIZ_HOME", "~/x")
    assert home("cache") == tmp_path / "x" / "cache"
    monkeypatch.setenv("ODVIZ_HOME", "x")
    assert own_folder() == Path.cwd() / "x"


def test_what_can_be_no_folder_is_said(monkeypatch, tmp_path):
    (tmp_path / "a").write_text("in the way")
    monkeypatch.setenv("ODVIZ_HOME", str(tmp_path / "a"))
    with pytest.raises(InputError, match=r"ODVIZ_HOME is .*/a, which is a file: set it to a folder"):
        home("data")
    monkeypatch.setenv("ODVIZ_HOME", "~nobody-of-that-name/x")
    with pytest.raises(InputError, match="nobody of that name here"):
        home("data")
