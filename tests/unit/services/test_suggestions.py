import pytest

from odviz.domain.plan import QUICK, BenchmarkPlan
from odviz.services import benchmark, catalogue, suggestions
from odviz.tasks import TASKS

ALONE = [(task.name, model.name) for task in TASKS for model in catalogue.models(task.name)]


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize(("task", "model"), ALONE)
def test_what_is_suggested_for_a_model_can_be_measured(task, model, quick):
    plan = BenchmarkPlan(task, (model,), suggestions.recipes(task, quick, (model,)), suggestions.runtimes(quick))
    assert benchmark.check(plan).points


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("task", TASKS.names())
def test_what_is_suggested_for_a_task_can_be_measured(task, quick):
    models = suggestions.models(task, quick)
    plan = BenchmarkPlan(task, models, suggestions.recipes(task, quick, models), suggestions.runtimes(quick))
    assert {point.variant.model for point in benchmark.check(plan).points} == set(models)


def test_every_model_stands_beside_the_others_quickly():
    plan = suggestions.every_model("product-images", threads=2)
    assert set(plan.models) == {model.name for model in catalogue.models("product-images")}
    assert plan.effort == QUICK and plan.threads == 2
    assert not any("prune" in str(recipe) for recipe in plan.recipes)
    points = benchmark.check(plan).points
    assert {point.variant.model for point in points} == set(plan.models)
    assert {"fp32", "int8"} <= {point.target.precision for point in points}
