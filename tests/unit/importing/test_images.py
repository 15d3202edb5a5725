"""Images in one folder per class."""

import io

import numpy as np
import pytest
from PIL import Image

from odviz.domain.errors import FileRefused
from odviz.importing.readers import _by_class, read
from tests.unit.importing.data_files import GREEN, RED, image, laid, taking, zipped

SHAPE = taking(3, 8, 8)
CLASSES = ("apples", "pears")


def two(prefix="", **more):
    """Files of two classes."""
    return {f"{prefix}apples/1.png": image(RED), f"{prefix}pears/1.png": image(GREEN), **more}


@pytest.mark.parametrize("place", [laid, zipped])
@pytest.mark.parametrize("prefix", ["", "my pictures/", "a/b/"])
def test_a_folder_for_each_class(tmp_path, place, prefix):
    data = read(place(tmp_path / "data.zip", two(prefix)), SHAPE)
    assert data.classes == CLASSES and data.targets.tolist() == list(CLASSES)
    assert data.items.dtype == np.uint8 and data.items.shape == (2, 8, 8, 3)
    assert tuple(data.items[0, 0, 0]) == RED and tuple(data.items[1, 7, 7]) == GREEN
    assert data.calibration is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF"])
def test_kinds_of_images(tmp_path, kind):
    files = {"a/1." + kind.lower(): image(RED, kind=kind), "b/1." + kind.lower(): image(GREEN, kind=kind)}
    data = read(zipped(tmp_path / "data.zip", files), SHAPE)
    assert np.abs(data.items[0].astype(int) - RED).max() < 6


@pytest.mark.parametrize(
    ("shape", "items"),
    [
        ((8, 8, 3), (8, 8, 3)),
        ((1, 8, 8), (8, 8, 1)),
        ((6, 4), (6, 4)),
        ((None, None, 3), (8, 8, 3)),
        ((3, None, 5), (8, 5, 3)),
        ((4, 4, 4), (4, 4, 4)),
    ],
)
def test_images_have_the_size_that_the_network_takes(tmp_path, shape, items):
    assert read(zipped(tmp_path / "data.zip", two()), taking(*shape)).items.shape[1:] == items


def test_images_of_many_sizes_are_scaled_to_the_usual_one(tmp_path):
    files = {f"{name}/{side}.png": image(size=(side, 9)) for name in "ab" for side in (7, 30, 50)}
    assert read(zipped(tmp_path / "data.zip", files), taking(None, None, 3)).items.shape[1:] == (224, 224, 3)


def test_a_wide_image_is_cut_at_both_ends_and_an_exif_turn_is_undone(tmp_path):
    wide = Image.new("RGB", (30, 10), GREEN)
    wide.paste(RED, (10, 0, 20, 10))
    turned, exif = Image.new("RGB", (8, 4), GREEN), Image.Exif()
    turned.paste(RED, (0, 0, 4, 4))
    exif[0x0112] = 6  # to be turned clockwise: the left half is the upper one
    out = [io.BytesIO(), io.BytesIO()]
    wide.save(out[0], "PNG")
    turned.save(out[1], "PNG", exif=exif)
    data = read(zipped(tmp_path / "data.zip", {"a/1.png": out[0].getvalue(), "b/1.png": out[1].getvalue()}), SHAPE)
    assert (data.items[0, :, 1:-1] == RED).all()
    assert (data.items[1, 0] == RED).all() and (data.items[1, -1] == GREEN).all()
    assert any("scaled" in remark for remark in data.remarks)


def test_sixteen_bits_and_transparency(tmp_path):
    grey, clear = io.BytesIO(), io.BytesIO()
    Image.fromarray(np.full((8, 8), 0x8000, np.uint16)).save(grey, "PNG")
    Image.new("RGBA", (8, 8), (*RED, 128)).save(clear, "PNG")
    data = read(zipped(tmp_path / "data.zip", {"a/1.png": grey.getvalue(), "b/1.png": clear.getvalue()}), SHAPE)
    assert (data.items[0] == 128).all() and (data.items[1] == RED).all()


def test_what_is_no_image_is_skipped_and_counted(tmp_path):
    noise = {
        "__MACOSX/apples/._1.png": b"x", "apples/.DS_Store": b"x", "apples/Thumbs.db": b"x",
        "apples/notes.txt": b"x", "apples/photo.heic": b"x", "pears/broken.png": image()[:40], "loose.png": image(),
    }  # fmt: skip
    data = read(zipped(tmp_path / "data.zip", two(**noise)), SHAPE)
    assert len(data.items) == 2
    remarks = " ".join(data.remarks)
    assert "2 files" in remarks and ".heic" in remarks and "1 image that cannot be read" in remarks
    assert "1 image in no folder" in remarks


@pytest.mark.parametrize("names", [("train", "test"), ("Training", "valid"), ("train", "val", "test")])
def test_folders_that_split(tmp_path, names):
    files = {}
    for index, name in enumerate(names):
        files |= {f"set/{name}/a/{n}.png": image((index, 0, 0)) for n in range(index + 1)}
        files[f"set/{name}/b/1.png"] = image(GREEN)
    data = read(zipped(tmp_path / "data.zip", files), SHAPE)
    assert data.classes == ("a", "b") and data.calibration is not None
    assert data.items[0, 0, 0, 0] == len(names) - 1 and len(data.items) == len(names) + 1
    assert data.calibration.items[0, 0, 0, 0] == 0 and data.calibration.targets.tolist() == ["a", "b"]


def test_images_without_folders_have_no_classes(tmp_path):
    files = {"photos/1.png": image(), "photos/2.png": image(GREEN)}
    data = read(zipped(tmp_path / "data.zip", files), SHAPE)
    assert data.targets is None and data.classes == () and "no classes" in " ".join(data.remarks)


@pytest.mark.parametrize("order", [b"pears\napples\n", b"0 pears\r\n1 apples\r\n", "\ufeffpears\napples".encode()])
def test_the_order_of_the_classes_is_read(tmp_path, order):
    data = read(zipped(tmp_path / "data.zip", two(**{"labels.txt": order})), SHAPE)
    assert data.classes == ("pears", "apples") and data.targets.tolist() == list(CLASSES)


def test_an_order_without_a_folder_is_refused(tmp_path):
    with pytest.raises(FileRefused, match="pears") as error:
        read(zipped(tmp_path / "data.zip", two(**{"labels.txt": b"apples\nplums\n"})), SHAPE)
    assert error.value.field == "pears"


def test_a_project_and_samples_of_teachable_machine(tmp_path):
    project = {"apples-!-0.jpg": image(RED, kind="JPEG"), "pears-!-0.jpg": image(GREEN, kind="JPEG")}
    data = read(zipped(tmp_path / "fruit.tm", {**project, "manifest.json": b"{}"}), SHAPE)
    assert data.classes == CLASSES
    for name, colour in (("apples", RED), ("pears", GREEN)):
        (tmp_path / "samples").mkdir(exist_ok=True)
        zipped(tmp_path / "samples" / f"{name}-samples.zip", {"0.png": image(colour)})
    assert read(tmp_path / "samples", SHAPE).targets.tolist() == list(CLASSES)


def test_of_many_images_as_many_of_each_class_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(_by_class, "MOST_ITEMS", 6)
    files = {f"a/{n}.png": image() for n in range(20)} | {f"b/{n}.png": image() for n in range(3)}
    data = read(zipped(tmp_path / "data.zip", files), SHAPE)
    assert sorted(data.targets.tolist()) == ["a"] * 3 + ["b"] * 3
    assert any("6 of 23" in remark for remark in data.remarks)


def test_a_network_that_takes_no_picture_and_images_that_are_none(tmp_path):
    path = zipped(tmp_path / "data.zip", two())
    with pytest.raises(FileRefused, match="no picture"):
        read(path, taking(16, 16, 16))
    with pytest.raises(FileRefused, match="None of the 2 images"):
        read(zipped(tmp_path / "bad.zip", {"a/1.png": b"no", "b/1.png": b"no"}), SHAPE)
