"""The zoo in its smallest form; needs the zoo's own environment, made by `make zoo-check`."""

import subprocess
from pathlib import Path

import pytest

from odviz.library.integrity import verify
from odviz.library.models import load_model
from odviz.runtimes import RUNTIMES
from odviz.tasks import TASKS

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv-zoo"


@pytest.mark.timeout(900)
@pytest.mark.skipif(not (ENVIRONMENT / ".ready").exists(), reason="the zoo's environment is not installed")
def test_a_trained_model_loads_and_reaches_its_recorded_accuracy(tmp_path, monkeypatch):
    command = [ENVIRONMENT / "bin" / "python", "-m", "zoo", "check", "--root", tmp_path, "--cache", tmp_path / "cache"]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr[-2000:]
    monkeypatch.setenv("ODVIZ_ROOT", str(tmp_path))
    assert not any(check.problem for folder in ("models", "data") for check in verify(tmp_path / folder))
    model, examples = load_model("product-images", "lenet-5"), TASKS["product-images"].test()
    assert [checkpoint.nominal for checkpoint in model.checkpoints] == [0, 50]
    for checkpoint in model.checkpoints:
        for format, runtime in (("onnx", "onnxruntime"), ("tflite", "litert")):
            file = checkpoint.artifacts[format]
            session = RUNTIMES[runtime].load(Path(file.path), file.layout, 1)
            correct = [
                session.predict(item)[0].argmax() == target
                for item, target in zip(examples.inputs, examples.targets, strict=True)
            ]
            assert sum(correct) / len(correct) == pytest.approx(checkpoint.test_accuracy, abs=0.005)
