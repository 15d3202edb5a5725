import queue
import sys
import threading
from dataclasses import replace

import pytest

from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Sensitivity
from odviz.ui import data, warm_up
from odviz.ui.parts import details, layout, table
from odviz.ui.parts.limits import LEAST
from tests.fakes import World, plan, point
from tests.ui import scripted
from tests.ui.scripted import as_read, texts
from tests.waiting import WAIT_S


def test_the_first_visit_offers_to_measure_and_shows_what_is_shipped(visit):
    app = visit(task="review-sentiment")
    assert "No benchmark" in texts(app)
    assert [button.label for button in app.button] == ["Measure now"]
    assert "review-sentiment" not in texts(app) and len(app.dataframe[0].value) == 3


def test_one_recommendation_comes_first_with_what_it_costs(visit, measured):
    app = visit()
    said = texts(app)
    assert "Ship this" in said and "LeNet-5" in said and "20 answers a second" not in said
    assert [metric.label for metric in app.metric] == ["Accuracy", "Latency", "Memory", "Relative energy", "File size"]
    assert app.metric[0].value == "95.0 %"
    assert "3 variants" in said
    assert app.dataframe[0].value["Recommendation"].tolist().count("recommended") == 1


def test_a_click_on_a_model_in_the_legend_hides_it_and_a_link_carries_that(visit, store):
    benchmark = scripted.measure(store, "int8-static", models=("lenet-5", "ds-cnn-0.25"))
    app = visit(benchmark=benchmark)
    legend = app.pills(key="shown-models")
    assert legend.value == ["lenet-5", "ds-cnn-0.25"] and "only" not in app.query_params
    assert len(app.dataframe[0].value) == 4
    legend.set_value(["ds-cnn-0.25"]).run()
    assert app.query_params["only"] == "ds-cnn-0.25" and len(app.dataframe[0].value) == 2
    again = visit(benchmark=benchmark, only="ds-cnn-0.25")
    assert again.pills(key="shown-models").value == ["ds-cnn-0.25"] and len(again.dataframe[0].value) == 2
    again.pills(key="shown-models").set_value([]).run()
    assert again.pills(key="shown-models").value == ["lenet-5", "ds-cnn-0.25"] and "only" not in again.query_params


def test_the_table_begins_with_the_recommended_variant_and_selects_what_it_shows(visit, measured):
    app = visit()
    shown = app.dataframe[0].value
    assert list(shown["Recommendation"]) == ["recommended", "", ""]
    assert list(shown["Accuracy (%)"]) == [95.0, 90.0, 80.0]
    headings = list(shown.columns)
    assert headings.index("Accuracy, interval") == headings.index("Accuracy (%)") + 1
    limited = visit(deadline="1.5").dataframe[0].value
    assert list(limited["Accuracy (%)"]) == [90.0, 95.0, 80.0] and limited["Breaks"][0] == ""


def test_on_a_phone_the_rows_are_cards_that_select(visit, measured, monkeypatch):
    monkeypatch.setattr(layout, "is_phone", lambda: True)
    monkeypatch.setattr(table, "is_phone", lambda: True)
    app = visit(deadline="1.5")
    assert not app.dataframe
    cards = [box for box in app.checkbox if box.label == "Select"]
    assert len(cards) == 3 and not any(box.value for box in cards)
    cards[0].check().run()
    assert app.query_params["pick"] == "1"  # int8, which alone keeps the limit
    assert "Breaks: deadline" in texts(app)
    next(box for box in app.checkbox if box.label == "Select").uncheck().run()
    assert "pick" not in app.query_params


def test_limits_say_how_many_satisfy_and_which_one_binds(visit, measured):
    app = visit()
    app.selectbox(key="deadline_need").set_value("exact").run()
    assert app.number_input(key="deadline").value == 100  # the need that was chosen before
    app.number_input(key="deadline").set_value(1.5).run()
    assert "**1 of 3 variants**" in texts(app) and "deadline binds" in texts(app)
    assert app.metric[0].value == "90.0 %"
    assert app.query_params["deadline"] == "1.5"


def test_limits_that_nothing_keeps_are_said_and_the_rest_of_the_page_stays(visit, measured):
    app = visit(accuracy="99")
    said = texts(app)
    assert "**0 of 3 variants**" in said and "comes nearest" in said
    assert "95.0 %, less than 99.0 %" in said and "accuracy 95.0 %" in said
    assert len(app.dataframe) == 1


def test_a_link_restores_the_state(visit, store, measured):
    scripted.measure(store, "int8-static")
    app = visit(benchmark=measured, deadline="2.5", pick="1")
    assert app.selectbox(key="benchmark").value == measured
    assert app.number_input(key="deadline").value == 2.5
    assert app.session_state["pick"] == (1,)
    assert "Int8" in texts(app) or "int8" in texts(app)


def test_a_link_that_makes_no_sense_says_so_in_sentences_and_the_rest_works(visit, measured):
    app = visit(task="nonsense", benchmark="zzzz", deadline="-3", accuracy="abc", pick="x", memory="inf", give="200")
    said = [warning.value for warning in app.warning]
    assert len(said) == 8 and measured in said.pop()
    assert all("in the address" in sentence for sentence in said)
    assert app.metric[0].value == "95.0 %"


def test_a_link_to_a_benchmark_of_another_task_says_so(visit, measured):
    app = visit(task="exercise", benchmark=measured)
    assert "another task, Product images" in texts(app)
    assert app.selectbox(key="task").value == "exercise" and "benchmark" not in app.query_params
    assert visit(benchmark=measured).selectbox(key="task").value == "product-images"
    assert visit(task="nonsense", benchmark=measured).selectbox(key="benchmark").value == measured


def test_a_selected_index_that_does_not_exist_is_left_out(visit, measured):
    app = visit(pick="99")
    assert not app.exception and app.metric


def test_a_failed_benchmark_says_why_and_shows_what_there_is(visit, store):
    crash = Failure(FailureKind.CRASH, "The child process was ended by SIGSEGV.")
    scripted.measure(store, "int8-static", world=World(faults={("int8-static", "time_block"): crash}))
    app = visit()
    assert [tab.label for tab in app.tabs][-1] == "Left out"
    app.session_state["show"] = "Left out"
    app.run()
    assert app.query_params["show"] == "left-out"
    assert "ended by SIGSEGV" in app.dataframe[0].value["Why"][0]


def test_a_link_opens_the_tab_that_was_open(visit, measured):
    app = visit(show="terms")
    assert app.session_state["show"] == "Terms" and not app.warning
    app = visit(show="left-out")  # nothing was left out of this one
    assert app.session_state["show"] == "All figures" and "show" not in app.query_params
    assert ", ".join(details._TABS) in texts(visit(show="x"))


def test_a_cancelled_benchmark_is_shown_as_one(visit, store):
    benchmark = scripted.queue(store, "int8-static")
    store.request_cancel(benchmark)
    app = visit()
    said = texts(app)
    assert "Stopped before it began" in said
    assert [button.label for button in app.button] == ["Continue measuring", "Measure now"]
    assert "0 variants" not in said and "Fronts" not in said


def test_a_benchmark_that_was_deleted_meanwhile_is_said_and_the_newest_shown(visit, store, measured):
    older = scripted.measure(store, "int8-static")
    app = visit(benchmark=older)
    store.delete(older)
    app.run()
    assert older in app.warning[0].value and "deleted" in app.warning[0].value
    assert app.selectbox(key="benchmark").value == measured and app.metric


def test_limits_that_are_far_too_small_or_zero_are_survived(visit, measured):
    app = visit(deadline="1e-300", give="0", memory="0")
    assert [element.value.split(" in the")[0] for element in app.warning] == ["“deadline=1e-300”", "“memory=0”"]
    assert app.number_input(key="give").value == 0
    app.selectbox(key="deadline_need").set_value("exact").run()
    app.number_input(key="deadline").set_value(1e-20).run()
    assert "**0 of 3 variants**" in texts(app)
    app.number_input(key="deadline").set_value(0.0).run()
    assert app.selectbox(key="deadline_need").value == "instant" and "deadline" not in app.query_params
    app.selectbox(key="deadline_need").set_value("none").run()
    assert "no limit is set" in texts(app) and app.query_params["deadline_need"] == "none"
    assert app.query_params["give"] == "0"


@pytest.mark.parametrize("typed", [1e-12, 0.000123456789, 1234.567891, 1e9])
def test_a_limit_in_the_address_is_the_one_that_was_typed(visit, measured, typed):
    app = visit()
    app.selectbox(key="deadline_need").set_value("exact").run()
    app.number_input(key="deadline").set_value(typed).run()
    again = visit(**dict(app.query_params))
    assert not again.warning
    assert again.number_input(key="deadline").value == max(typed, LEAST)


def test_limits_that_only_together_leave_nothing_say_so(visit, measured):
    said = texts(visit(accuracy="94", deadline="1.5"))
    assert "Each limit alone" in said
    assert "Each limit alone" not in texts(visit(accuracy="99", deadline="1.5"))


def test_a_selected_variant_shows_which_operators_stay_float(visit, measured, monkeypatch):
    rows = (Sensitivity("stem", 0.25, 0.1, True), Sensitivity("linear", 0.001, 0.9))
    monkeypatch.setattr(details, "sensitivities", lambda _: rows)
    app = visit(pick="1")
    table = app.dataframe[-1].value
    assert table["Operator"].tolist() == ["stem", "linear"] and table["Kept as"].tolist() == ["float", "int8"]
    assert table["Error alone in int8"].tolist() == ["25.00 %", "0.10 %"]


def test_variants_are_selected_and_cleared_by_name(visit, measured):
    app = visit(pick="1")
    chosen = app.multiselect(key="selection")
    assert chosen.value == [1]
    chosen.set_value([2, 0]).run()
    assert app.query_params["pick"] == "2.0" and len(app.download_button) >= 3
    app.multiselect(key="selection").set_value([]).run()
    assert app.session_state["pick"] == () and "pick" not in app.query_params


def test_a_link_to_a_benchmark_that_is_not_here_says_what_is_shown_instead(visit, measured):
    app = visit(task="product-images", benchmark="zzzzzzzz", pick="1.2")
    assert "no such benchmark" in texts(app) and measured in app.warning[1].value
    assert app.session_state["pick"] == () and measured in app.selectbox(key="benchmark").value


def test_one_device_run_in_two_ways_stands_beside_itself(visit, measured):
    app = visit(device="raspberry-pi-4", target="rpi4-ncnn-cpu4-fp", against="raspberry-pi-4")
    assert len(app.dataframe) == 2 and not app.exception
    heads = [as_read(element.value) for element in app.header]
    assert heads[-2:] == [
        "Raspberry Pi 4 Model B, ncnn on CPU, 4 threads",
        "Raspberry Pi 4 Model B, TFLite 2.7 on CPU, 4 threads",
    ]


def test_a_name_in_the_address_that_means_nothing_is_said(visit, measured):
    app = visit(colour="red", embed="true")
    assert "“colour=red”" in texts(app)
    assert "embed" not in texts(app)


def test_a_database_that_cannot_be_opened_is_said(visit, home, monkeypatch):
    (home / "odviz.db").write_text("this is no database, but long enough to be taken for one" * 50)
    app = visit()
    assert len(app.error) == 1 and "odviz.db" in app.error[0].value


def test_what_was_chosen_is_still_chosen_on_the_way_back(visit, measured):
    app = visit()
    app.selectbox(key="deadline_need").set_value("exact").run()
    assert app.number_input(key="deadline").value == 100  # the need that was chosen before
    app.number_input(key="deadline").set_value(1.5).run()
    app.switch_page("pages/this_machine.py").run()
    app.switch_page("pages/explore.py").run()
    assert app.number_input(key="deadline").value == 1.5


def test_another_device_shows_projections_and_what_stands_behind_them(visit, measured):
    app = visit(device="raspberry-pi-4")
    said = texts(app)
    assert "times are worked out from networks" in said and "Raspberry Pi 4" in said and "outside the" in said
    assert app.selectbox(key="target").value == "rpi4-tflite-cpu4-fp32"
    assert app.query_params["device"] == "raspberry-pi-4" and "target" not in app.query_params
    assert "projected" in app.dataframe[0].value["Latency is"].tolist()


def test_another_way_to_run_networks_there_can_be_chosen_and_linked(visit, measured):
    app = visit(device="raspberry-pi-4")
    app.selectbox(key="target").set_value("rpi4-ncnn-cpu4-fp").run()
    assert app.query_params["target"] == "rpi4-ncnn-cpu4-fp"
    assert visit(device="raspberry-pi-4", target="rpi4-ncnn-cpu4-fp").selectbox(key="target").value == (
        "rpi4-ncnn-cpu4-fp"
    )


def test_what_the_first_page_needs_is_loaded_and_analysed_when_the_server_starts(measured, monkeypatch):
    loaded, analysed = threading.Event(), queue.SimpleQueue()
    monkeypatch.setattr(data, "devices", loaded.set)
    monkeypatch.setattr(data, "view", analysed.put)
    warm_up._first_benchmark.clear()
    warm_up.start_server()
    assert analysed.get(timeout=WAIT_S) == measured and loaded.is_set()


def test_what_a_change_of_device_needs_is_loaded_after_the_first_drawing(visit, monkeypatch):
    loaded = threading.Event()
    monkeypatch.setattr(warm_up, "published_calibrations", loaded.set)
    warm_up.start.cache_clear()
    visit()
    assert loaded.wait(WAIT_S) and "scipy.optimize" in sys.modules


def test_two_devices_stand_side_by_side(visit, measured):
    app = visit(device="raspberry-pi-4", against="esp32-s3")
    assert len(app.dataframe) == 2
    said = texts(app)
    assert "No time is known" in said
    assert [as_read(element.value) for element in app.header][-2:] == [
        "Raspberry Pi 4 Model B",
        "Espressif ESP32-S3",
    ]


def test_a_device_is_not_compared_with_itself(visit, measured):
    app = visit(device="raspberry-pi-4", against="raspberry-pi-4")
    assert "same device" in app.error[0].value
    assert len(app.dataframe) == 1


def test_a_selection_made_on_one_machine_holds_on_another(visit, measured):
    app = visit(device="raspberry-pi-4", pick="1")
    assert any("Static int8" in element.value and r"Accuracy\:" in element.value for element in app.markdown)


def test_nonsense_about_devices_is_said_and_the_rest_works(visit, measured):
    app = visit(device="toaster", target="x", against="kettle")
    assert len(app.warning) == 3 and app.metric[0].value == "95.0 %"
    broken = visit(device="raspberry-pi-4", target="x")
    assert len(broken.warning) == 1 and broken.selectbox(key="target").value == "rpi4-tflite-cpu4-fp32"


def test_another_task_forgets_what_was_chosen_of_one_benchmark(visit, store, measured):
    app = visit(benchmark=measured, pick="1", only="lenet-5")
    app.selectbox(key="task").set_value("exercise").run()
    assert app.session_state["pick"] == () and "benchmark" not in app.query_params and "only" not in app.query_params
    assert not app.warning


def test_a_benchmark_is_found_however_many_came_after_it(visit, store, measured, monkeypatch):
    monkeypatch.setattr(data, "RECENT", 1)
    store.create_benchmark(replace(plan(), task="exercise", models=("cnn",)), [point()])
    app = visit(task="product-images")
    assert app.selectbox(key="benchmark").value == measured


def test_names_to_choose_are_those_of_the_charts(visit, measured):
    here, there = visit(), visit(device="raspberry-pi-4")
    assert any("ONNX Runtime" in option for option in here.multiselect(key="selection").options)
    assert not any("ONNX Runtime" in option for option in there.multiselect(key="selection").options)
