"""The list of licences, and what is made of pip-audit's report."""

import importlib.util
import json
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def audit():
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    module = sys.modules["audit"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_locked_package_has_its_installed_version_and_a_licence(audit):
    packages = audit.packages([ROOT / name for name in audit.LOCKS])
    names = [package.name for package in packages]
    assert names == sorted(set(names)) and {"numpy", "streamlit", "pytest"} <= set(names)
    licences = {package.name: package.licence for package in packages}
    assert (licences["numpy"], licences["streamlit"], licences["psycopg"]) == (
        "BSD License",
        "Apache-2.0",
        "LGPL-3.0-only",
    )
    assert [package.version for package in packages] == [version(name) for name in names]
    assert {package.name: package.lock for package in packages}["pytest"] == "requirements-dev.txt"


def test_only_packages_of_this_machine_are_listed(audit, tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text(
        "# a comment\nclick==8.0 ; sys_platform != 'none' \\\n    --hash=x\nother==1 ; sys_platform == 'none'\n"
    )
    assert [package[:2] for package in audit.packages([lock])] == [("click", "8.0")]


def test_a_package_that_is_not_installed_is_an_error(audit):
    with pytest.raises(PackageNotFoundError):
        audit.licence("no-such-package")


def report(*packages):
    return json.dumps({"dependencies": packages, "fixes": []})


KNOWN = {
    "name": "a",
    "version": "1",
    "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}, {"id": "B", "fix_versions": []}],
}
SOUND = {"name": "b", "version": "1", "vulns": []}
SKIPPED = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("output", "code"),
    [
        (report(SOUND), 0),
        (report(SOUND, KNOWN), 1),
        (report(SOUND, KNOWN, SKIPPED), 1),
        (report(SOUND, SKIPPED), 3),  # pip-audit says that nothing is known then, and exits with 0
        ("ConnectionError: no route", 3),
    ],
)
def test_only_what_could_be_looked_up_counts_as_sound(audit, tmp_path, capsys, output, code):
    pip_audit = tmp_path / "pip-audit"
    pip_audit.write_text(f"#!/bin/sh\ncat <<'EOF'\n{output}\nEOF\n")
    pip_audit.chmod(0o755)
    assert audit.audit(pip_audit, []) == code
    printed = capsys.readouterr().out
    assert ("a 1: CVE-1, fixed in 2" in printed) == ("CVE-1" in output)
    assert ("c" in printed.partition("looked up: ")[2]) == ("skip_reason" in output)


def test_without_pip_audit_nothing_is_known(audit, tmp_path):
    assert audit.audit(tmp_path / "missing", []) == audit.UNKNOWN
