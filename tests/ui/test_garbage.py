"""What garbage collection looks at after a run of a page."""

import gc
import sys
import types
import weakref

from odviz.ui import garbage


def test_objects_are_spared_once_for_each_set_of_modules(monkeypatch):
    garbage.spare_modules()
    spared = gc.get_freeze_count()
    assert spared > 10_000
    later = [[] for _ in range(1000)]
    garbage.spare_modules()
    assert gc.get_freeze_count() <= spared
    monkeypatch.setitem(sys.modules, "a_new_module", types.ModuleType("a_new_module"))
    garbage.spare_modules()
    assert gc.get_freeze_count() > spared and later


def test_what_comes_later_is_still_collected():
    garbage.spare_modules()

    class Cycle:
        pass

    cycle = Cycle()
    cycle.itself = cycle
    gone = weakref.ref(cycle)
    del cycle
    gc.collect()
    assert gone() is None
