"""Bad inputs by the thousand: each is refused in words, none is believed, none hangs or ends in a traceback."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from odviz.domain.text import INVISIBLE
from tests.hostile import (
    adding,
    addresses,
    answer_logs,
    benchmark_files,
    command_line,
    device_files,
    evidence_bundles,
    library_files,
    own_data,
    recipes,
    table_files,
)
from tests.hostile.attempt import Attempt, Believed, failures, refused

SURFACES = {
    "arguments and variables of the command line": command_line,
    "device files, on disk and uploaded": device_files,
    "tables to predict, to upload and published": table_files,
    "models, data sets and model files of the library": library_files,
    "recipes, typed and in files": recipes,
    "model files that are added": adding,
    "data that come with a model": own_data,
    "benchmarks of other machines": benchmark_files,
    "logs of devices": answer_logs,
    "evidence bundles": evidence_bundles,
    "addresses of pages": addresses,
}
ROOT = Path(__file__).parents[2]


def stated_counts():
    """Inputs of each surface, and of all, as the documentation says."""
    rows = re.findall(r"^\| (.+?) \| ([\d,]+) \|", (ROOT / "SECURITY.md").read_text("utf-8"), re.M)
    return {surface: int(count.replace(",", "")) for surface, count in rows}


@pytest.fixture
def children():
    yield adding.CHILDREN
    adding.CHILDREN.close()


@pytest.mark.usefixtures("children")
@pytest.mark.parametrize("surface", SURFACES)
def test_every_bad_input_is_refused_in_words(surface):
    attempts = list(SURFACES[surface].attempts())
    assert len({attempt.name for attempt in attempts}) > 0.9 * len(attempts)
    assert stated_counts()[surface] == len(attempts)
    wrong = failures(attempts)
    print(f"{surface}: {len(attempts):,} tried, {len(attempts) - len(wrong):,} refused in words")
    if SURFACES[surface] is adding:
        print(adding.summary(len(attempts), wrong))
        assert not adding.CHILDREN.crashes
    assert not wrong, "\n".join(wrong)


def test_the_documentation_names_every_surface_and_the_sum():
    """Each count is compared with the corpus where all of it is tried."""
    stated = stated_counts()
    assert stated.keys() == {*SURFACES, "all"}
    assert stated.pop("all") == sum(stated.values())


@pytest.mark.parametrize(
    "words",
    [
        ("devices", "show", "\x1b[31mred"),
        ("bench", "x" * 10_000),
        ("show", "é" * 50_001),
        ("bench", "product-images", "--recipe", "@pipe"),
        ("devices", "predict", "raspberry-pi-4", "pipe"),
        ("bench", "product-images", "--threads", "1_0"),
    ],
)
def test_the_same_in_a_process_of_its_own(words, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    command = [sys.executable, "-c", "import sys; sys.argv[0] = 'odviz'; from odviz.cli import main; main()", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=60, check=False)
    errors = ended.stderr.decode()
    assert ended.returncode == 2 and errors and "Traceback" not in errors and not INVISIBLE.search(errors)


def _believe():
    return 1


def _hang():
    while True:
        pass


def _fall():
    raise KeyError("x")


def test_what_is_not_refused_is_noticed(monkeypatch):
    monkeypatch.setattr("tests.hostile.attempt.REAL_S", 1)
    bad = {
        "believed": refused(_believe),
        "hung": refused(_hang),
        "KeyError": refused(_fall),
        "no words": lambda: "\x1b",
    }
    wrong = failures(Attempt(name, refusal) for name, refusal in bad.items())
    assert len(wrong) == len(bad) and all(name in line for name, line in zip(bad, wrong, strict=True))
    with pytest.raises(Believed):
        refused(_believe)()
