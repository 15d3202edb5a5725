import threading

import pytest

from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import State
from odviz.execution.executor import execute
from odviz.ui import data
from tests.fakes import TOY, World, runner_of
from tests.ui import scripted
from tests.ui.scripted import texts
from tests.waiting import WAIT_S

BLOCKS = scripted.EFFORT.launches * scripted.EFFORT.rounds
"""Blocks that are timed at least; more where the machine is slowed down meanwhile."""


@pytest.fixture
def scripted_runner(monkeypatch):
    """What the page's runner runs is scripted."""

    def run(store, benchmark, report, on_session):
        world = World(**scripted.WORLD)
        execute(store, benchmark, TOY, report, on_session, make_child=world.child)

    monkeypatch.setattr(data, "Runner", lambda store: runner_of(store, run))


def start(app):
    """The button that begins to measure."""
    return next(button for button in app.button if button.label == "Start measuring")


def test_benchmark_says_what_a_plan_comes_to_and_how_long_it_takes(visit):
    app = visit("new_benchmark", task="review-sentiment", models="bag", recipes="int8-static", runtimes="onnxruntime")
    assert "**2 variants** (operating points)" in texts(app)
    assert not start(app).disabled


def test_benchmark_runs_what_was_chosen_and_shows_how_it_ended(visit, scripted_runner, store):
    app = visit("new_benchmark", task="review-sentiment", models="bag", recipes="int8-static", runtimes="onnxruntime")
    start(app).click().run()
    assert data.runner().join(WAIT_S)
    app.run()
    assert "Bag of words" in texts(app) and "finished" in texts(app)
    assert store.benchmarks()[0].plan.models == ("bag",)


def test_a_recipe_that_nothing_can_take_is_a_sentence(visit):
    app = visit(
        "new_benchmark", task="review-sentiment", models="bag", recipes="prune-structured:33", runtimes="onnxruntime"
    )
    assert "33 %" in app.error[0].value


def test_a_recipe_that_none_of_the_engines_takes_is_left_out_and_the_rest_can_start(visit):
    app = visit(
        "new_benchmark", task="review-sentiment", models="minilm", recipes="int8-weight-only", runtimes="onnxruntime"
    )
    assert "int8-weight-only" in app.error[0].value  # alone it leaves nothing to do
    app = visit(
        "new_benchmark",
        task="review-sentiment",
        models="minilm",
        recipes="int8-weight-only;fp16",
        runtimes="onnxruntime",
    )
    assert not app.error and not start(app).disabled
    assert "**2 variants** (operating points)" in texts(app)
    assert any(element.label == "Left out (1)" for element in app.expander)


def test_a_recipe_keeps_its_persons_name_in_the_address(visit):
    app = visit(
        "new_benchmark", task="review-sentiment", models="bag", recipes="A _b_ = int8-dynamic", runtimes="onnxruntime"
    )
    assert app.session_state["recipes"] == ["A _b_ = int8-dynamic"] and not app.warning
    assert app.query_params["recipes"] == "A _b_ = int8-dynamic"
    both = visit(
        "new_benchmark", task="review-sentiment", models="bag", recipes="fp16;till=int8-dynamic", runtimes="onnxruntime"
    )
    assert both.session_state["recipes"] == ["fp16", "till = int8-dynamic"]
    old = visit(
        "new_benchmark", task="review-sentiment", models="bag", recipes="fp16 int8-dynamic", runtimes="onnxruntime"
    )
    assert old.session_state["recipes"] == ["fp16", "int8-dynamic"]


def test_recipes_that_make_no_sense_are_all_named_and_nothing_else_is_lost(visit):
    app = visit("new_benchmark", task="review-sentiment", models="bag", recipes="int8-static", runtimes="litert")
    app.session_state["recipes"] = ["int8-static", "melt", "prune-magnitude:180"]
    app.run()
    assert "melt" in app.error[0].value and "180" in app.error[0].value
    assert start(app).disabled
    app.session_state["recipes"] = ["int8-static"]
    app.run()
    assert app.multiselect(key="runtimes").value == ["litert"] and not start(app).disabled


def test_a_link_to_a_benchmark_that_makes_no_sense_is_said(visit):
    app = visit("new_benchmark", task="nonsense", runtimes="abacus", threads="0", effort="heroic", recipes="melt")
    assert len(app.warning) == 5
    good = visit("new_benchmark", task="product-images", recipes="int8-static;melt", models="lenet-5,lenet-5")
    assert good.multiselect(key="recipes").value == ["int8-static"]
    assert "“recipes=melt”" in good.warning[0].value and len(good.warning) == 1
    assert good.multiselect(key="models").value == ["lenet-5"]


def test_recipes_of_one_name_are_told(visit):
    app = visit("new_benchmark", task="product-images", recipes="a = int8-static;a = int8-dynamic")
    assert "several are named “a”" in app.error[0].value


def test_models_of_another_task_are_left_out_with_a_word(visit):
    app = visit("new_benchmark", task="product-images", models="minilm,lenet-5")
    assert app.multiselect(key="models").value == ["lenet-5"]
    assert "minilm cannot be chosen" in texts(app)


def test_what_was_left_in_nobodys_line_is_offered_everywhere(visit, scripted_runner, store):
    left = scripted.queue(store, "int8-static")
    for page, address in (("new_benchmark", {}), ("benchmarks", {"benchmark": left}), ("explore", {"benchmark": left})):
        app = visit(page, **address)
        assert [button for button in app.button if button.label == "Run it now"], page
        assert "See its progress" not in texts(app)
    next(button for button in app.button if button.label == "Run it now").click().run()
    assert data.runner().join(WAIT_S) and store.load(left).state is State.DONE


def test_a_run_whose_workers_were_killed_is_not_simply_finished(visit, store):
    crash = Failure(FailureKind.CRASH, "The child process crashed with SIGKILL (killed).")
    scripted.measure(store, "int8-static", world=World(**scripted.WORLD, faults={("int8-static", "time_block"): crash}))
    assert "The child process crashed" in texts(visit("new_benchmark"))


def test_after_a_cancelled_benchmark_the_page_says_so(visit, store):
    store.request_cancel(scripted.queue(store))
    app = visit("new_benchmark")
    assert "Stopped before it began" in texts(app)


def test_one_that_was_disturbed_says_so_and_goes_on_where_it_ended(visit, scripted_runner, store, same_machine):
    busy = World(**scripted.WORLD, cpu_share=0.8)
    measured = scripted.measure(store, "int8-static", world=busy)
    before = len(store.blocks(measured)[scripted.point().key])
    app = visit("new_benchmark")
    assert "2 of 2 variants" in app.warning[0].value and "noisy" in app.warning[0].value
    next(button for button in app.button if button.label == "Continue measuring").click().run()
    assert data.runner().join(WAIT_S)
    assert len(store.blocks(measured)[scripted.point().key]) >= before + BLOCKS


@pytest.fixture
def held(monkeypatch):
    """The page's runner stops as it begins to time: an event that says so, and one that lets it go on."""
    busy, go = threading.Event(), threading.Event()
    world = World(**scripted.WORLD)

    def hold(_, do):
        if do == "time_block":
            busy.set()
            go.wait(WAIT_S)

    def run(store, benchmark, report, on_session):
        execute(store, benchmark, TOY, report, on_session, make_child=world.child)

    world.hook = hold
    monkeypatch.setattr(data, "Runner", lambda store: runner_of(store, run))
    yield busy, go
    go.set()
    assert data.runner().join(WAIT_S)


def test_benchmarks_show_what_runs_and_lead_to_how_far_it_is(visit, held, store):
    busy, go = held
    running = scripted.queue(store)
    data.runner().add(running)
    assert busy.wait(WAIT_S)
    app = visit("benchmarks", benchmark=running)
    assert list(app.dataframe[0].value["State"]) == ["running"]
    assert "Stop it anyway" in [button.label for button in app.button]
    go.set()
    assert data.runner().join(WAIT_S)
    app.run()
    assert list(app.dataframe[0].value["State"]) == ["finished"]
    assert "Continue measuring" in [button.label for button in app.button]


def test_what_another_window_started_is_stopped_only_knowingly_and_its_end_is_shown(visit, held, store):
    busy, go = held
    first, second = scripted.queue(store), scripted.queue(store, "int8-static")
    for benchmark in (first, second):
        data.runner().add(benchmark)
    assert busy.wait(WAIT_S)
    app = visit("new_benchmark")
    labels = [button.label for button in app.button]
    assert "Stop anyway" in labels and "Remove anyway" in labels and "Stop" not in labels
    assert "another window" in texts(app)
    app.button(key=f"stop-{first}").click().run()
    go.set()
    assert data.runner().join(WAIT_S)
    assert store.load(first).state is State.CANCELLED and store.load(second).state is State.DONE
    busy.clear()
    go.clear()
    third = scripted.queue(store)
    data.runner().add(third)
    assert busy.wait(WAIT_S)
    app.run()
    assert f"({first}), stopped." in texts(app) and f"Measuring Product images: LeNet-5 ({third})" in texts(app)


def test_a_place_in_line_is_said_before_and_after_it_is_taken(visit, held, store):
    busy, _ = held
    data.runner().add(scripted.queue(store))
    assert busy.wait(WAIT_S)
    app = visit("new_benchmark", task="review-sentiment", models="bag", recipes="int8-static", runtimes="onnxruntime")
    assert "behind 1 other" in texts(app)
    start(app).click().run()
    assert "number 1 in the queue" in texts(app) and "behind 2 others" in texts(app)
    said = [text.value for text in app.markdown]
    (place,) = [place for place, text in enumerate(said) if text.startswith("**Number 1 in the queue:**")]
    assert "Bag of words" in said[place] and place < len(said) - 1
    assert sum("so far" in text for text in said) == 1 and "0 blocks timed" in said_of(app)


def said_of(app):
    """What stands over the bars of progress."""
    return "\n".join(element.proto.text for element in app.get("progress"))


def test_all_models_are_measured_from_where_only_one_was(visit, scripted_runner, store, measured):
    app = visit()
    said = texts(app)
    assert "**1 of 5 models**" in said and "3.8 points more accurate" in said and "wide: accuracy 93.3 %" in said
    next(button for button in app.button if button.label == "Measure all 5 models").click().run()
    new = store.benchmarks()[0]
    assert len(new.plan.models) == 5 and app.session_state["benchmark"] == new.id != measured
    assert data.runner().join(WAIT_S)
    app.run()
    assert "5 models" not in texts(app)
    assert "**1 of 5 models**" in texts(visit(benchmark=measured))
    assert "Measure all 5 models" not in [button.label for button in visit(benchmark=measured).button]


def test_what_cannot_go_on_says_why(visit, measured):
    app = visit("new_benchmark")
    next(button for button in app.button if button.label == "Continue measuring").click().run()
    assert "changed since" in app.error[0].value


def test_benchmarks_are_listed(visit, store, measured):
    failed = scripted.queue(store)
    store.request_cancel(failed)
    app = visit("benchmarks")
    table = app.dataframe[0].value
    assert list(table["Id"]) == [failed, measured]
    assert list(table["State"]) == ["stopped", "finished"]


def test_what_is_chosen_stays_chosen_when_a_new_benchmark_comes_and_only_it_is_deleted(visit, store, measured):
    app = visit("benchmarks")
    app.session_state["benchmark"] = measured
    app.run()
    newer = scripted.measure(store, "int8-static")
    app.run()
    assert list(app.session_state["benchmarks"]["selection"]["rows"]) == [1]
    next(button for button in app.button if button.label == "Delete it").click().run()
    assert [record.id for record in store.benchmarks()] == [newer]
    assert f"({measured}) is deleted" in app.success[0].value
    assert not [button for button in app.button if button.label == "Delete it"]


def test_a_link_opens_a_benchmark_and_nonsense_is_said(visit, measured):
    app = visit("benchmarks", benchmark=measured)
    assert f"({measured})" in texts(app) and app.query_params["benchmark"] == measured
    strange = visit("benchmarks", benchmark="zzzz")
    assert "“benchmark=zzzz”" in texts(strange) and "Choose a row" in texts(strange)
    assert "benchmark" not in strange.query_params


def test_one_that_was_deleted_meanwhile_is_said(visit, store, measured):
    app = visit("benchmarks", benchmark=measured)
    store.delete(measured)
    scripted.measure(store)
    app.run()
    assert f"{measured} was deleted" in texts(app)


def test_any_benchmark_that_has_ended_can_go_on(visit, store, scripted_runner, same_machine):
    older = scripted.measure(store, "int8-static")
    scripted.measure(store, "int8-static")
    before = len(store.blocks(older)[scripted.point().key])
    app = visit("benchmarks")
    app.session_state["benchmark"] = older
    app.run()
    next(button for button in app.button if button.label == "Continue measuring").click().run()
    assert data.runner().join(WAIT_S)
    assert len(store.blocks(older)[scripted.point().key]) >= before + BLOCKS


def test_without_benchmarks_the_page_says_what_to_do(visit):
    app = visit("benchmarks")
    assert "no benchmark yet" in texts(app) and not app.dataframe


def test_this_machine_says_what_it_can_measure(visit):
    said = texts(visit("this_machine"))
    assert "ONNX Runtime" in said and "What can be measured" in said


def test_devices_names_this_machine(visit):
    assert "This machine" in texts(visit("devices"))


@pytest.mark.parametrize("page", ["explore", "new_benchmark", "benchmarks", "this_machine", "devices"])
def test_pages_survive_a_damaged_database(visit, home, page):
    (home / "odviz.db").write_text("this is no database, but long enough to be taken for one" * 50)
    app = visit(page)
    assert app.title and (page == "devices" or app.error)
