"""A model and images of a person's own: brought, corrected, measured, taken away and removed."""

import io
import re
import zipfile

import numpy as np
import onnx
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.conftest import DESK, PHONE_WIDTH
from tests.e2e.screen import BENCHMARK_MS, FRONTS
from tests.toys.colours import network, pictures

CLASSES = ("grey", "green", "blue")
PLAN = "new_benchmark?task={task}&recipes=int8-static&runtimes=onnxruntime&effort=quick"


@pytest.fixture
def files(tmp_path):
    """Paths of a model and of an archive of images, a folder for each class, beside the names of the classes."""
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("labels.txt", "\n".join(CLASSES))
        for index, (item, label) in enumerate(zip(*pictures(), strict=True)):
            image = io.BytesIO()
            Image.fromarray(item.astype(np.uint8)).save(image, "PNG")
            archive.writestr(f"photos/{CLASSES[label]}/{index}.png", image.getvalue())
    return network(tmp_path / "colours.onnx"), path


def bring(screen, files, title):
    """Add a model with its data on the page Models, and correct by what it is judged."""
    screen.open("models")
    for index, path in enumerate(files):
        screen.page.get_by_test_id("stFileUploaderDropzoneInput").nth(index).set_input_files(path)
        screen.says(re.escape(path.name))
    screen.page.get_by_label("Title").fill(title)
    screen.page.get_by_label("Title").press("Enter")
    screen.page.get_by_role("button", name="Find out how they fit").click()
    screen.says(f"{title} is added")
    screen.says("divided by 255")
    screen.open("models")  # on a busy machine cards still move when it was added just now, and lists in them close
    screen.page.get_by_text("Not so? Correct it").click()
    screen.page.get_by_role("combobox", name="Judge it by").click()
    screen.page.get_by_role("option", name="Balanced accuracy").click()
    screen.page.get_by_role("button", name="Use this").click()
    screen.says("understood as you say")
    screen.says("Balanced accuracy")


def remove(screen, title, loses):
    """Remove the model; the page says first what is lost."""
    screen.open("models")
    screen.says(title)
    screen.page.get_by_role("button", name="Delete").first.click()
    screen.says(loses)
    screen.page.get_by_role("button", name="Delete it").click()
    screen.says(f"{title} is removed")
    expect(screen.page.get_by_text("Your models")).to_have_count(0)


def test_at_a_desk_a_model_is_brought_measured_and_taken_away(tabs, files):
    screen = tabs[DESK]
    bring(screen, files, "Tiles")
    screen.page.get_by_role("link", name="Choose what to measure").first.click()
    expect(screen.page.get_by_role("heading", level=1, name="New benchmark")).to_be_visible()
    screen.open(PLAN.format(task="tiles"))
    screen.page.get_by_role("button", name="Start measuring").click()
    screen.says("Last: Tiles", BENCHMARK_MS)  # until then the link leads to an earlier benchmark
    screen.page.get_by_role("link", name="See its fronts").click()
    screen.says("Balanced accuracy")
    expect(screen.charts()).to_have_count(FRONTS)
    with screen.page.expect_download() as coming:
        screen.page.get_by_role("button", name=re.compile("Model file")).first.click()
    onnx.checker.check_model(onnx.load(coming.value.path()))
    remove(screen, "Tiles", "1 benchmark")
    screen.says("1 benchmark of it can still be read")
    screen.check()


def test_on_a_phone_a_model_is_brought_corrected_and_removed(tabs, files):
    screen = tabs[PHONE_WIDTH]
    bring(screen, files, "Tiles in the hand")
    width = screen.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE_WIDTH
    remove(screen, "Tiles in the hand", "No benchmark measured it")
    screen.check()
