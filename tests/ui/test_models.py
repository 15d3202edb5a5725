"""The page with a person's own models: adding, correcting, removing."""

import io

import numpy as np
import pytest

from odviz.services import own_models
from odviz.tasks import TASKS
from tests.toys.colours import network, pictures
from tests.ui.scripted import texts

pytestmark = pytest.mark.real


@pytest.fixture
def files(tmp_path):
    """Bytes of a model and of data."""
    items, labels = pictures()
    data = io.BytesIO()
    np.savez(data, x=items, y=labels)
    return network(tmp_path / "colours.onnx").read_bytes(), data.getvalue()


def press(app, label):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def add(app, model, data):
    app.file_uploader[0].set_value([("colours.onnx", model, "application/octet-stream")])
    app.file_uploader[1].set_value(("items.npz", data, "application/octet-stream"))
    app.run()
    return press(app, "Find out how they fit, and add")


def test_without_files_nothing_can_be_added(visit):
    app = visit("models")
    assert [button.disabled for button in app.button if button.label.startswith("Find out")] == [True]


def test_a_model_is_added_corrected_and_removed(visit, files):
    app = add(visit("models"), *files)
    assert "colours is added" in texts(app) and "divided by 255" in texts(app)
    assert [model.name for model in own_models.models()] == ["colours"]
    app.selectbox[0].select("as stored").run()
    press(app, "Use this")
    assert own_models.own_task("colours").preparation.label == "as stored"
    press(app, "Delete it")
    assert not own_models.models() and "colours" not in TASKS


def test_data_that_do_not_fit_are_refused_in_words(visit, files):
    data = io.BytesIO()
    np.savez(data, x=np.zeros((60, 5)), y=np.zeros(60))
    app = add(visit("models"), files[0], data.getvalue())
    assert any("do not fit" in error.value for error in app.error)
    assert not own_models.models()
