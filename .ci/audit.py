"""Licences of all locked packages that are installed here, then their known vulnerabilities: `make audit`.

Exit codes: 0 no vulnerability is known; 1 at least one is; 3 not every package could be looked up, for example because
the network does not allow it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.txt", "requirements-dev.txt")
VULNERABLE, UNKNOWN = 1, 3
_UNSAID = "not stated"
_CLASSIFIER = "License :: "


class Package(NamedTuple):
    """A locked package.

    Attributes:
        name: as in the lock.
        version: as in the lock.
        licence: as its author states it.
        lock: name of the first file that locks it.
    """

    name: str
    version: str
    licence: str
    lock: str


def packages(locks: Iterable[Path]) -> list[Package]:
    """The packages of lock files that this machine needs, by name.

    Raises:
        PackageNotFoundError: one is not installed.
    """
    found: dict[str, Package] = {}
    for lock in locks:
        for line in lock.read_text("utf-8").splitlines():
            if not line[:1].isalnum():
                continue
            requirement = Requirement(line.rstrip(" \\"))
            if requirement.name not in found and (requirement.marker is None or requirement.marker.evaluate()):
                version = str(requirement.specifier).removeprefix("==")
                found[requirement.name] = Package(requirement.name, version, licence(requirement.name), lock.name)
    return [found[name] for name in sorted(found)]


def licence(name: str) -> str:
    """The licence of an installed package: its SPDX expression, else its classifiers, else its free text.

    Raises:
        PackageNotFoundError: it is not installed.
    """
    metadata = distribution(name).metadata
    if expression := metadata.get("License-Expression"):
        return expression
    classifiers = [text for text in metadata.get_all("Classifier") or () if text.startswith(_CLASSIFIER)]
    if named := [text.rpartition(" :: ")[2] for text in classifiers]:
        return ", ".join(named)
    lines = (metadata.get("License") or "").strip().splitlines()
    return lines[0] if lines else _UNSAID


def vulnerabilities(report: str) -> tuple[list[str], list[str], list[str]]:
    """What pip-audit reports as JSON.

    Returns:
        A line for each vulnerability, and the names of the packages that were looked up and that could not be.
    """
    lines, checked, skipped = [], [], []
    for package in json.loads(report)["dependencies"]:
        (skipped if "skip_reason" in package else checked).append(package["name"])
        for known in package.get("vulns", ()):
            remedy = f"fixed in {', '.join(known['fix_versions'])}" if known["fix_versions"] else "not fixed yet"
            lines.append(f"{package['name']} {package['version']}: {known['id']}, {remedy}")
    return lines, checked, skipped


def audit(pip_audit: Path, locks: Iterable[Path]) -> int:
    """Print the known vulnerabilities of locked packages; returns the exit code."""
    if not pip_audit.exists():
        print("Vulnerabilities: unknown, because pip-audit could not be installed.")
        return UNKNOWN
    options = ("--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json")
    files = [part for lock in locks for part in ("-r", str(lock))]
    process = subprocess.run([pip_audit, *files, *options], capture_output=True, text=True, check=False)
    try:
        known, checked, skipped = vulnerabilities(process.stdout)
    except ValueError:
        print(f"Vulnerabilities: unknown. pip-audit ended with: {process.stderr.strip().rpartition(chr(10))[2]}")
        return UNKNOWN
    print("\n".join((f"{len(checked)} packages were looked up, {len(known)} vulnerabilities are known.", *known)))
    if skipped:
        print(f"{len(skipped)} could not be looked up: {', '.join(skipped)}.")
    return VULNERABLE if known else UNKNOWN if skipped else 0


def main() -> int:
    """Print both lists; the argument is the path of pip-audit."""
    locks = [ROOT / name for name in LOCKS]
    try:
        rows = packages(locks)
    except PackageNotFoundError as error:
        sys.exit(f"{error.name} is locked, but not installed: make audit installs it.")
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(
        f"{len(rows)} packages, {sum(row.licence == _UNSAID for row in rows)} without a stated licence.\n", flush=True
    )
    return audit(Path(sys.argv[1]), locks)


if __name__ == "__main__":
    sys.exit(main())
