from __future__ import annotations

import time

from odviz.measurement.busy import keep_busy


def spent(pause_s: float) -> tuple[float, int]:
    """Share of the time that the processor worked, and how often a sign of life was sent."""
    signs: list[None] = []
    began, work = time.monotonic(), time.process_time()
    keep_busy(0.4, 1, 0.02, pause_s, lambda: signs.append(None))
    return (time.process_time() - work) / (time.monotonic() - began), len(signs)


def test_it_works_without_a_pause_or_with_pauses() -> None:
    without, signs = spent(0.0)
    assert signs >= 2
    assert spent(0.1)[0] < without
