import hashlib
import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.candidates import Candidate
from odviz.compression.make import make_variant
from odviz.domain.errors import FileRefused
from odviz.domain.model import Variant
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import PointResult
from odviz.domain.target import HOST, OperatingPoint, Precision, Target
from odviz.formats import FORMATS
from odviz.library.devices import built_in_files, read_device
from odviz.library.models import load_model
from odviz.report.bundle import SUMS, bundle
from odviz.runtimes import RUNTIMES
from odviz.store import Predictions, StoredArtifact
from odviz.tasks import TASKS
from tests.waiting import WAIT_S

HERE = SimpleNamespace(device=None, target=None, objectives=())
OF_FORMAT = {"onnx": "onnxruntime", "tflite": "litert"}


def on(name):
    device = read_device(built_in_files()[name])
    return SimpleNamespace(device=device, target=device.default, objectives=())


@pytest.fixture
def measured_as(store, measured, tmp_path):
    """Of one file of a real model, with its prediction of the first item."""

    def measured_as(task, model, format, recipe="fp32"):
        variant = Variant(task, model, parse_recipe(recipe), format)
        artifact = make_variant(
            load_model(task, model), variant.recipe, format, cache=tmp_path, calibration=TASKS[task].calibration
        ).artifact
        stored = StoredArtifact(variant.key, artifact, FORMATS[format].facts(Path(artifact.path)))
        point = OperatingPoint(variant, Target(HOST, OF_FORMAT[format], "cpu", 1, Precision.FP32))
        session = RUNTIMES[OF_FORMAT[format]].load(Path(artifact.path), artifact.layout, 1)
        outputs = session.predict(TASKS[task].test().inputs[0])
        predictions = Predictions("top1", np.zeros(1), tuple(output[np.newaxis] for output in outputs))
        data = replace(load_benchmark_data(store, measured()), files={point: stored}, predictions={point: predictions})
        return data, Candidate(PointResult(point), {}, point), TASKS[task].classes()[outputs[0].argmax()]

    return measured_as


def unpacked(made, folder):
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        archive.extractall(folder)
    return folder / made.name.removesuffix(".zip")


@pytest.mark.parametrize(
    ("task", "model", "format", "recipe"),
    [
        ("product-images", "ds-cnn-0.25", "onnx", "fp32"),
        ("product-images", "ds-cnn-0.25", "tflite", "int8-static"),
        ("exercise", "cnn", "onnx", "fp32"),
        ("exercise", "cnn", "tflite", "fp32"),
        ("review-sentiment", "bag", "onnx", "fp32"),
        ("review-sentiment", "bag", "tflite", "fp32"),
    ],
)
def test_its_program_gives_the_stored_prediction(measured_as, tmp_path, task, model, format, recipe):
    data, candidate, label = measured_as(task, model, format, recipe)
    folder = unpacked(bundle(data, HERE, candidate), tmp_path / "elsewhere")
    command = [sys.executable, "-I", "classify.py"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=WAIT_S, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == label
    assert f"says “{label}”" in (folder / "README.md").read_text("utf-8")


@pytest.mark.parametrize("device", ["raspberry-pi-4", "stm32h743", "iphone-12", "pixel-3", "raspberry-pi-5"])
def test_sha256sum_accepts_it_and_every_file_is_described(measured_as, tmp_path, device):
    data, candidate, _ = measured_as("product-images", "ds-cnn-0.25", "onnx")
    made = bundle(data, on(device), candidate)
    folder = unpacked(made, tmp_path / "elsewhere")
    assert made.name == f"ds-cnn-0.25-fp32-{device}.zip"
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", SUMS], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    names = {path.name for path in folder.iterdir()}
    assert len(done.stdout.splitlines()) == len(names) - 1
    readme = (folder / "README.md").read_text("utf-8")
    assert all(f"`{name}`: " in readme for name in names - {SUMS, "README.md"})
    assert {"labels.txt", "item.npy", "MODEL_CARD.md"} < names


@pytest.mark.parametrize(
    ("task", "model", "file"),
    [("exercise", "cnn", "normalisation.json"), ("review-sentiment", "bag", "tokenizer.json")],
)
def test_it_holds_what_prepares_an_item(measured_as, tmp_path, task, model, file):
    data, candidate, _ = measured_as(task, model, "onnx")
    folder = unpacked(bundle(data, HERE, candidate), tmp_path)
    assert (folder / file).stat().st_size > 50
    assert file in (folder / "README.md").read_text("utf-8").partition("## How to run it")[0]


def test_a_microcontroller_gets_the_bytes_of_the_file_as_an_array(measured_as, tmp_path):
    data, candidate, _ = measured_as("product-images", "ds-cnn-0.25", "tflite", "int8-static")
    folder = unpacked(bundle(data, on("stm32h743"), candidate), tmp_path)
    main = folder / "main.cc"
    main.write_text(
        '#include <cstdio>\n#include "model_data.h"\n'
        "int main() { return std::fwrite(model_data, 1, model_data_size, stdout) != model_data_size; }\n"
    )
    subprocess.run(["g++", "-o", folder / "main", main, folder / "model_data.cc"], check=True)
    written = subprocess.run([folder / "main"], capture_output=True, check=True).stdout
    assert hashlib.sha256(written).hexdigest() == next(iter(data.files.values())).file.sha256


def test_its_bytes_are_the_same_each_time(measured_as):
    data, candidate, _ = measured_as("exercise", "cnn", "onnx")
    assert bundle(data, HERE, candidate) == bundle(data, HERE, candidate)


def test_a_format_that_nobody_made_yet_is_refused_with_what_makes_it(measured_as):
    data, candidate, _ = measured_as("product-images", "ds-cnn-0.25", "onnx", "int8-static")
    with pytest.raises(FileRefused, match=r"odviz variants product-images ds-cnn-0\.25 --recipe 'int8-static'"):
        bundle(data, on("raspberry-pi-4"), candidate)
