import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.candidates import Candidate
from odviz.domain.device import DeviceKind, DeviceProfile, DeviceTarget, Platform, RuntimeFamily
from odviz.domain.errors import FileRefused
from odviz.domain.model import Variant
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import PointResult
from odviz.domain.target import HOST, OperatingPoint, Precision, Target
from odviz.formats import FORMATS
from odviz.library.models import load_model
from odviz.services import shipping
from odviz.services.model_file import contents
from odviz.services.shipping import Origin, shipment
from odviz.store import StoredArtifact
from odviz.tasks import TASKS
from tests.waiting import WAIT_S

ANDROID = (Platform.ANDROID, RuntimeFamily.TFLITE, "cpu")


def host_point(recipe="fp32", format="onnx", runtime="onnxruntime", task="product-images", model="ds-cnn-0.25"):
    variant = Variant(task, model, parse_recipe(recipe), format)
    return OperatingPoint(variant, Target(HOST, runtime, "cpu", 1, Precision.FP32))


@pytest.fixture
def data(store, measured):
    """Of a benchmark that measured the ONNX file of the uncompressed network."""
    return keeps(load_benchmark_data(store, measured()), host_point())


def keeps(data, point):
    variant = point.variant
    artifact = load_model(variant.task, variant.model).dense.artifacts[variant.format]
    facts = FORMATS[variant.format].facts(Path(artifact.path))
    return replace(data, files={point: StoredArtifact(variant.key, artifact, facts)})


def ship(data, point, platform=None, family=RuntimeFamily.OTHER, backend="cpu", runtime="x", **options):
    candidate = Candidate(PointResult(point), {}, point)
    if platform is None:
        return shipment(data, candidate, **options)
    target = DeviceTarget("key", Target("device", runtime, backend, 4, Precision.FP32), family=family)
    device = DeviceProfile("device", "Device", DeviceKind.PHONE, "CPU", targets=(target,), platform=platform)
    return shipment(data, candidate, device, target, **options)


def test_on_this_machine_it_is_the_file_that_was_measured_and_python(data):
    shipped = ship(data, host_point())
    assert shipped.origin is Origin.MEASURED and shipped.file.name == "ds-cnn-0.25-fp32.onnx"
    assert [file.name for file in shipped.instructions.files] == ["classify.py"]
    assert "onnxruntime" in shipped.instructions.files[0].code


@pytest.mark.parametrize(
    ("platform", "family", "language"),
    [
        (Platform.ANDROID, RuntimeFamily.TFLITE, "kotlin"),
        (Platform.IOS, RuntimeFamily.CORE_ML, "swift"),
        (Platform.LINUX, RuntimeFamily.TFLITE, "python"),
        (Platform.BARE_METAL, RuntimeFamily.TFLITE_MICRO, "cpp"),
    ],
)
def test_a_device_gets_the_file_that_it_takes_and_code_in_its_language(data, platform, family, language):
    shipped = ship(data, host_point(), platform, family)
    assert shipped.origin is Origin.SAME_RECIPE and shipped.file.name == "ds-cnn-0.25-fp32.tflite"
    assert contents(shipped.file)[4:8] == b"TFL3"
    assert shipped.instructions.files[0].language == language and "onnx" not in shipped.instructions.files[0].code


def test_the_file_that_was_measured_goes_to_a_device_that_converts_it(data):
    shipped = ship(data, host_point(), Platform.ANDROID, RuntimeFamily.NCNN)
    assert shipped.origin is Origin.MEASURED and shipped.variant.format == "onnx" and shipped.deployment.converts
    assert "pnnx" in shipped.instructions.steps[0]


def test_figures_of_software_without_code_are_said_to_be_of_it(data):
    assert ship(data, host_point(), Platform.BARE_METAL, runtime="HALE").software == "HALE"
    assert not ship(data, host_point(), *ANDROID).software


def test_a_format_that_nobody_made_yet_is_missing_and_can_be_made(data):
    shipped = ship(data, host_point("int8-static"), *ANDROID)
    assert shipped.file is None and shipped.variant.format == "tflite" and shipped.can_be_made
    assert not shipped.instructions.files


def test_a_format_of_which_the_model_has_no_file_cannot_be_made(data, monkeypatch):
    original = shipping.load_model

    def onnx_only(task, name):
        model = original(task, name)
        dense = replace(model.dense, artifacts={"onnx": model.dense.artifacts["onnx"]})
        return replace(model, checkpoints=(dense, *model.checkpoints[1:]))

    monkeypatch.setattr(shipping, "load_model", onnx_only)
    shipped = ship(data, host_point("int8-static"), *ANDROID)
    assert shipped.file is None and not shipped.has_original and not shipped.can_be_made


def test_a_file_that_has_changed_is_refused(data, tmp_path):
    (stored,) = data.files.values()
    path = tmp_path / "model.onnx"
    path.write_bytes(b"other")
    changed = replace(stored, file=replace(stored.file, path=str(path)))
    with pytest.raises(FileRefused, match="changed"):
        ship(replace(data, files={host_point(): changed}), host_point())


@pytest.mark.parametrize("runtime", ["litert", "openvino"])
def test_the_lines_that_are_shown_run_the_file_that_is_taken_away(data, runtime, tmp_path):
    format = "tflite" if runtime == "litert" else "onnx"
    point = host_point(format=format, runtime=runtime)
    shipped = ship(keeps(data, point), point)
    shutil.copy(shipped.file.artifact.path, tmp_path / shipped.file.name)
    command = [sys.executable, "-c", shipped.instructions.files[0].code]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=WAIT_S, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() in TASKS["product-images"].classes()
