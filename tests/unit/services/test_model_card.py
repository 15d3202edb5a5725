import pytest

from odviz.services import catalogue, model_card
from odviz.tasks import TASKS


@pytest.mark.parametrize("task", list(TASKS), ids=lambda task: task.name)
def test_every_model_says_where_it_fails(task):
    for model in catalogue.models(task.name):
        text = model_card.use_and_limits(task.name, model.name)
        assert "**Intended use**" in text and "**Limits**" in text and "](../" not in text
        assert model_card.whole(task.name, model.name).startswith("# ")


def test_a_model_without_a_card_says_nothing():
    assert model_card.use_and_limits("product-images", "nobody") == ""
