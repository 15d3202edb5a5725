import numpy as np
import pytest

from odviz.analysis.column_groups import MISSING, column_groups


def grouped(cells):
    groups = column_groups("age", np.array(cells))
    return groups and [groups.names[index] for index in groups.index]


def test_words_are_groups_in_their_order_and_empty_cells_are_one():
    groups = column_groups("sex", np.array(["m", "f", " m", "", "f"]))
    assert groups.names == (MISSING, "f", "m") and groups.index.tolist() == [2, 1, 2, 0, 1]
    assert groups.title == "sex" and groups.fixed and groups.sources is None


def test_few_numbers_are_groups_in_their_order():
    assert column_groups("rooms", np.array(["10", "9", "2"])).names == ("2", "9", "10")


def test_many_numbers_are_bands_of_equally_many_items():
    cells = [str(number) for number in range(20, 60)]
    groups = column_groups("age", np.array(cells))
    assert groups.names == ("20 to 29", "30 to 39", "40 to 49", "50 to 59")
    assert np.bincount(groups.index).tolist() == [10, 10, 10, 10]
    assert grouped([*cells, "", "31"])[-2:] == [MISSING, "31 to 39"]


def test_one_number_that_is_most_of_them_is_one_band():
    cells = ["0"] * 60 + [str(number) for number in range(1, 21)]
    assert set(grouped(cells)) == {"0", "1 to 20"}


@pytest.mark.parametrize("cells", [["a"] * 5, [f"name {number}" for number in range(60)], ["7"] * 9])
def test_columns_that_group_nothing_are_left_out(cells):
    assert column_groups("x", np.array(cells)) is None
