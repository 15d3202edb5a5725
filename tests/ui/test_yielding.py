"""Pages yield to a benchmark that is measured on this computer."""

import os
import sys
import threading
import time

import pytest

from odviz.domain.result import State
from odviz.execution import starter
from odviz.store import Owner, open_store
from odviz.ui import yielding
from tests.fakes import plan, point


@pytest.fixture
def measuring():
    """A benchmark that this process runs."""
    with open_store() as store:
        identity = store.create_benchmark(plan(), [point()])
        store.claim(Owner.here(), identity)
        yield store, identity


def together(work):
    """Call a function in two threads at once; returns what it returned in each."""
    results = []
    threads = [threading.Thread(target=lambda: results.append(work())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def niceness():
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_one_page_is_computed_at_a_time(measuring):
    inside = []

    def draw():
        with yielding.yielding(), yielding.yielding():  # a part that refreshes itself is a part of a page
            inside.append(1)
            most = len(inside)
            time.sleep(0.05)
            inside.pop()
            return most

    assert together(draw) == [1, 1]


def test_who_takes_long_does_not_stop_the_others(measuring, monkeypatch):
    monkeypatch.setattr(yielding, "WAIT_S", 0.01)
    both = threading.Barrier(2, timeout=10)

    def draw():
        with yielding.yielding():
            both.wait()

    together(draw)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows the priority of a thread")
def test_a_page_has_a_lower_priority_and_what_it_starts_has_not(measuring):
    usual = niceness()

    def draw():
        started = []
        with yielding.yielding():
            starter.start(threading.Thread(target=lambda: started.append(niceness())).start)
            while not started:
                time.sleep(0.001)
            return niceness(), started[0]

    assert together(draw) == [(usual + yielding.NICE, usual)] * 2
    assert niceness() == usual


def test_without_a_benchmark_nothing_yields(measuring):
    store, identity = measuring
    store.set_state(identity, State.DONE)
    both = threading.Barrier(2, timeout=10)

    def draw():
        with yielding.yielding():
            both.wait()
            return niceness()

    assert together(draw) == [niceness()] * 2


def test_a_benchmark_of_another_machine_disturbs_nobody():
    with open_store() as store:
        identity = store.create_benchmark(plan(), [point()])
        store.claim(Owner("another machine", 1, ""), identity)
        assert not store.is_measuring()
