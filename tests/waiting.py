"""Waiting for what another thread or process does."""

import time

FIRST_S, LONGEST_S = 0.005, 0.05
"""Pauses between two looks, each of which costs processor time that what is waited for needs: they grow."""

WAIT_S = 120
"""Longer than anything takes that a test waits for, on a machine that is slow and busy."""


def wait_for(happened):
    """Until it is so."""
    until, pause_s = time.monotonic() + WAIT_S, FIRST_S
    while time.monotonic() < until:
        if happened():
            return
        time.sleep(pause_s)
        pause_s = min(1.2 * pause_s, LONGEST_S)
    raise AssertionError("It did not happen.")
