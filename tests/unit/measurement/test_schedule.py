from __future__ import annotations

from collections import Counter
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from odviz.measurement.schedule import shuffled_rounds


@given(st.lists(st.text(), max_size=8), st.integers())
def test_every_round_holds_every_item_once(items: list[str], seed: int) -> None:
    for order in islice(shuffled_rounds(items, seed), 5):
        assert Counter(order) == Counter(items)


def test_orders_depend_on_the_seed_only() -> None:
    def orders(seed: int) -> list[tuple[int, ...]]:
        return list(islice(shuffled_rounds(range(8), seed), 10))

    assert orders(1) == orders(1)
    assert orders(1) != orders(2)


def test_position_and_predecessor_are_random() -> None:
    rounds = list(islice(shuffled_rounds("abcd", 0), 400))
    first = Counter(order[0] for order in rounds)
    predecessors = Counter(order[order.index("b") - 1] for order in rounds if order[0] != "b")
    for counts, share in ((first, 1 / 4), (predecessors, 1 / 3)):
        for count in counts.values():
            assert abs(count / counts.total() - share) < 0.1


def test_items_need_not_be_hashable() -> None:
    assert next(shuffled_rounds([[1]], 0)) == ([1],)
