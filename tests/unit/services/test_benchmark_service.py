from dataclasses import replace

import pytest

from odviz.compression import METHODS
from odviz.domain.errors import InputError
from odviz.domain.result import State
from odviz.services import benchmark as service
from odviz.store import open_store
from tests.ui import scripted


@pytest.fixture
def store():
    with open_store() as opened:
        yield opened


def test_a_benchmark_goes_on_where_nothing_has_changed(store, same_machine):
    measured = scripted.measure(store, "int8-static")
    assert service.resume(store, measured[:5]).id == measured
    assert store.load(measured).state is State.QUEUED
    assert service.resume(store, measured).state is State.QUEUED


def test_what_was_measured_with_another_engine_or_elsewhere_does_not_go_on(store):
    measured = scripted.measure(store, "int8-static")
    with pytest.raises(InputError, match=r"the processor, ONNX Runtime, the test set changed since .* again"):
        service.resume(store, measured)
    assert store.load(measured).state is State.DONE


def test_nor_does_one_whose_files_would_be_made_by_another_version_of_their_method(store, same_machine, monkeypatch):
    measured = scripted.measure(store, "int8-static")
    newer = replace(METHODS["int8-static"], version=99)
    monkeypatch.setattr(METHODS, "_plugins", {method.name: method for method in METHODS} | {newer.name: newer})
    with pytest.raises(InputError, match=r"the method int8-static changed since .* Measure the same again instead"):
        service.resume(store, measured)
