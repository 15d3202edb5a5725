"""Load on a core in random bursts, as from another program on a shared machine; runs until it is killed.

Arguments: seed of the random lengths.
"""

from __future__ import annotations

import random
import sys
import time

import numpy as np

BURST_S, PAUSE_S = 0.8, 1.2
"""Mean lengths of exponential distributions."""


def main() -> None:
    random_source = random.Random(int(sys.argv[1]))
    large, small = np.ones(2_000_000), np.ones((128, 128))  # 16 MB exceeds every cache
    print("ready", flush=True)
    while True:
        time.sleep(random_source.expovariate(1 / PAUSE_S))
        until = time.monotonic() + random_source.expovariate(1 / BURST_S)
        while time.monotonic() < until:
            np.multiply(large, 1.0, out=large)
            small @ small


if __name__ == "__main__":
    main()
