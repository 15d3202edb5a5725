"""Built-in models and data: complete, documented, small, and as accurate as recorded."""

import json
from pathlib import Path

import numpy as np
import pytest

from odviz.formats import FORMATS
from odviz.library import datasets
from odviz.library.integrity import verify
from odviz.library.models import load_model, model_names
from odviz.library.paths import data_dir, models_dir
from odviz.metrics import METRICS
from odviz.runtimes import RUNTIMES
from odviz.tasks import TASKS

MODELS = [(task, name) for task in TASKS.names() for name in model_names(task)]
MOST_BYTES = 80_000_000


def record(task, name):
    return json.loads((models_dir() / task / name / "record.json").read_text("utf-8"))


@pytest.mark.parametrize("folder", [models_dir(), data_dir()], ids=lambda folder: folder.name)
def test_every_file_matches_the_manifest(folder):
    assert [check for check in verify(folder) if check.problem] == []


def test_built_in_models_are_small():
    assert sum(path.stat().st_size for path in models_dir().rglob("*") if path.is_file()) < MOST_BYTES


@pytest.mark.parametrize("task", TASKS.names())
def test_a_task_has_at_least_three_networks(task):
    assert len(model_names(task)) >= 3


@pytest.mark.parametrize(("task", "name"), MODELS)
def test_model_is_dense_and_pruned_in_both_formats_with_a_card(task, name):
    model = load_model(task, name)
    assert {0, 30, 50, 70} <= {checkpoint.nominal for checkpoint in model.checkpoints}
    for checkpoint in model.checkpoints:
        assert set(checkpoint.artifacts) == set(FORMATS.names())
        assert abs(checkpoint.removed_macs - checkpoint.nominal / 100) < 0.1
        for file in checkpoint.artifacts.values():
            assert Path(file.path).stat().st_size == file.size_bytes
    assert {"command", "seed", "epochs", "optimizer", "data_sha256"} <= set(model.training)
    assert (model.name, model.task) == (record(task, name)["name"], record(task, name)["task"])
    assert model.family and model.licence and model.summary
    assert name in (models_dir() / task / name / "README.md").read_text("utf-8") or model.title


@pytest.mark.real
@pytest.mark.parametrize(("task", "name"), MODELS)
def test_formats_agree_and_reach_the_recorded_accuracy(task, name):
    examples, dense = TASKS[task].test(), load_model(task, name).dense
    indices = np.random.default_rng(0).choice(len(examples), 300, replace=False)
    outputs = {}
    for fmt, runtime in (("onnx", "onnxruntime"), ("tflite", "litert")):
        file = dense.artifacts[fmt]
        session = RUNTIMES[runtime].load(Path(file.path), file.layout, 1)
        outputs[fmt] = (np.stack([session.predict(examples.inputs[index])[0] for index in indices]),)
    metric = METRICS[TASKS[task].metric]
    assert metric.agreement(outputs["onnx"], outputs["tflite"]).mean() > 0.99
    accuracy = metric.interval(metric.score(outputs["onnx"], examples.targets[indices]), level=0.9999)
    assert accuracy.low <= dense.test_accuracy <= accuracy.high


@pytest.mark.parametrize("task", TASKS.names())
def test_task_has_data_card_and_valid_metadata(task):
    import mlcroissant

    folder = data_dir() / task
    test, calibration, classes = TASKS[task].test(), TASKS[task].calibration(), TASKS[task].classes()
    assert set(np.unique(test.targets)) == set(range(len(classes)))
    assert len(test) == len(test.inputs) == len(test.groups)
    assert test.inputs.shape[1:] == TASKS[task].shape and test.inputs.dtype == TASKS[task].dtype
    assert (len(set(test.groups)) > 1) is bool(TASKS[task].groups)
    calibration_items = {row.tobytes() for row in calibration.inputs}
    assert not any(row.tobytes() in calibration_items for row in test.inputs), "calibration items are in the test set"
    assert "uplicate" in (folder / "README.md").read_text("utf-8")
    assert not mlcroissant.Dataset(jsonld=str(folder / "croissant.json")).metadata.issues.errors


def test_no_person_is_in_test_and_calibration():
    test, calibration = (
        set(part.groups.tolist()) for part in (TASKS["exercise"].test(), TASKS["exercise"].calibration())
    )
    assert test and not test & calibration


def test_nobody_who_may_be_the_same_applicant_is_in_test_and_calibration():
    names = [column["name"] for column in datasets.labels("credit-risk")["columns"]]
    loan = [names.index(name) for name in ("Time", "Amount", "Price")]
    test, calibration = (
        set(map(tuple, np.delete(datasets.arrays("credit-risk", split)["x"], loan, axis=1).tolist()))
        for split in ("test", "calibration")
    )
    assert test and not test & calibration


def test_networks_reach_their_accuracy_goals():
    def accuracy(task, name):
        return load_model(task, name).dense.test_accuracy

    def best(task):
        return max(accuracy(task, name) for name in model_names(task))

    assert accuracy("product-images", "ds-cnn-0.5") >= 0.91
    assert best("product-images") >= 0.925
    assert accuracy("review-sentiment", "minilm") >= 0.85
    assert best("credit-risk") >= 0.75
    means = [record("exercise", name)["folds"]["mean"] for name in model_names("exercise")]
    assert max(means) >= 0.85
