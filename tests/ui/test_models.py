"""The page with a person's own models: adding, correcting, removing."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from odviz.services import own_models
from odviz.tasks import TASKS
from tests.toys.colours import network, pictures
from tests.ui.scripted import texts

pytestmark = pytest.mark.real

NAMES = ("even", "green", "blue")


@pytest.fixture
def model(tmp_path):
    """Bytes of a model."""
    return network(tmp_path / "colours.onnx").read_bytes()


@pytest.fixture
def photos():
    """Bytes of an archive of images, a folder for each class; in alphabetical order these are not as the scores."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for index, (item, label) in enumerate(zip(*pictures(), strict=True)):
            image = io.BytesIO()
            Image.fromarray(item.astype(np.uint8)).save(image, "PNG")
            archive.writestr(f"tiles/{NAMES[label]}/{index}.png", image.getvalue())
    return out.getvalue()


def archive_of(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


def press(app, label):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def add(app, model, data, model_name="colours.onnx", data_name="items.zip"):
    app.file_uploader[0].set_value([(model_name, model, "application/octet-stream")])
    app.file_uploader[1].set_value([(data_name, data, "application/octet-stream")])
    app.text_input[0].set_value("Colours")
    app.run()
    return press(app, "Find out how they fit, and add")


def choose(app, label, value):
    next(box for box in (*app.selectbox, *app.text_area) if box.label.startswith(label)).set_value(value).run()


def test_without_files_nothing_can_be_added(visit):
    app = visit("models")
    assert [button.disabled for button in app.button if button.label.startswith("Find out")] == [True]


def test_an_exported_archive_and_photos_are_added_corrected_and_removed(visit, model, photos):
    exported = archive_of(colours_onnx=model, labels_txt="\n".join(NAMES))
    app = add(visit("models"), exported, photos, model_name="export.zip")
    assert "Colours is added" in texts(app) and "divided by 255" in texts(app) and "0 even, 1 green" in texts(app)
    assert [model.name for model in own_models.models()] == ["colours"]
    assert TASKS["colours"].classes() == NAMES
    choose(app, "Prepare the items", "as stored")
    choose(app, "Judge it by", "macro-f1")
    choose(app, "Classes in the order", "grey\ngreen\nblue")
    press(app, "Use this")
    assert any("'even'" in error.value for error in app.error)
    assert own_models.own_task("colours").metric == "top1"
    choose(app, "Classes in the order", "\n".join(NAMES))
    press(app, "Use this")
    assert own_models.own_task("colours").metric == "macro-f1"
    press(app, "Delete it")
    assert not own_models.models() and "colours" not in TASKS


def test_another_output_is_chosen_at_any_later_time(visit, photos, tmp_path):
    add(visit("models"), network(tmp_path / "two.onnx", contrast_too=True).read_bytes(), photos)
    app = visit("models")
    choose(app, "The scores are in the output", "contrast")
    press(app, "Use this")
    assert not app.error and own_models.own_task("colours").outputs == ("contrast", "scores")


def test_data_that_do_not_fit_are_refused_in_words(visit, model):
    data = io.BytesIO()
    np.savez(data, x=np.zeros((60, 5)), y=np.zeros(60))
    app = add(visit("models"), model, data.getvalue(), data_name="items.npz")
    assert any("do not fit" in error.value for error in app.error)
    assert not own_models.models()


def test_figures_of_a_removed_model_are_shown(visit, measured, monkeypatch):
    others = {task.name: task for task in TASKS if task.name != "product-images"}
    monkeypatch.setattr(TASKS, "_plugins", others)
    app = visit(task="product-images", benchmark=measured)
    assert not app.error and not app.warning
    assert "were removed" in texts(app) and "Ship this" in texts(app)
