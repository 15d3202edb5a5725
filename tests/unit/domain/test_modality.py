import pytest

from odviz.domain.modality import Modality, modality_of
from odviz.tasks import TASKS


@pytest.mark.parametrize(
    ("shape", "dtype", "modality"),
    [
        ((28, 28, 1), "float32", Modality.IMAGE),
        ((3, 4, 4), "uint8", Modality.IMAGE),
        ((49, 40), "float32", Modality.IMAGE),
        ((200, 6), "float32", Modality.SIGNAL),
        ((16000, 1), "float32", Modality.SIGNAL),
        ((16000,), "float32", Modality.SIGNAL),
        ((48,), "int64", Modality.TEXT),
        ((20,), "float32", Modality.TABULAR),
        ((), "float32", Modality.TABULAR),
    ],
)
def test_items_are_told_by_shape_and_type(shape, dtype, modality):
    assert modality_of(shape, dtype) is modality


def test_the_built_in_tasks_are_of_three_kinds():
    assert TASKS["product-images"].modality is Modality.IMAGE
    assert TASKS["review-sentiment"].modality is Modality.TEXT
    assert TASKS["exercise"].modality is Modality.SIGNAL
