"""The tab on classes and groups."""

import numpy as np
import pytest

from odviz.analysis import benchmark_data
from odviz.analysis.item_groups import KnownItems
from odviz.objectives.groups import group_items
from odviz.ui import group_data
from tests.fakes import ITEMS, TOY
from tests.ui import scripted
from tests.ui.scripted import as_read, texts


@pytest.fixture
def known(monkeypatch):
    """The items of the benchmark are of two classes and of two ages; variants lose those at the end."""
    classes = group_items("classes", np.repeat(["bag", "shirt"], ITEMS // 2), by_class=True)
    ages = group_items("ages", ["old", "young"] * (ITEMS // 2), fixed=True)
    items = KnownItems(TOY.test().targets, (classes, ages))
    monkeypatch.setattr(benchmark_data, "known_items", lambda *_: items)
    monkeypatch.setattr(group_data, "stored_items", lambda *_: TOY.test())
    return items


def tables(app):
    return [frame.value for frame in app.dataframe]


def test_a_class_that_loses_comes_first_with_its_items(visit, measured, known):
    app = visit(show="groups", variant="2")
    assert "Of 2 classes 1 loses accuracy for certain: shirt" in as_read(app.warning[0].value)
    groups, lost = tables(app)[:2]
    assert groups["Classes"].tolist() == ["shirt", "bag"] and groups["Right → wrong"].tolist() == ["30", "0"]
    assert len(lost) == 12 and lost["Now"][0] != lost["Is"][0] == lost["Before"][0]
    assert "Right before, wrong now" in texts(app) and "30 items" in texts(app)
    next(button for button in app.button if button.label.startswith("Show ")).click().run()
    assert len(tables(app)[1]) == 30


def test_groups_variant_and_items_are_chosen_and_a_link_carries_them(visit, measured, known):
    app = visit(show="groups")
    app.selectbox(key="variant").set_value("2").run()
    app.selectbox(key="by").set_value("ages").run()
    assert app.query_params["by"] == "ages" and app.query_params["variant"] == "2"
    app.selectbox(key="items-of").set_value("old").run()
    assert "15 items" in texts(app)
    again = visit(show="groups", by="ages", variant="2")
    assert tables(again)[0]["Ages"].tolist() == ["old", "young"]


def test_an_address_with_other_groups_shows_the_classes_and_says_so(visit, measured, known):
    app = visit(show="groups", by="<b>sex</b>", variant="99")
    assert "Classes" in tables(app)[0] and "sex" in texts(app) and "99" in texts(app)


def test_items_that_are_others_by_now_have_no_groups(visit, measured):
    app = visit(show="groups")
    assert "no classes" in texts(app) and not app.exception


def test_a_network_alone_has_nothing_to_compare(visit, store, known):
    benchmark = scripted.measure(store)
    app = visit(benchmark=benchmark, show="groups")
    assert "nothing can be compared" in texts(app)
