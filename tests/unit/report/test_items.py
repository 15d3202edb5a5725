import numpy as np
import pytest

from odviz.charts import LIGHT
from odviz.charts.sparkline import sparkline
from odviz.library.items import joined
from odviz.report.items import view


@pytest.mark.parametrize(
    ("shape", "size"),
    [((28, 28, 1), (112, 112)), ((1000, 500, 3), (334, 167)), ((64, 64, 4), (128, 128)), ((40, 60), (80, 120)),
     ((8, 28, 28, 3), (112, 112))],
)  # fmt: skip
def test_pictures_are_scaled_to_colours_and_a_size_that_can_be_seen(shape, size):
    picture = view(np.random.default_rng(0).uniform(-3, 3, shape).astype(np.float32)).picture
    assert picture.shape == (*size, 3) and picture.dtype == np.uint8 and picture.min() < 20 and picture.max() > 235


def test_a_picture_of_one_colour_is_drawn():
    assert (view(np.full((28, 28, 1), 7.0)).picture == 0).all()


@pytest.mark.parametrize(("shape", "curves"), [((200, 6), (6, 200)), ((6, 200), (6, 200)), ((1, 50), (1, 50)),
                                               ((16000,), (1, 16000))])  # fmt: skip
def test_signals_are_curves(shape, curves):
    item = np.random.default_rng(0).random(shape)
    drawn = view(item).curves
    assert drawn.shape == curves
    picture = sparkline(drawn, LIGHT)
    assert picture.startswith("<svg") and picture.count("<polyline") == curves[0] and len(picture) < 30_000


def test_a_signal_that_is_not_finite_is_drawn():
    assert "nan" not in sparkline(np.array([[1.0, np.nan, np.inf, 2.0]]), LIGHT)


def test_a_text_is_shown_as_it_was_written():
    assert view(np.arange(48), text="perfect purchase.").text == "perfect purchase."


def test_a_row_of_a_table_has_its_columns_or_numbers():
    assert view(np.array([1.5, 2.0])).numbers == {"1": "1.5", "2": "2"}
    assert view(np.array([0.3, -1.0]), columns={"age": "31", "sex": "f"}).numbers == {"age": "31", "sex": "f"}


def test_of_several_inputs_the_first_is_looked_at():
    items = joined({"(items)": np.ones((2, 28, 28, 1), np.float32), "mask": np.zeros((2, 3), np.int64)})
    assert view(items[0]).picture is not None
