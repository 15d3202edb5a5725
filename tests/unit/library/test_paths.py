from pathlib import Path

import platformdirs
import pytest

from odviz.domain.errors import InputError
from odviz.library.paths import cache_dir, results_dir, user_dir

FOLDERS = (results_dir, user_dir, cache_dir)


def test_odviz_home_holds_results_data_and_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ODVIZ_HOME", "~/x")
    home = tmp_path / "x"
    assert (results_dir(), user_dir(), cache_dir()) == (home, home / "data", home / "cache")
    monkeypatch.setenv("ODVIZ_HOME", "x")
    assert results_dir() == Path.cwd() / "x"


def test_without_odviz_home_results_and_data_lie_in_the_same_system_folder(monkeypatch):
    monkeypatch.delenv("ODVIZ_HOME")
    assert results_dir() == user_dir() == Path(platformdirs.user_data_dir("odviz", appauthor=False))
    assert cache_dir() == Path(platformdirs.user_cache_dir("odviz", appauthor=False))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.__name__)
def test_a_home_that_cannot_be_a_folder_is_refused(monkeypatch, tmp_path, folder):
    (tmp_path / "a").write_text("in the way")
    for home in (str(tmp_path / "a"), "~nobody-of-that-name/x"):
        monkeypatch.setenv("ODVIZ_HOME", home)
        with pytest.raises(InputError, match="ODVIZ_HOME"):
            folder()
