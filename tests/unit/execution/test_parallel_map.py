import threading

import pytest

from odviz.domain.errors import RunFailed
from odviz.execution.parallel_map import parallel_map
from odviz.execution.session import CANCELLED


def test_what_runs_is_cancelled_before_it_is_waited_for():
    cancelled, seen = threading.Event(), []

    def work(item):
        if item == "fails":
            raise RunFailed(CANCELLED)
        seen.append(cancelled.wait(10))

    with pytest.raises(RunFailed):
        parallel_map(["runs", "fails"], work, 2, lambda *_: None, cancelled.set)
    assert seen == [True]
