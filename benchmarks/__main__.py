"""Run the benchmark scripts and write their output into docs/benchmarks.md: `python -m benchmarks [NAME]... [--tiny]`.

Each script runs in its own process and prints markdown, which replaces its section of the document. A script that
fails leaves its section unchanged and does not stop the others.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from datetime import UTC, datetime

from benchmarks import _document
from benchmarks._common import ROOT
from odviz.measurement.environment import snapshot

NAMES = (
    "harness", "interleaving", "coverage", "stability", "disturbance", "walltime", "groups", "drift", "gate",
    "monitor", "sweep", "speedups", "causes", "mixed", "pruning", "fronts", "projection", "page", "sessions",
    "classroom", "backend_models", "real_models",
)  # fmt: skip
"""Scripts in running order: the most noise-sensitive first, while the machine is cool."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all by default")
    parser.add_argument("--tiny", action="store_true", help="smallest form of each script; writes no document")
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"unknown benchmarks: {', '.join(sorted(unknown))}; available: {', '.join(NAMES)}")
    failed = [name for name in options.names or NAMES if not run(name, options.tiny)]
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return bool(failed)


def run(name: str, tiny: bool) -> bool:
    """Run one script, print its output and, unless `tiny`, write it into the document; return whether it succeeded."""
    print(f"── {name}", file=sys.stderr)
    load, started, start = os.getloadavg()[0], datetime.now(UTC), time.monotonic()
    command = [sys.executable, "-m", f"benchmarks.{name}", *(["--tiny"] if tiny else [])]
    process = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    print(process.stdout)
    if process.returncode == 0 and not tiny:
        when = f"{started:%Y-%m-%d %H:%M} UTC, in {time.monotonic() - start:.0f} s; load before it {load:.2f}. On"
        footer = f"*{when} {_document.machine(snapshot())}.*"
        _document.replace_section(name, NAMES, f"{process.stdout.strip()}\n\n{footer}")
    return process.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
