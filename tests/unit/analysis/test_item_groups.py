import numpy as np
import pytest

from odviz.analysis import item_groups
from odviz.analysis.item_groups import NO_ITEMS, KnownItems, known_items
from odviz.objectives.groups import NO_GROUPS, group_items
from odviz.tasks import TASKS
from odviz.tasks.base import Examples


def test_items_are_grouped_by_source_where_the_task_has_sources():
    items = TASKS["exercise"].test()
    groups = known_items("exercise", items.fingerprint).groups
    assert (groups.title, groups.by_class, len(groups.names)) == ("people", False, 4)
    assert [groups.names[index] for index in groups.index] == items.groups.tolist()


def test_items_without_sources_are_grouped_by_class():
    items, classes = TASKS["product-images"].test(), TASKS["product-images"].classes()
    groups = known_items("product-images", items.fingerprint).groups
    assert groups.by_class and set(groups.names) == set(classes)
    assert [groups.names[index] for index in groups.index[:50]] == [classes[target] for target in items.targets[:50]]
    assert sum(map(len, groups.members)) == len(items)


@pytest.mark.parametrize(("task", "data"), [("exercise", "of other items"), ("exercise", ""), ("removed", "")])
def test_other_items_and_removed_tasks_have_no_groups(task, data):
    assert known_items(task, data) is NO_ITEMS and NO_ITEMS.groups is NO_GROUPS


def test_age_bands_are_looked_at_first_and_else_classes():
    bands, classes, people, column = (
        group_items("age bands", ["old", "young"], fixed=True),
        group_items("classes", ["cat", "dog"], by_class=True),
        group_items("people", ["ann", "bob"]),
        group_items("colour", ["red", "blue"], fixed=True),
    )

    def first(*groupings):
        return KnownItems(groupings=groupings).first

    assert first(bands, classes) is bands
    assert first(people, classes) is first(classes, column) is classes
    assert first(people) is people and first() is NO_GROUPS
    assert KnownItems(columns=(column,)).first is column and KnownItems(columns=(column,)).groups is NO_GROUPS


class Rows:
    """A task whose data have two columns."""

    name, groups = "rows", ""

    def classes(self):
        return "no", "yes"

    def test(self):
        columns = {"sex": np.array(["f", "m"] * 10), "classes": np.array(["a", "b"] * 10)}
        return Examples(np.zeros((20, 2), np.float32), np.arange(20) % 2, np.full(20, ""), columns)


def test_items_can_be_looked_at_by_columns_which_are_no_sources(monkeypatch):
    monkeypatch.setattr(item_groups, "TASKS", {"rows": Rows()})
    known = known_items("rows", Rows().test().fingerprint)
    assert [way.title for way in known.ways] == ["classes", "sex", "classes (column)"]
    assert known.groups.by_class and all(way.sources is None for way in known.ways)
