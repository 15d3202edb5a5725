"""Every benchmark script runs in its smallest form; a new script is tested without an entry here."""

import runpy
import shutil
import sys
from pathlib import Path

import pytest

from benchmarks import _common
from benchmarks.__main__ import NAMES

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py"))
NEEDS_BROWSER = {"page"}


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory):
    """The home of all scripts: a file that one of them made, and what it predicts, is found by the others."""
    return tmp_path_factory.mktemp("scripts")


@pytest.mark.timeout(900)
@pytest.mark.xdist_group("scripts")
@pytest.mark.parametrize("name", SCRIPTS)
def test_script_runs_in_its_tiny_form(name, shared_home, monkeypatch, capsys):
    if name in NEEDS_BROWSER and shutil.which("chromium") is None:
        pytest.skip("chromium is not installed")
    monkeypatch.setattr(sys, "argv", [name, "--tiny"])
    monkeypatch.delitem(sys.modules, f"benchmarks.{name}", raising=False)  # another script may have imported it
    monkeypatch.setattr(_common, "temporary_home", lambda: shared_home)
    runpy.run_module(f"benchmarks.{name}", run_name="__main__")
    printed = capsys.readouterr().out
    assert "|" in printed and "nan" not in printed


def test_all_scripts_run_by_default():
    assert sorted(NAMES) == SCRIPTS
