"""Run the benchmarks and keep what they print: `python -m benchmarks [NAME]... [--tiny]`.

Each script runs in a process of its own and writes markdown to standard output; that becomes its section of
docs/benchmarks.md. One that fails keeps its last section, and the next one runs all the same.
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

NAMES = ("harness", "interleaving", "coverage", "sweep", "speedups", "fronts", "projection", "page")
"""In this order: what minds noise most comes before what leaves the machine warm."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all by default")
    parser.add_argument("--tiny", action="store_true", help="only try the scripts; nothing is kept")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(NAMES):
        parser.error(f"there is no benchmark named {', '.join(sorted(unknown))}; what exists: {', '.join(NAMES)}")
    failed = [name for name in chosen.names or NAMES if not run(name, chosen.tiny)]
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return bool(failed)


def run(name: str, tiny: bool) -> bool:
    """Run one script, show what it prints and keep it; whether it went well."""
    print(f"── {name}", file=sys.stderr)
    load, began, start = os.getloadavg()[0], datetime.now(UTC), time.monotonic()
    command = [sys.executable, "-m", f"benchmarks.{name}", *(["--tiny"] if tiny and name != "projection" else [])]
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    print(ended.stdout)
    if ended.returncode == 0 and not tiny:
        taken = f"{began:%Y-%m-%d %H:%M} UTC, in {time.monotonic() - start:.0f} s; load before it {load:.2f}. On"
        _document.keep(name, NAMES, f"{ended.stdout.strip()}\n\n*{taken} {_document.machine(snapshot())}.*")
    return ended.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
