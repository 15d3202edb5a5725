"""The tab that shows whether variants hold up, and the ways to find that out."""

import pytest

from odviz.domain.failure import Failure, FailureKind
from odviz.services import benchmark
from odviz.ui import data
from tests.fakes import World
from tests.ui import scripted
from tests.ui.scripted import texts

CRASH = Failure(FailureKind.CRASH, "The child process was ended by SIGSEGV.")
SLOW = {"fp32": 60_000_000, "int8-static": 12_000_000}


def measured_under_stress(store, **world):
    return scripted.measure(store, "int8-static", stress=("corruptions",), world=World(ns=SLOW, **world))


def tables(app):
    return [frame.value for frame in app.dataframe]


def test_a_benchmark_without_stress_tests_offers_them(visit, measured):
    app = visit(show="stress")
    assert "Stress tests try every variant" in texts(app) and not app.dataframe
    (choice,) = [one for one in app.multiselect if one.label == "Find out how it holds up"]
    assert choice.value == ["corruptions"] and "Foreign inputs" in choice.options
    (button,) = [one for one in app.button if one.label == "Try them under stress"]
    choice.set_value([]).run()
    assert next(one for one in app.button if one.label == button.label).disabled


def test_a_variant_that_breaks_changes_the_recommendation(visit, store):
    measured_under_stress(store, fragility={"fp32": 0.01, "int8-static": 0.12})
    app = visit(show="stress")
    (warning,) = [one.value for one in app.warning if "changes under stress" in one.value]
    assert "Static" in warning or "static" in warning
    fronts, by_severity, by_kind = tables(app)[:3]
    assert list(fronts) == ["Variant", "Usually", "Disturbed inputs"] and len(fronts) == 2
    assert list(by_severity) == ["Variant", "Undisturbed", *(f"Severity {level}" for level in range(1, 6))]
    assert list(by_kind) == ["Variant", "Missing entries", "Noise", "Wrong entries"] and len(by_kind) == 2
    assert "Robust accuracy" in texts(app) or "robust accuracy" in texts(app)


def test_equal_variants_keep_the_recommendation(visit, store):
    measured_under_stress(store, fragility={"fp32": 0.05, "int8-static": 0.05})
    app = visit(show="stress")
    assert any("stays under stress" in one.value for one in app.success) and not app.warning


def test_what_could_not_be_tried_is_named_and_may_be_tried_again(visit, store):
    measured_under_stress(store, faults={("int8-static", "predict"): [None, CRASH]})
    app = visit(show="stress")
    assert CRASH.reason in texts(app)
    assert any(one.label == "Try them under stress" for one in app.button)


def test_the_button_queues_the_tests_alone(visit, measured, same_machine, monkeypatch):
    started = []
    monkeypatch.setattr(type(data.runner()), "add", lambda _, identity: started.append(identity))
    app = visit(show="stress")
    next(one for one in app.button if one.label == "Try them under stress").click().run()
    record = data.store().load(measured)
    assert started == [measured] and record.stress_only and record.plan.stress == ("corruptions",)


def test_tests_are_chosen_with_a_new_benchmark_and_a_link_carries_them(visit):
    app = visit("new_benchmark", stress="corruptions")
    (choice,) = [one for one in app.multiselect if one.label == "Also find out how it holds up"]
    assert choice.value == ["corruptions"]
    choice.set_value(["corruptions", "out-of-distribution"]).run()
    assert app.query_params["stress"] == "corruptions,out-of-distribution"


@pytest.mark.parametrize("task", ["product-images", "exercise", "review-sentiment"])
def test_every_built_in_task_can_be_disturbed_and_has_foreign_items(task):
    assert not benchmark.unsupported_stress(task, "corruptions")
    assert not benchmark.unsupported_stress(task, "out-of-distribution")
