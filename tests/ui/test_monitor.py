"""The page on which a log of a device is compared with a benchmark."""

import json

import numpy as np
import pytest

from odviz.analysis import benchmark_data
from odviz.analysis.item_groups import KnownItems
from odviz.domain.incident import IncidentCause, IncidentEnd
from odviz.services.incidents import incidents
from odviz.tasks import TASKS
from tests.fakes import TOY
from tests.ui.scripted import TASK, texts


@pytest.fixture
def known(monkeypatch):
    """The scripted predictions are of these targets, which the task's own items do not have."""
    monkeypatch.setattr(benchmark_data, "known_items", lambda *_: KnownItems(TOY.test().targets))


def log(predictions):
    classes = TASKS[TASK].classes()
    rows = [
        {"time": 1_700_000_000 + 60 * place, "prediction": classes[own], "confidence": 1.0, "latency_ms": 1.9}
        for place, own in enumerate(predictions)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def upload(app, content):
    app.file_uploader[0].set_value(("a.jsonl", content, "application/json")).run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def test_without_benchmarks_it_leads_to_measuring(visit):
    assert "Nothing of this task was measured" in texts(visit("monitor"))


def test_without_a_log_it_says_what_one_is(visit, measured):
    app = visit("monitor", benchmark=measured)
    assert "latency_ms" in texts(app) and not app.subheader and not app.error


@pytest.mark.usefixtures("known")
def test_a_log_without_a_change_has_no_alarm(visit, measured):
    app = upload(visit("monitor", benchmark=measured), log(np.arange(400) % 4))
    assert "No alarm in 400 answers" in app.subheader[0].value
    assert len(app.dataframe) == 1 and not app.error


@pytest.mark.usefixtures("known")
def test_alarms_are_a_sentence_and_a_table_and_a_deadline_changes_them(visit, measured):
    app = upload(visit("monitor", benchmark=measured), log(np.r_[np.arange(400) % 4, np.zeros(400, int)]))
    alarms = app.dataframe[0].value
    assert "is predicted" in app.subheader[0].value and len(alarms) >= 1
    app.number_input(key="deadline-ms").set_value(1.0).run()
    assert len(app.dataframe[0].value) == len(alarms) + 1
    assert any("take longer than 1.00 ms" in text for text in app.dataframe[0].value["What"])


@pytest.mark.usefixtures("known")
def test_a_log_that_does_not_fit_is_refused_in_its_place(visit, measured):
    app = upload(visit("monitor", benchmark=measured), b'{"time": 1, "prediction": "<b>hat</b>", "confidence": 1}\n')
    assert "line 1" in app.error[0].value and "<b>" not in app.error[0].value and not app.subheader


def test_a_variant_whose_items_are_others_by_now_is_refused(visit, measured):
    app = upload(visit("monitor", benchmark=measured), log([0]))
    assert "cannot be monitored" in app.error[0].value


@pytest.mark.usefixtures("known")
def test_an_alarm_becomes_an_incident_which_is_closed_with_its_cause(visit, measured, store):
    app = upload(visit("monitor", benchmark=measured), log(np.zeros(400, int)))
    app.text_input(key="who-alarm").set_value("Ada")
    app.text_input(key="note-alarm").set_value("since [spring](https://x.org)")
    next(button for button in app.button if button.label == "Open an incident").click().run()
    assert "Incident 1 is open" in app.success[0].value and "(https://x.org)" not in texts(app).replace("](", "")
    (record,) = incidents(store)
    assert record.incident.who == "Ada" and record.incident.benchmark == measured
    assert not [button for button in app.button if button.label == "Open an incident"]
    close = next(button for button in app.button if button.label == "Close it")
    close.click().run()
    assert app.error and incidents(store) == (record,)
    app.selectbox(key="end-1").select(IncidentEnd.RELABELLED)
    app.selectbox(key="cause-close-1").select(IncidentCause.INPUTS)
    next(button for button in app.button if button.label == "Close it").click().run()
    (record,) = incidents(store)
    assert (record.closure.cause, record.closure.end) == (IncidentCause.INPUTS, IncidentEnd.RELABELLED)
    assert not [button for button in app.button if button.label == "Close it"] and "closed" in app.success[0].value
