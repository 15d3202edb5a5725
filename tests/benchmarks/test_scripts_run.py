"""Every benchmark script runs in its smallest form; a new script is tested without an entry here."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py"))
NEEDS_BROWSER = {"page"}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", SCRIPTS)
def test_script_runs_in_its_tiny_form(name):
    if name in NEEDS_BROWSER and shutil.which("chromium") is None:
        pytest.skip("chromium is not installed")
    command = [sys.executable, "-m", f"benchmarks.{name}", "--tiny"]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr[-2000:]
    assert "|" in process.stdout and "nan" not in process.stdout


def test_all_scripts_run_by_default():
    assert sorted(NAMES) == SCRIPTS
