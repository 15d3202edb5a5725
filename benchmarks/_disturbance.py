"""A neighbour on a shared machine: computes in bursts at moments that a seed decides, until it is ended."""

from __future__ import annotations

import random
import sys
import time

import numpy as np

BURST_S, PAUSE_S = 0.8, 1.2
"""Mean lengths; both are drawn from exponential distributions, as of jobs that come and go on their own."""


def main() -> None:
    draw = random.Random(int(sys.argv[1]))
    memory, small = np.ones(2_000_000), np.ones((128, 128))  # 16 MB: goes through every cache
    print("ready", flush=True)
    while True:
        time.sleep(draw.expovariate(1 / PAUSE_S))
        until = time.monotonic() + draw.expovariate(1 / BURST_S)
        while time.monotonic() < until:
            np.multiply(memory, 1.0, out=memory)
            small @ small


if __name__ == "__main__":
    main()
