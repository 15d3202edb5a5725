import numpy as np
import pytest

from odviz.analysis.parity import differences, experiment, first_parting, moved, prepared_otherwise, worst_items
from odviz.domain.parity import Cause, Change, Layer, LayerGraph


def chain(*reads: tuple[int, ...]) -> LayerGraph:
    return LayerGraph(tuple(Layer("Op", str(index), (str(index),), own) for index, own in enumerate(reads)), 2.0**-9)


def test_differences_are_relative_to_the_largest_number_of_the_same_output():
    reference = np.array([[10.0, 0.0], [1.0, 2.0]]), np.array([[1], [1]])
    outputs = np.array([[9.0, 0.0], [1.0, 2.0]]), np.array([[1], [0]])
    np.testing.assert_allclose(differences(outputs, reference), [0.1, 1.0])


def test_what_is_not_finite_differs_unless_it_is_the_same():
    reference = (np.array([[np.nan], [np.inf], [1.0], [1.0]]),)
    outputs = (np.array([[np.nan], [np.inf], [np.nan], [1.0]]),)
    np.testing.assert_array_equal(differences(outputs, reference), [0, 0, np.inf, 0])


def test_other_shapes_are_refused():
    with pytest.raises(ValueError):
        differences((np.zeros((2, 3)),), (np.zeros((2, 2)),))


def test_other_predictions_come_before_larger_differences():
    apart, same = np.array([0.9, 0.1, 0.2, 0.3]), np.array([True, False, False, True])
    assert worst_items(apart, same, 3).tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    ("graph", "apart", "name", "read"),
    [
        (chain((), (0,), (1,), (2,)), [0, 0, 0.5, 0.6], "2", 0),
        (chain((), (0,), (1,), (2,)), [0.4, 0.5, 0.5, 0.6], "0", 0),
        # Two branches: the one that is later in the file agrees.
        (chain((), (0,), (1,), (0,), (3,), (2, 4)), [0, 0.5, 0.5, 0, 0, 0.5], "1", 0),
        # The difference shrinks on its way and grows again.
        (chain((), (0,), (1,), (2,)), [0, 0.3, 0.01, 0.6], "1", 0),
        # Rounding before the layer is no more than a little.
        (chain((), (0,), (1,), (2,)), [0, 0.02, 0.03, 1.0], "3", 0.03),
        # It grows by and by from a small beginning.
        (chain((), (0,), (1,), (2,), (3,)), [0, 0.02, 0.04, 0.08, 0.16], "1", 0),
        # What cannot be looked at is left out.
        (chain((), (0,), (1,), (2,)), [0, None, 0.5, 0.6], "2", 0),
    ],
)
def test_the_layer_that_differs_though_it_reads_the_same(graph, apart, name, read):
    parting = first_parting(graph, apart.__getitem__, apart[-1])
    assert (parting.layer.name, parting.read) == (name, read)


@pytest.mark.parametrize("apart", [[0, 0, 0], [None, None, None]])
def test_no_layer_that_differs(apart):
    assert first_parting(chain((), (0,), (1,)), apart.__getitem__, 0.5) is None


def test_few_layers_are_looked_at():
    count, looks = 500, []

    def look(position):
        looks.append(position)
        return float(position >= 321)

    graph = chain((), *((index,) for index in range(count - 1)))
    assert first_parting(graph, look, 1.0).layer.name == "321"
    assert len(looks) < 15


@pytest.mark.parametrize(
    ("change", "before", "after", "explains"),
    [
        (Change.SEVEN_BITS, 0.4, 0.09, True),
        (Change.SEVEN_BITS, 0.4, 0.11, False),
        (Change.SEVEN_BITS, np.inf, np.inf, False),
        (Change.SEVEN_BITS, np.inf, 0.0, True),
        (Change.MOVED, 0.01, 0.012, True),
        (Change.MOVED, 0.01, 0.009, False),
        (Change.MOVED, 0.01, np.inf, False),
    ],
)
def test_an_experiment_explains_what_it_removes_or_makes_itself(change, before, after, explains):
    made = experiment(Cause.SATURATION, change, np.full(3, before), np.full(3, after))
    assert made.explains is explains


def test_items_are_prepared_otherwise_only_where_that_makes_sense():
    pictures, signals, tokens = (
        np.ones((2, 4, 4, 3), np.float32),
        np.ones((2, 9), np.float32),
        np.ones((2, 9), np.int64),
    )
    assert [title for title, _ in prepared_otherwise(pictures)][:1] == ["channels reversed"]
    assert {title for title, _ in prepared_otherwise(signals)} == {"× 255", "÷ 255"}
    assert not prepared_otherwise(tokens)


def test_items_move_by_less_than_a_rounding():
    items = np.linspace(-3, 5, 64, dtype=np.float32).reshape(8, 8)
    apart = np.abs(moved(items, 2.0**-9) - items)
    assert 0 < apart.max() <= 8 * 2.0**-9 * 1.001
    records = np.array([(1, 0.5), (2, 0.75)], [("token", np.int64), ("number", np.float32)])
    both = moved(records, 2.0**-9)
    assert both["token"].tolist() == [1, 2] and (both["number"] != records["number"]).all()
    tokens = np.arange(8)
    assert moved(tokens, 2.0**-9) is tokens
