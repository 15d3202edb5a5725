"""What was chosen stays chosen: by hand, on another page, for another machine."""

import pytest

from odviz.services import suggestions
from tests.ui import scripted
from tests.ui.scripted import texts

PI = "raspberry-pi-4"


def turn_to(app, page):
    """Another page, by the menu."""
    app.switch_page(f"pages/{page}.py")
    app.query_params.clear()  # as a browser does
    app.run()
    assert not app.exception
    return app


def of(app):
    """What is to be measured."""
    return {key: app.multiselect(key=key).value for key in ("models", "recipes", "runtimes")}


def put(app, key, value):
    """Choose by hand."""
    app.multiselect(key=key).set_value(value).run()
    return app


def test_more_care_changes_what_was_suggested_and_nothing_that_was_chosen(visit):
    app = visit("new_benchmark", task="product-images")
    assert "suggested for a quick look" in texts(app)
    put(app, "models", ["lenet-5"])
    put(app, "recipes", ["fp16"])
    app.session_state["effort"] = "thorough"
    app.run()
    runtimes = list(suggestions.runtimes(quick=False))
    assert of(app) == {"models": ["lenet-5"], "recipes": ["fp16"], "runtimes": runtimes}
    assert "models, recipes. The rest is suggested" in texts(app)
    assert {"models", "recipes"} <= set(app.query_params) and "runtimes" not in app.query_params
    next(button for button in app.button if button.label == "Suggest everything again").click().run()
    assert len(of(app)["models"]) == 5 and "models" not in app.query_params


def test_recipes_that_nobody_chose_follow_the_models(visit):
    app = visit("new_benchmark", task="review-sentiment", models="minilm")
    assert of(app)["recipes"] == [str(recipe) for recipe in suggestions.recipes("review-sentiment", True, ["minilm"])]
    put(app, "models", ["textcnn"])
    assert of(app)["recipes"] == [str(recipe) for recipe in suggestions.recipes("review-sentiment", True, ["textcnn"])]


def test_what_was_chosen_like_a_suggestion_is_still_a_choice(visit):
    app = visit("new_benchmark", task="product-images")
    first, second = of(app)["models"]
    put(app, "models", [first])
    app.session_state["effort"] = "thorough"
    app.run()
    put(app, "models", [first, second])
    assert of(app)["models"] == [first, second]


def test_another_task_has_other_models_and_the_same_engines(visit):
    app = visit("new_benchmark", task="product-images", models="lenet-5", runtimes="litert")
    app.selectbox(key="task").set_value("exercise").run()
    assert of(app)["models"] == list(suggestions.models("exercise", True)) and of(app)["runtimes"] == ["litert"]


def test_the_task_is_the_same_on_both_pages(visit):
    app = turn_to(visit(task="review-sentiment"), "new_benchmark")
    assert app.selectbox(key="task").value == "review-sentiment"
    app.selectbox(key="task").set_value("exercise").run()
    assert turn_to(app, "explore").selectbox(key="task").value == "exercise"


def test_a_benchmark_of_the_task_before_is_not_shown_for_another(visit, measured):
    app = visit(benchmark=measured, pick="1")
    assert app.query_params["benchmark"] == measured
    turn_to(app, "new_benchmark").selectbox(key="task").set_value("exercise").run()
    turn_to(app, "explore")
    assert dict(app.query_params) == {"task": "exercise"} and not app.warning
    turn_to(app, "new_benchmark").selectbox(key="task").set_value("product-images").run()
    assert turn_to(app, "explore").selectbox(key="benchmark").value == measured


def links(app):
    """Where each link to another page leads, by its label."""
    return {link.proto.label: f"{link.proto.page}?{link.proto.query_string}" for link in app.get("page_link")}


def test_the_way_to_choose_what_to_measure_names_the_task(visit):
    where = links(visit(task="review-sentiment"))["Choose what to measure"]
    assert "benchmark" in where and "task=review-sentiment" in where


@pytest.mark.parametrize("page", ["new_benchmark", "benchmarks"])
def test_the_way_to_fronts_keeps_the_device_and_the_limits(visit, measured, page):
    app = turn_to(visit(device=PI, deadline="2.5", pick="1"), page)
    if page == "benchmarks":
        app.session_state["benchmark"] = measured
        app.run()
    where = next(where for label, where in links(app).items() if label.endswith("its fronts"))
    assert {f"device={PI}", "deadline=2.5", "task=product-images", f"benchmark={measured}"} <= set(
        where.partition("?")[2].split("&")
    )
    assert "pick" not in where


def test_why_to_measure_here_is_said_where_another_machine_is_asked_about(visit):
    assert "**Raspberry Pi 4 Model B**" in texts(visit(task="exercise", device=PI))
    assert "Why here" not in texts(visit(task="exercise"))


def test_a_stopped_benchmark_without_figures_offers_the_same_for_another_machine(visit, store):
    store.request_cancel(scripted.queue(store, "int8-static"))
    app = visit(device=PI)
    assert [button.label for button in app.button] == ["Continue measuring", "Measure now"]
    assert "Why here" in texts(app) and not app.dataframe
