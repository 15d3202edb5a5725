"""Waiting for what another thread or process does."""

import time

WAIT_S = 120
"""Longer than anything takes that a test waits for, on a machine that is slow and busy."""


def wait_for(happened):
    """Until it is so."""
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        if happened():
            return
        time.sleep(0.01)
    raise AssertionError("It did not happen.")
