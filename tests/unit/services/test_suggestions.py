from odviz.domain.plan import QUICK
from odviz.services import benchmark, catalogue, suggestions


def test_every_model_stands_beside_the_others_quickly():
    plan = suggestions.every_model("product-images", threads=2)
    assert set(plan.models) == {model.name for model in catalogue.models("product-images")}
    assert plan.effort == QUICK and plan.threads == 2
    assert not any("prune" in str(recipe) for recipe in plan.recipes)
    points = benchmark.check(plan).points
    assert {point.variant.model for point in points} == set(plan.models)
    assert {"fp32", "int8"} <= {point.target.precision for point in points}
