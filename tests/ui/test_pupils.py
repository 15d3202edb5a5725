"""Every page as a pupil of a class sees it: nothing there changes anything, and nothing starts."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from odviz.domain.errors import Forbidden
from odviz.domain.lesson import Prediction
from odviz.domain.recipe import Recipe
from odviz.lessons import in_order
from odviz.library import rights
from odviz.library.devices import device_files
from odviz.services import benchmark, lessons, own_models, transfer, user_devices, variants
from odviz.services.classroom import ADDRESS_VARIABLE, Classroom
from odviz.ui import class_server, data, navigation
from odviz.ui.class_access import open_class
from odviz.ui.navigation import PAGES, PUPIL_PAGES

REFUSED = "Only the teacher can do that"


@pytest.fixture
def room(monkeypatch):
    monkeypatch.setenv(ADDRESS_VARIABLE, "192.168.1.5")
    opened = Classroom()
    open_class(opened)
    rights.check_by(class_server._check)
    yield opened
    open_class(None)
    rights.check_by(None)


@pytest.fixture
def pupil(room, monkeypatch):
    """Whoever looks at a page is this pupil."""
    visitor = room.visitor(room.join(room.code, "Ada", "192.168.1.7"))
    monkeypatch.setattr(class_server, "visitor", lambda: visitor)
    return visitor


def everything(home):
    """All rows of the database but answers, and all other files of the home but the lease, which looking may make."""
    with closing(sqlite3.connect(home / "odviz.db")) as connection:
        rows = [line for line in connection.iterdump() if not line.startswith('INSERT INTO "answer"')]
    paths = [path for path in home.rglob("*") if path.is_file() and not path.is_relative_to(home / "lease")]
    return rows, {path: path.read_bytes() for path in paths if "odviz.db" not in path.name}


def words(app):
    return " ".join(element.value for kind in (app.error, app.warning, app.info) for element in kind)


@pytest.mark.usefixtures("pupil", "measured")
@pytest.mark.parametrize("page", PAGES)
def test_no_page_lets_a_pupil_change_anything(page, visit, home, monkeypatch):
    monkeypatch.setattr(navigation, "PUPIL_PAGES", tuple(PAGES))  # as if the menu hid nothing
    before = everything(home)
    app = visit(page)
    for number in range(len(app.button)):
        if number < len(app.button) and not app.button[number].disabled:
            app.button[number].click().run()
            assert not app.exception
    for button in [one for one in app.button if "elete" in one.label and not one.disabled]:
        button.click().run()
    assert everything(home) == before
    assert not data.runner().snapshot.active


@pytest.mark.usefixtures("pupil", "measured")
@pytest.mark.parametrize("page", [name for name in PAGES if name not in PUPIL_PAGES])
def test_other_pages_are_not_drawn_for_pupils(page, visit):
    app = visit(page)
    assert "teacher" in words(app) and not app.button and not app.title


@pytest.mark.usefixtures("pupil", "measured")
def test_a_pupil_sees_results(visit):
    app = visit()
    assert app.subheader and not app.error and REFUSED not in words(app)
    assert not [one for one in app.button if one.label in ("Continue measuring", "Measure now")]


@pytest.mark.usefixtures("room", "measured")
def test_somebody_unknown_may_do_no_more_than_a_pupil(visit, home, monkeypatch):
    monkeypatch.setattr(class_server, "visitor", lambda: None)
    before = everything(home)
    assert "teacher" in words(visit("new_benchmark"))
    assert everything(home) == before


@pytest.mark.usefixtures("measured")
def test_the_teacher_has_all_pages(room, visit, monkeypatch):
    monkeypatch.setattr(class_server, "visitor", lambda: room.teacher)
    assert visit("benchmarks").dataframe and REFUSED not in words(visit("new_benchmark"))


def test_services_refuse_a_pupil_whatever_a_page_asks(room, pupil, store, measured, home, tmp_path):
    text = device_files()["raspberry-pi-4"].read_text("utf-8")
    actions = {
        "submit": lambda: benchmark.submit(store, store.load(measured).plan),
        "resume": lambda: store.reopen(measured),
        "delete": lambda: benchmark.delete(store, measured),
        "run": lambda: data.runner().add(measured),
        "import": lambda: transfer.import_benchmark(store, b"", "x.zip"),
        "model": lambda: own_models.add([tmp_path / "net.onnx"]),
        "remove": lambda: own_models.remove(store, "product-images", "lenet-5"),
        "device": lambda: user_devices.save("mine", text, replace=True),
        "file of a device": lambda: user_devices.content_of("mine"),
        "removal of a device": lambda: user_devices.remove("mine"),
        "variants": lambda: variants.make_all("product-images", ["lenet-5"], [Recipe()], ["onnx"]),
        "answers": store.delete_answers,
    }
    (tmp_path / "net.onnx").write_bytes(b"x")
    user_devices.save("mine", text)
    before = everything(home)
    rights.check_by(lambda right: room.check(pupil, right))
    for name, action in actions.items():
        with pytest.raises(Forbidden):
            raise AssertionError(f"{name}: {action()}")
    assert everything(home) == before


def test_the_teacher_reveals_to_all_at_once(room, visit, monkeypatch):
    name = in_order()[0].name
    token = room.join(room.code, "Ada", "192.168.1.7")
    monkeypatch.setattr(class_server, "visitor", lambda: room.visitor(token))
    page = visit("learn", lesson=name)
    assert not [one for one in page.text_input if "name" in one.label]  # it was given when joining
    page.radio[0].set_value(next(iter(in_order()[0].lesson.question.choices)))
    page.button[1].click().run()
    (answer,) = data.store().answers(room.name)
    assert (answer.pupil, answer.lesson) == ("Ada", name)
    assert not [one for one in visit("learn", lesson=name).button if "Reveal" in one.label]

    monkeypatch.setattr(class_server, "visitor", lambda: room.teacher)
    page = visit("learn", lesson=name)
    assert "1 of 1" in " ".join(one.value for one in page.markdown)
    next(one for one in page.button if one.label == "Reveal to the class").click().run()
    assert room.revealed == {name}

    monkeypatch.setattr(class_server, "visitor", lambda: room.visitor(token))
    assert [one for one in visit("learn", lesson=name).button if "Reveal" in one.label]


@pytest.mark.usefixtures("store")
def test_to_reveal_a_recorded_measurement_writes_no_file(pupil, room, visit, home):
    plugin = next(one for one in in_order() if one.plan and one.lesson.question.choices)
    lessons.lock(data.store(), pupil.pupil, plugin, Prediction(next(iter(plugin.lesson.question.choices))))
    room.reveal(plugin.name)
    lessons._recorded.cache_clear()
    before = everything(home)
    page = visit("learn", lesson=plugin.name)
    next(one for one in page.button if one.label == "Reveal a recorded measurement").click().run()
    assert not page.error and everything(home) == before
    (answer,) = data.store().answers(room.name)
    assert answer.outcome.recorded


def test_thirty_pupils_join_and_predict_at_once(room, store):
    plugin = in_order()[0]
    prediction = Prediction(next(iter(plugin.lesson.question.choices)))
    who = threading.local()
    rights.check_by(lambda right: room.check(who.visitor, right))

    def take_part(number):
        who.visitor = room.visitor(room.join(room.code, f"pupil {number}", "192.168.1.7"))
        lessons.lock(store, who.visitor.pupil, plugin, prediction)
        with pytest.raises(Forbidden):
            store.delete_answers()
        return who.visitor.pupil.name

    with ThreadPoolExecutor(30) as pool:
        names = sorted(pool.map(take_part, range(30)))
    assert names == sorted(one.pupil for one in store.answers(room.name)) and len(set(names)) == 30
    assert len(room.pupils) == 30
