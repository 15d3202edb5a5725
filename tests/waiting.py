"""Waiting for what another thread does."""

import time


def wait_for(happened):
    """Until it is so, for at most 20 seconds."""
    for _ in range(2000):
        if happened():
            return
        time.sleep(0.01)
    raise AssertionError("It did not happen.")
