"""Learn: each lesson through its whole way, locked predictions, pupils of a class, and measuring here."""

from dataclasses import replace

import pytest

from odviz.domain.errors import AnswerLocked
from odviz.domain.lesson import Prediction, Pupil, Range
from odviz.lessons import LESSONS, in_order
from odviz.services import lessons
from odviz.services.runner import Snapshot
from odviz.ui import data
from tests.ui.scripted import texts

NAMES = LESSONS.names()


def start(visit, name, **address):
    return visit("learn", lesson=name, **address)


def button(app, label):
    return next((one for one in app.button if label in one.label), None)


def lock(app, name="Ada", choice=None):
    """Give the middle prediction, or a choice, and lock it in."""
    for radio in app.radio:
        radio.set_value(choice)
    for field in app.text_input:
        field.input(name)
    button(app, "Lock in").click().run()
    assert not app.exception
    return app


def reveal(app):
    (button(app, "Reveal a recorded") or button(app, "Reveal the published")).click().run()
    assert not app.exception and not app.error
    return app


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_goes_its_whole_way(visit, home, name):
    app = start(visit, name)
    plugin = LESSONS[name]
    assert plugin.lesson.question.text in texts(app)
    before = lessons.example(plugin)[0].view.sentences[0]
    assert before not in texts(app) and plugin.lesson.sentence not in texts(app)
    app = lock(app, choice=next(iter(plugin.lesson.question.choices), None))
    assert "Ada predicted" in texts(app) and before not in texts(app)
    app = reveal(app)
    assert plugin.lesson.sentence in texts(app)
    answer = data.store().find_answer("", "Ada", name)
    assert answer.score is not None and answer.outcome.recorded
    assert f"{answer.score.points:z.0f}".replace("-", "−") + " points" in texts(app)
    for option in list(plugin.control.options)[1:]:
        app.segmented_control[0].set_value(option).run()
        assert not app.exception and not app.error
        assert plugin.change(lessons.example(plugin)[1], option).sentences[0].split("(")[0] in texts(app)


def test_the_list_has_every_lesson_and_what_the_pupil_has_done(visit, home):
    app = visit("learn")
    assert [one.value for one in app.subheader] == [
        f"{plugin.lesson.order}. {plugin.lesson.title}" for plugin in in_order()
    ]
    assert all(plugin.lesson.question.text in texts(app) for plugin in in_order())
    button(app, "Start").click().run()
    assert app.query_params["lesson"] == in_order()[0].name
    reveal(lock(app, choice="slower"))
    button(app, "All lessons").click().run()
    assert "100 points" in texts(app) and "Ada" in texts(app)


def test_nothing_is_locked_without_a_choice_or_a_name(visit, home):
    app = lock(start(visit, "slow-int8"))
    assert "Choose one" in texts(app) and data.store().answers() == ()
    app = lock(start(visit, "slow-int8"), name=" ", choice="slower")
    assert "name" in texts(app) and data.store().answers() == ()


def test_a_locked_prediction_has_no_form_any_more_and_a_second_one_is_refused(visit, home):
    app = lock(start(visit, "slow-int8"), choice="faster")
    assert not app.radio and not app.text_input and button(app, "Lock in") is None
    with pytest.raises(AnswerLocked):
        lessons.lock(data.store(), Pupil("Ada"), LESSONS["slow-int8"], Prediction("slower"))
    other = lock(start(visit, "slow-int8"), choice="slower")  # the same name in another window
    assert "Faster, by more" in texts(other)
    (kept,) = data.store().answers()
    assert kept.prediction == Prediction("faster")


def test_a_pupil_of_a_class_answers_without_a_right_to_measure(visit, home):
    app = start(visit, "slow-int8")
    app.session_state["_pupil"] = Pupil("<b>Bo</b>", "7b", may_measure=False)
    app.run()
    assert not app.text_input
    app = lock(app, choice="slower")
    assert button(app, "Measure") is None and "teacher measures" in texts(app)
    app = reveal(app)
    assert "<b>Bo</b> predicted" in texts(app)
    assert not [one for one in app.expander if "teachers" in one.label]
    (kept,) = data.store().answers("7b")
    assert kept.pupil == "<b>Bo</b>" and kept.score.right


@pytest.fixture
def queue(monkeypatch):
    """Ids of benchmarks that were to be run; none is."""
    queued = []
    monkeypatch.setattr(data.runner().__class__, "add", lambda self, benchmark: queued.append(benchmark))
    return queued


def test_a_lesson_is_measured_here_and_revealed_from_that(visit, home, monkeypatch, queue):
    plugin = LESSONS["slow-int8"]
    app = lock(start(visit, "slow-int8"), choice="slower")
    button(app, "Measure it here").click().run()
    (queued,) = queue
    assert data.store().load(queued).plan == plugin.plan
    monkeypatch.setattr(type(data.runner()), "snapshot", Snapshot(benchmark=queued))
    app.run()
    assert "Measuring Product images" in texts(app) and button(app, "Reveal") is None
    monkeypatch.setattr(type(data.runner()), "snapshot", Snapshot())
    recorded = lessons.recorded(plugin.plan)
    record = replace(recorded.data.record, id=queued)
    monkeypatch.setattr(lessons, "measured", lambda store, plan: record)
    here = replace(recorded, data=replace(recorded.data, record=record), recorded=False)
    monkeypatch.setattr(data, "evidence", lambda identity: here)
    app.run()
    assert button(app, "Reveal: measured here") and button(app, "Measure again")
    button(app, "Reveal: measured here").click().run()
    assert not app.exception and "Measured on this computer" in texts(app)
    assert not data.store().answers()[0].outcome.recorded


def test_while_something_else_is_measured_the_recorded_measurement_is_shown(visit, home, monkeypatch):
    monkeypatch.setattr(data.store().__class__, "is_measuring", lambda self: True)
    app = lock(start(visit, "slow-int8"), choice="slower")
    assert button(app, "Measure") is None and "measuring something else" in texts(app)
    assert "Recorded earlier" in texts(reveal(app))


def test_a_runtime_that_is_missing_leaves_the_recorded_measurement(visit, home, monkeypatch):
    monkeypatch.setattr(lessons, "why_not_here", lambda plan: "tflite-runtime is not installed.")
    app = lock(start(visit, "same-file-other-answer"))
    assert button(app, "Measure") is None and "not installed" in texts(app)
    reveal(app)


def test_a_deleted_benchmark_leaves_the_figure(visit, home):
    app = lock(start(visit, "slow-int8"), choice="slower")
    (answer,) = data.store().answers()
    here = replace(lessons.recorded(LESSONS["slow-int8"].plan), recorded=False)
    lessons.reveal(data.store(), answer, LESSONS["slow-int8"], here)
    app.run()
    assert "was deleted" in texts(app) and "Right" in texts(app) and not app.exception


def test_teachers_see_answers_and_calibration(visit, home):
    for name, high in (("Ada", 60.0), ("Bo", 1.0)):
        answer = lessons.lock(data.store(), Pupil(name), LESSONS["hidden-group"], Prediction(range=Range(0.0, high)))
        lessons.reveal(data.store(), answer, *_example("hidden-group"))
    app = start(visit, "hidden-group")
    assert "Of 2 ranges" in texts(app) and "50.0 %" in texts(app)
    table = app.dataframe[0].value
    assert list(table["Pupil"]) == ["Ada", "Bo"]


def _example(name):
    plugin = LESSONS[name]
    return plugin, lessons.recorded(plugin.plan)
