"""Rounds of timing take turns with what else the process does."""

import threading

from odviz.execution import turns
from odviz.execution.latency import Timing


def test_timing_waits_for_a_page_but_not_for_ever(monkeypatch, measured, store):
    monkeypatch.setattr(turns, "WAIT_S", 0.01)
    begun, end = threading.Event(), threading.Event()

    def draw():
        with turns.turn():
            begun.set()
            end.wait()

    page = threading.Thread(target=draw)
    page.start()
    begun.wait()
    assert store.blocks(measured())  # a page that takes long
    end.set()
    page.join()


def test_nothing_else_has_the_turn_while_a_round_is_timed(monkeypatch, measured):
    taken, time_round = [], Timing._round

    def timed(*arguments):
        other = threading.Thread(target=lambda: taken.append(turns._TURN.acquire(blocking=False)))
        other.start()
        other.join()
        time_round(*arguments)

    monkeypatch.setattr(Timing, "_round", timed)
    measured()
    assert taken and not any(taken)
