import pytest

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
    assert service.go_on(store, measured[:5]).id == measured
    assert store.load(measured).state is State.QUEUED
    assert service.go_on(store, measured).state is State.QUEUED


def test_what_was_measured_with_another_engine_or_elsewhere_does_not_go_on(store):
    measured = scripted.measure(store, "int8-static")
    with pytest.raises(InputError, match=r"the processor, ONNX Runtime changed since .* Measure the same again"):
        service.go_on(store, measured)
    assert store.load(measured).state is State.DONE
