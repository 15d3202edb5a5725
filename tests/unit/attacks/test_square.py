from __future__ import annotations

import numpy as np
import pytest

from odviz.attacks.space import Space, space_of
from odviz.attacks.square import margins, square_attack
from odviz.domain.attack import Unsuitable
from odviz.domain.modality import Modality

RNG = np.random.default_rng(5)
PICTURES = RNG.random((300, 8, 8, 1)).astype(np.float32)
FIRST, SECOND = RNG.standard_normal((64, 24)), RNG.standard_normal((24, 3))


def network(items: np.ndarray) -> np.ndarray:
    """Three classes behind one hidden layer."""
    return np.tanh((items.reshape(len(items), -1) - 0.5) @ FIRST / 4) @ SECOND


def targets_of(items: np.ndarray) -> np.ndarray:
    return network(items).argmax(axis=1).astype(np.int64)


SHAPES = {Modality.IMAGE: (40, 6, 5, 2), Modality.SIGNAL: (40, 20, 3), Modality.TABULAR: (40, 12)}


@pytest.mark.parametrize("modality", SHAPES)
def test_changes_stay_in_the_box_and_queries_in_the_budget(modality: Modality) -> None:
    items = RNG.standard_normal(SHAPES[modality]).astype(np.float32)
    space = space_of(items)
    assert isinstance(space, Space) and space.modality is modality
    weights, seen = RNG.standard_normal((items[0].size, 4)), []

    def predict(batch: np.ndarray) -> np.ndarray:
        seen.append(batch)
        return batch.reshape(len(batch), -1) @ weights

    targets = predict(items).argmax(axis=1)
    attacked = square_attack(predict, items, targets, space, budget=30, seed=1)
    assert len(attacked.queries) == 40 and 1 < attacked.queries.max() <= 30
    assert attacked.queries.sum() == sum(map(len, seen[1:]))
    for batch in seen[2:]:
        distance = np.abs(batch[:, np.newaxis] - items).max(axis=tuple(range(2, items.ndim + 1)))
        nearest = items[distance.argmin(axis=1)]
        assert (np.abs(batch - nearest) <= space.radius + 1e-6).all()
        assert (batch >= space.low - 1e-6).all() and (batch <= space.high + 1e-6).all()
    assert (attacked.right == (attacked.outputs.argmax(axis=1) == targets)).all()
    assert (attacked.queries[attacked.right] == 30).all()


def test_a_network_that_does_not_look_is_never_wrong_and_one_that_is_wrong_costs_one_query() -> None:
    space = space_of(PICTURES)
    assert isinstance(space, Space)

    def blind(items: np.ndarray) -> np.ndarray:
        return np.tile([0.2, 0.8], (len(items), 1))

    targets = np.arange(len(PICTURES)) % 2
    attacked = square_attack(blind, PICTURES, targets, space, budget=5, seed=0)
    assert (attacked.right == (targets == 1)).all()
    assert (attacked.queries == np.where(targets == 1, 5, 1)).all()


def test_a_linear_network_is_wrong_exactly_where_the_box_allows_it() -> None:
    items, weights = RNG.standard_normal((200, 10)).astype(np.float32) * 0.2, RNG.standard_normal(10)
    space = Space(Modality.TABULAR, np.full(10, -9.0), np.full(10, 9.0), np.full(10, 0.1))
    values = items @ weights
    attacked = square_attack(
        lambda batch: (batch @ weights)[:, np.newaxis], items, (values >= 0).astype(np.int64), space, budget=400, seed=2
    )
    vulnerable = np.abs(values) < 0.1 * np.abs(weights).sum()
    assert attacked.right[~vulnerable].all() and attacked.right[vulnerable].mean() < 0.03


def test_the_same_seed_tries_the_same_on_an_item_whatever_the_others_do() -> None:
    space, targets = space_of(PICTURES), targets_of(PICTURES)
    assert isinstance(space, Space)
    first = square_attack(network, PICTURES, targets, space, budget=20, seed=3)
    wrong = targets.copy()
    wrong[::2] = (wrong[::2] + 1) % 3  # every other item needs no attack
    second = square_attack(network, PICTURES, wrong, space, budget=20, seed=3)
    np.testing.assert_array_equal(first.queries[1::2], second.queries[1::2])


def test_it_succeeds_as_often_as_the_adversarial_robustness_toolbox() -> None:
    from art.attacks.evasion import SquareAttack
    from art.estimators.classification import BlackBoxClassifierNeuralNetwork

    targets, radius, steps = targets_of(PICTURES), 0.06, 40
    shape = PICTURES.shape[1:]
    space = Space(Modality.IMAGE, np.zeros(shape), np.ones(shape), np.full(shape, radius))
    own = square_attack(network, PICTURES, targets, space, budget=steps + 2, seed=0)
    classifier = BlackBoxClassifierNeuralNetwork(network, shape, 3, channels_first=False, clip_values=(0.0, 1.0))
    np.random.seed(0)
    attack = SquareAttack(classifier, max_iter=steps, eps=radius, p_init=0.8, nb_restarts=1, verbose=False)
    theirs = targets_of(attack.generate(PICTURES, np.eye(3)[targets])) == targets
    share, other = own.right.mean(), theirs.mean()
    assert 0.2 < other < 0.8
    assert abs(share - other) < 3 * np.sqrt(2 * other * (1 - other) / len(PICTURES))


@pytest.mark.parametrize(
    "outputs, target, right",
    [
        ([1.0, 1.0], 0, True),
        ([1.0, 1.0], 1, False),
        ([np.nan, 0.0], 1, False),
        ([0.5], 1, True),
        ([0.5], 0, False),
        ([0.4], 0, True),
        ([0.4], 1, False),
    ],
)
def test_the_sign_of_the_margin_tells_what_the_metric_would_say(outputs: list[float], target: int, right: bool) -> None:
    assert (margins(np.array([outputs]), np.array([target]), 0.5)[0] >= 0) == right


def test_what_cannot_be_attacked_says_why() -> None:
    assert space_of(np.ones((3, 8), np.int32)) is Unsuitable.TOKENS
    assert space_of(np.zeros(3, [("a", "f4"), ("b", "f4")])) is Unsuitable.SEVERAL_INPUTS
    assert space_of((np.arange(60).reshape(30, 2) % 2).astype(np.float32)) is Unsuitable.CATEGORIES


def test_categories_of_a_table_stay_as_they_are() -> None:
    table = np.column_stack([np.arange(50) % 2, np.linspace(0, 10, 50)]).astype(np.float32)
    space = space_of(table)
    assert isinstance(space, Space) and space.radius[0] == 0
    assert space.radius[1] == pytest.approx(0.1 * table[:, 1].std(), rel=1e-5)
