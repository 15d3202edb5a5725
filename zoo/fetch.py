"""Downloads by package name and pinned version, and files taken out of archives with their hash checked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from zoo.record import sha256


def pypi(package: str, version: str, cache: Path, *, wheel: bool) -> Path:
    """Downloads one wheel or source archive from the configured package index, unless the cache has it.

    Raises:
        FileNotFoundError: pip finished without leaving a file.
        subprocess.CalledProcessError: pip failed.
    """
    folder = cache / "pypi"
    folder.mkdir(parents=True, exist_ok=True)
    kind = ["--only-binary", ":all:"] if wheel else ["--no-binary", ":all:", "--no-build-isolation"]
    pattern = f"{package.replace('-', '[-_]')}-{version}*{'.whl' if wheel else '.tar.gz'}"
    if not list(folder.glob(pattern)):
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", *kind, "-d", str(folder)]
        subprocess.run([*command, f"{package}=={version}"], check=True)
    found = sorted(folder.glob(pattern))
    if not found:
        raise FileNotFoundError(f"{package} {version}: nothing like {pattern} was downloaded")
    return found[0]


def verified(path: Path, expected: str) -> Path:
    """The path, if the file has this SHA-256.

    Raises:
        ValueError: It has another one.
    """
    found = sha256(path)
    if found != expected:
        raise ValueError(f"{path.name}: SHA-256 is {found}, expected {expected}")
    return path
