"""The page Benchmarks: names, tags, notes, filters and order."""

from odviz.domain.label import BenchmarkLabel
from tests.ui import scripted
from tests.ui.scripted import texts, written

HOSTILE = "![p](https://evil.example/p.png) <b>x</b>"


def listed(app):
    return list(app.dataframe[0].value["Id"]) if app.dataframe else []


def test_rows_say_what_differs_between_them(visit, store, measured):
    waiting = scripted.queue(store, "int8-static", "fp16", models=("lenet-5", "resnet-8"))
    app = visit("benchmarks")
    table = app.dataframe[0].value
    assert list(table["Id"]) == [waiting, measured]
    assert table["Models"][0] != table["Models"][1] and table["Recipes"][0] != table["Recipes"][1]
    assert "Task" not in table and "The same in all: task Product images" in texts(app)


def test_a_label_is_written_in_the_form_and_shown_as_words(visit, store, measured):
    app = visit("benchmarks", benchmark=measured)
    app.text_input[-1].set_value(HOSTILE)
    app.multiselect[-1].set_value(["v2"])
    app.text_area[0].set_value("a note")
    app.checkbox[0].check()
    next(button for button in app.button if button.label == "Save").click().run()
    record = store.load(measured)
    assert (record.label, record.baseline) == (BenchmarkLabel(HOSTILE, ("v2",), "a note"), True)
    assert "![p]" not in written(app) and HOSTILE in texts(app) and "a note" in texts(app)
    assert app.dataframe[0].value["Name"][0] == HOSTILE and not app.error
    assert HOSTILE in visit("compare").selectbox(key="base").options[0]


def test_a_label_that_is_refused_changes_nothing(visit, store, measured):
    app = visit("benchmarks", benchmark=measured)
    app.text_input[-1].set_value("baseline")
    next(button for button in app.button if button.label == "Save").click().run()
    assert "baseline" in app.error[0].value and store.load(measured).label == BenchmarkLabel()


def test_filters_and_order_stand_in_the_address(visit, store, measured):
    other = scripted.queue(store, "fp16", models=("lenet-5",))
    store.set_label(measured, BenchmarkLabel("zebra", ("v2",)))
    assert listed(visit("benchmarks", state="queued")) == [other]
    assert listed(visit("benchmarks", tags="v2")) == [measured]
    assert listed(visit("benchmarks", text="ZEBRA")) == [measured]
    assert listed(visit("benchmarks", sort="name")) == [measured, other]
    app = visit("benchmarks", text="nothing of the kind")
    assert not listed(app) and "None of 2 benchmarks fits" in texts(app)
    app.text_input(key="text").set_value("").run()
    app.selectbox(key="state").select("done").run()
    assert listed(app) == [measured] and app.query_params["state"] == "done"


def test_a_filter_that_names_nothing_is_passed_over(visit, measured):
    app = visit("benchmarks", tags="v9", model="<b>", state="exploded", sort="weight")
    assert listed(app) == [measured] and len(app.warning) == 4
