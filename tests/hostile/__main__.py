"""Add every hostile file in a process of its own, as a person would: `python -m tests.hostile` (about ten minutes)."""

from __future__ import annotations

import os
import sys
import tempfile

from tests.hostile import adding, own_data
from tests.hostile.attempt import failures


def main() -> int:
    """Run them; the exit code is 1 if one was not refused in words."""
    adding.CHILDREN.fresh = True
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"ODVIZ_HOME": home, "ODVIZ_LEASE_DIR": f"{home}/lease"}
        attempts = [*adding.attempts(), *own_data.attempts()]
        wrong = failures(attempts)
    print("\n".join([*wrong, adding.summary(len(attempts), wrong)]))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
