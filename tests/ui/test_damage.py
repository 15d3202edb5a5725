"""A database of which something is damaged, moved away or locked: the rest is shown, and the sentence helps."""

import sqlite3
from contextlib import closing

import pytest

from odviz.store import engine
from odviz.ui import data
from tests.ui import scripted
from tests.ui.scripted import texts

PAGES = ("explore", "new_benchmark", "benchmarks")


def execute(store, statement):
    with store._writing() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize("change", ["plan = substr(plan, 1, 50)", "created = 'garbage'", "state = 'exploded'"])
def test_a_damaged_benchmark_is_marked_and_deleted_and_the_others_are_shown(visit, store, measured, change):
    spoilt = scripted.measure(store, "int8-static")
    execute(store, f"UPDATE benchmark SET {change} WHERE id = '{spoilt}'")
    assert measured in texts(visit("new_benchmark")) and visit().session_state["benchmark"] == measured
    app = visit("benchmarks")
    assert list(app.dataframe[0].value["Id"]) == [measured]
    assert f"{spoilt} is damaged" in app.error[0].value
    app.button(key=f"delete-{spoilt}-now").click().run()
    assert f"{spoilt} is deleted" in app.success[0].value and not app.error
    assert [record.id for record in store.listed()] == [measured]


def test_a_link_to_a_damaged_benchmark_is_passed_over_on_explore_and_opens_it_where_it_can_be_deleted(
    visit, store, measured, monkeypatch
):
    spoilt = scripted.queue(store)
    execute(store, f"UPDATE benchmark SET plan = '' WHERE id = '{spoilt}'")
    app = visit(benchmark=spoilt)
    assert f"“benchmark={spoilt}”" in texts(app) and app.session_state["benchmark"] == measured
    assert len(visit("benchmarks", benchmark=spoilt).error) == 1
    scripted.measure(store)
    monkeypatch.setattr(data, "LISTED", 1)  # it is older than those in the table
    app = visit("benchmarks", benchmark=spoilt)
    app.button(key=f"delete-{spoilt}-now").click().run()
    assert f"{spoilt} is deleted" in app.success[0].value


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sample SET wall_ns = x'0102030405' WHERE run IN (SELECT id FROM run WHERE benchmark = '{}')",
        "UPDATE run SET stage = 'zz' WHERE benchmark = '{}'",
        "UPDATE reading SET value = 1e999 WHERE run IN (SELECT id FROM run WHERE benchmark = '{}')",
        "UPDATE point SET point = '[]' WHERE benchmark = '{}'",
    ],
)
def test_damage_inside_one_benchmark_is_said_in_its_place_alone(visit, store, measured, statement):
    spoilt = scripted.measure(store, "int8-static")
    execute(store, statement.format(spoilt))
    app = visit(benchmark=spoilt)
    (said,) = [text.value for text in app.error]
    assert spoilt in said and "cannot be read" in said
    assert not visit(benchmark=measured).error
    app = visit("new_benchmark", task="product-images", models="lenet-5", recipes="int8-static", runtimes="onnxruntime")
    assert "Start measuring" in [button.label for button in app.button]
    assert [record.id for record in store.benchmarks()] == [spoilt, measured]


def test_a_database_that_was_moved_away_is_said_on_every_page_and_is_back_when_its_file_is(visit, home, measured):
    assert data.store().load(measured)
    away = home / "away"
    away.mkdir()
    for file in home.glob("odviz.db*"):
        file.rename(away / file.name)
    for page in PAGES:
        app = visit(page)
        assert "moved or deleted" in texts(app)
    assert not (home / "odviz.db").exists()
    for file in away.iterdir():
        file.rename(home / file.name)
    assert visit().session_state["benchmark"] == measured


def test_a_page_waits_once_for_a_lock_that_stays(visit, home, store, measured, monkeypatch):
    store.close()
    data.store().close()
    monkeypatch.setattr(engine, "WAIT_S", 0.5)
    monkeypatch.setattr(engine, "_AGAIN_S", 0.0)
    visit("benchmarks")
    data.store().close()
    waits = []
    real = engine._wait_s
    monkeypatch.setattr(engine, "_wait_s", lambda url: waits.append(real(url)) or waits[-1])
    with closing(sqlite3.connect(home / "odviz.db")) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        for page in PAGES:
            app = visit(page)
            assert ["is locked" in element.value for element in app.error] == [True]
    assert waits.count(0.5) == 1 and len(waits) > len(PAGES)


def test_a_benchmark_that_is_damaged_while_it_is_shown_makes_room_for_another(visit, store, measured):
    spoilt = scripted.measure(store, "int8-static")
    app = visit(benchmark=spoilt)
    execute(store, f"UPDATE benchmark SET plan = '' WHERE id = '{spoilt}'")
    app.run()
    assert not app.error and any(
        spoilt in element.value and "cannot be read" in element.value for element in app.warning
    )
    assert app.session_state["benchmark"] == measured
