"""What is found out about a model and data, with mistakes planted in them."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import TensorProto

from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.domain.own_task import Choices, Preparation
from odviz.importing.interface import probe
from odviz.importing.raw_data import RawData
from odviz.importing.understanding import understand
from tests.toys.colours import CLASSES, GAIN, network, pictures

UNIT = Preparation(1 / 255)


@pytest.fixture
def found(tmp_path):
    """A function that gives what is understood of the network, made with options, and data."""

    def find(items, labels, preparation=None, metric="", output="", layout=None, classes=(), **options):
        path = network(tmp_path / "net.onnx", **options)
        data = RawData(items, labels, None)
        choices = Choices(metric, preparation, output, layout, classes)
        return understand({"onnx": path}, data, tmp_path, choices=choices)

    return find


def accuracy(understanding) -> float:
    return understanding.trials[0].value


def test_items_that_are_right_stay_as_they_are(found):
    items, labels = pictures()
    understanding = found(items / 255, labels)
    assert understanding.preparation == Preparation() and understanding.remarks == ()
    assert understanding.layouts == {"onnx": Layout.CHANNELS_FIRST} and understanding.shape == items.shape[1:]
    assert understanding.test_items + understanding.calibration_items == len(items)


def test_wrong_scale(found):
    items, labels = pictures()
    understanding = found(items, labels)
    assert understanding.preparation == UNIT and accuracy(understanding) > 0.9
    (stored,) = [trial for trial in understanding.trials if trial.title == Preparation().label]
    assert stored.value < 0.8


def test_reversed_channels(found):
    items, labels = pictures()
    understanding = found(items[..., ::-1] / 255, labels)
    assert understanding.preparation == Preparation(reverse_channels=True) and accuracy(understanding) > 0.9


def test_reversed_channels_and_wrong_scale(found):
    items, labels = pictures()
    assert found(items[..., ::-1], labels).preparation == Preparation(1 / 255, reverse_channels=True)


@pytest.mark.parametrize("model_first", [True, False])
@pytest.mark.parametrize("items_first", [True, False])
def test_channels_first_and_last(found, model_first, items_first):
    items, labels = pictures()
    stored = np.moveaxis(items, -1, 1) if items_first else items
    understanding = found(stored / 255, labels, channels_first=model_first)
    expected = Layout.CHANNELS_FIRST if model_first else Layout.CHANNELS_LAST
    assert understanding.layouts == {"onnx": expected} and understanding.shape == items.shape[1:]
    assert accuracy(understanding) > 0.9


def test_height_and_width_exchanged(found):
    items, labels = pictures()
    understanding = found(items.transpose(0, 2, 1, 3) / 255, labels, channels_first=False)
    assert accuracy(understanding) > 0.9 and "exchanged" in understanding.trials[0].title


def test_items_that_are_arranged_are_not_turned(tmp_path):
    items, labels = pictures()
    path = network(tmp_path / "net.onnx", channels_first=False)
    understanding = understand({"onnx": path}, RawData(items, labels, None, arranged=True), tmp_path)
    assert {trial.title for trial in understanding.trials} == {
        trial.preparation.label for trial in understanding.trials
    }


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        (lambda labels: labels + 1, "from 1"),
        (lambda labels: np.eye(CLASSES)[labels], "one-hot"),
        (lambda labels: labels[:, np.newaxis], ""),
        (lambda labels: labels.astype(float), "whole numbers"),
        (lambda labels: np.array(["a red", "b green", "c blue"])[labels], "alphabetical"),
        (lambda labels: np.where(np.arange(len(labels)) < 5, -1, labels), "5 of"),
    ],
)
def test_forms_of_labels(found, stored, words):
    items, labels = pictures()
    understanding = found(items / 255, stored(labels))
    assert accuracy(understanding) > 0.9
    assert words in " ".join(understanding.remarks)


def test_the_order_of_classes_is_found_where_only_the_alphabet_says_it(found):
    items, labels = pictures()
    understanding = found(items / 255, np.array(["c red", "a green", "b blue"])[labels])
    assert understanding.classes == ("c red", "a green", "b blue") and accuracy(understanding) > 0.9
    assert "another order" in " ".join(understanding.remarks)


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        (lambda labels: labels + 3, "from 3 to 5"),
        (lambda labels: labels + 0.5, "fractions"),
        (lambda labels: (labels + 1) % CLASSES, "another order"),
        (lambda labels: np.random.default_rng(5).permutation(labels), "chance"),
        (lambda labels: np.full_like(labels, -1), "No item has a label"),
    ],
)
def test_labels_that_cannot_be_right_are_named(found, stored, words):
    items, labels = pictures()
    with pytest.raises(FileRefused, match=words):
        found(items / 255, stored(labels))


def test_an_output_of_labels_first_is_passed_over(found, tmp_path):
    items, labels = pictures()
    understanding = found(items / 255, labels, label_first=True)
    assert understanding.output == "scores" and "'scores'" in understanding.remarks[0]
    assert accuracy(understanding) > 0.9
    assert [port.name for port in probe(tmp_path / "net.onnx", "onnx").outputs] == ["scores", "label"]


def test_an_output_of_class_indices_cannot_be_chosen(found):
    items, labels = pictures()
    with pytest.raises(FileRefused, match="int64"):
        found(items / 255, labels, label_first=True, output="label")


def test_a_single_output_is_judged_by_a_threshold(found):
    items, labels = pictures()
    understanding = found(items, (labels == 0).astype(int), single=True)
    assert (understanding.metric, understanding.preparation) == ("binary", UNIT) and accuracy(understanding) > 0.9


def test_without_labels_variants_are_compared_with_the_network(found, tmp_path):
    items, _ = pictures()
    understanding = found(items / 255, None)
    assert understanding.metric == "agreement" and not understanding.trials and not understanding.classes
    assert np.load(tmp_path / "test.npz")["y"].shape == (understanding.test_items, CLASSES)
    assert "no labels" in understanding.remarks[0]


def test_values_are_judged_by_a_metric_of_a_regression(found):
    items, _ = pictures()
    halves = (items[:, :3].mean(axis=(1, 2)) - items[:, 3:].mean(axis=(1, 2))) / 255
    understanding = found(items, GAIN * (halves + np.array([0.15, 0, 0])), metric="rmse")
    assert (understanding.metric, understanding.preparation) == ("rmse", UNIT)
    assert understanding.trials[0].value < 0.01


@pytest.mark.parametrize("metric", ["top1", "balanced-accuracy", "macro-f1"])
def test_a_metric_that_is_asked_for(found, metric):
    items, labels = pictures()
    understanding = found(items, labels, metric=metric)
    assert (understanding.metric, understanding.preparation) == (metric, UNIT)


def test_probabilities_and_scores_are_the_same(found):
    items, labels = pictures()
    assert accuracy(found(items / 255, labels, softmax=True)) == accuracy(found(items / 255, labels))


def test_an_input_of_bytes_takes_the_items_as_they_are(found):
    items, labels = pictures()
    understanding = found(items.astype(np.uint8), labels, dtype=TensorProto.UINT8)
    assert understanding.preparation == Preparation() and accuracy(understanding) > 0.9


def test_an_input_in_half_precision(found):
    items, labels = pictures()
    assert found(items, labels, dtype=TensorProto.FLOAT16).preparation == UNIT


def test_items_of_another_size_are_refused(found):
    items, labels = pictures()
    with pytest.raises(FileRefused, match="do not fit"):
        found(items[:, :, :-1] / 255, labels)


def test_items_with_nan_are_left_out(found):
    items, labels = pictures()
    items = items / 255
    items[3, 0, 0, 0] = np.nan
    understanding = found(items, labels)
    assert understanding.test_items + understanding.calibration_items == len(items) - 1
    assert "1 of 160" in understanding.remarks[0]


def test_no_item_is_in_both_splits(found, tmp_path):
    items, labels = pictures()
    found(items / 255, labels)
    test, calibration = (np.load(tmp_path / f"{name}.npz")["x"] for name in ("test", "calibration"))
    rows = {row.tobytes() for row in test} | {row.tobytes() for row in calibration}
    assert len(rows) == len(test) + len(calibration) == len(items)


def test_a_known_preparation_is_the_only_one_that_is_tried(found):
    items, labels = pictures()
    understanding = found(items, labels, preparation=UNIT)
    assert understanding.preparation == UNIT
    assert {trial.title for trial in understanding.trials} == {UNIT.label}
