"""The page with models of the user's own, valid and broken."""

import hashlib
import json

import pytest

from odviz.library.models import RECORD
from odviz.library.sources import user
from tests.ui.scripted import texts

TASK = "product-images"


@pytest.fixture
def models():
    """A valid model "mine" without a recorded accuracy, and a broken one, "broken"."""
    folder = user().models.path / TASK
    for name in ("mine", "broken"):
        (folder / name).mkdir(parents=True)
        (folder / name / RECORD).write_text("{}")
    file = {
        "path": f"{TASK}/mine/net.onnx",
        "sha256": hashlib.sha256(b"net").hexdigest(),
        "bytes": 3,
        "layout": "channels-first",
    }
    record = {"title": "My network", "checkpoints": [{"macs": 9, "parameters": 3, "artifacts": {"onnx": file}}]}
    (folder / "mine" / RECORD).write_text(json.dumps(record))


@pytest.mark.usefixtures("models")
def test_a_user_model_is_offered_and_a_broken_one_is_reported(visit):
    app = visit("new_benchmark", task=TASK)
    (choice,) = (widget for widget in app.multiselect if widget.label == "Models")
    assert "My network" in choice.options and "broken" not in choice.options
    assert "broken/record.json" in texts(app)


@pytest.mark.usefixtures("models")
def test_a_user_model_is_listed_on_the_empty_page(visit):
    tables = visit(task=TASK).dataframe
    assert any("My network" in table.value["Model"].tolist() for table in tables if "Model" in table.value)
