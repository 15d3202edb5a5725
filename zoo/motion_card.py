"""Writes ``data/exercise``: the held-out windows, calibration windows, their metadata and data card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from torch import Tensor

from zoo.croissant import write_croissant
from zoo.motion_data import (
    CLASSES,
    FOLDS,
    LONG_SAMPLES,
    LONG_STRIDE,
    RATE_HZ,
    SAMPLES,
    SCALE,
    TEST_STRIDE,
    Recording,
    others,
    shared_stretches,
    windows,
)
from zoo.record import exact_matches, nearest_distance, write_arrays, write_labels

CALIBRATION_ITEMS, CALIBRATION_SEED = 512, 1
CITATION = (
    "D. M. Burns, N. Leung, M. Hardisty, C. M. Whyne, P. Henry, S. McLachlin. Shoulder physiotherapy exercise "
    "recognition: machine learning the inertial signals from a smartwatch. Physiological Measurement 39 (2018) 075007. "
    "arXiv:1802.01489"
)


def write_data(folder: Path, recordings: Sequence[Recording], mean: Tensor, std: Tensor) -> None:
    """Writes all files of the data folder.

    Args:
        folder: ``data/exercise``.
        recordings: All recordings.
        mean: Of each channel over the training windows of fold 0, shape (1, 6, 1), in g and rad/s.
        std: The same for the standard deviation.
    """
    held_out = FOLDS[0]
    x, y, subject = windows(recordings, held_out, SAMPLES, TEST_STRIDE)
    train_x, train_y, train_subject = windows(recordings, others(held_out), SAMPLES, TEST_STRIDE)
    chosen = np.random.default_rng(CALIBRATION_SEED).choice(len(train_x), CALIBRATION_ITEMS, replace=False)
    chosen.sort()
    write_arrays(folder / "test.npz", x, y, _names(subject), scale=SCALE)
    write_arrays(
        folder / "calibration.npz", train_x[chosen], train_y[chosen], _names(train_subject[chosen]), scale=SCALE
    )
    normalise = {"mean": _rounded(mean), "std": _rounded(std)}
    write_labels(folder, CLASSES, "subject", normalise=normalise)
    _write_croissant(folder, len(x))

    distance, nearest = nearest_distance((x * SCALE - mean.numpy().ravel()) / std.numpy().ravel(),
                                         (train_x * SCALE - mean.numpy().ravel()) / std.numpy().ravel())
    found = {
        "windows": int(exact_matches(x, train_x).sum()),
        "stretches": shared_stretches(recordings, held_out),
        "closest": float(distance.min()),
        "same": float((train_y[nearest] == y).mean()),
    }
    (folder / "README.md").write_text(_card(folder, y, subject, len(train_x), recordings, found), encoding="utf-8")


def _names(subject: np.ndarray) -> np.ndarray:
    return np.array([f"subject-{one:02d}" for one in subject])


def _rounded(values: Tensor) -> list[float]:
    return [round(value, 7) for value in values.ravel().tolist()]


def _write_croissant(folder: Path, items: int) -> None:
    write_croissant(
        folder,
        name="exercise",
        title="Shoulder exercises from a smartwatch",
        description=f"{items} four-second windows (6 channels, {RATE_HZ} Hz) of seven shoulder exercises by four people "
        "who are in no training data, and 512 windows of the six training people. Extract of the watch data set "
        "that comes with seglearn 1.2.5; split by person.",
        licence="https://spdx.org/licenses/BSD-3-Clause.html",
        citation=CITATION,
        homepage="https://github.com/dmbee/seglearn",
        version="1.0.0",
        published="2026-11-23",
        creators=["David M. Burns"],
        classes=CLASSES,
        fields={
            "x": ("sc:Integer", "int16 (N, 200, 6): ax ay az wx wy wz; times scale it is g and rad/s"),
            "y": ("sc:Integer", "int16 (N,): class index"),
            "group": ("sc:Text", "person, such as subject-01"),
            "scale": ("sc:Float", "float32 (6,): one value a channel, the same for all items"),
        },
        rai={
            "dataLimitations": "Ten people, one kind of watch, exercises done under instruction. No rest, walking or "
            "other activity. Nothing is known here of age, sex or health of the people.",
            "personalSensitiveInformation": "Movement signals under numbers instead of names.",
        },
    )


def _card(
    folder: Path,
    y: np.ndarray,
    subject: np.ndarray,
    train_items: int,
    recordings: Sequence[Recording],
    found: dict[str, float],
) -> str:
    sizes = {name: (folder / name).stat().st_size for name in ("test.npz", "calibration.npz")}
    rows = [
        f"| {name} | {int((y == label).sum())} | "
        + " | ".join(str(int(((y == label) & (subject == one)).sum())) for one in FOLDS[0])
        + " |"
        for label, name in enumerate(CLASSES)
    ]
    people = [f"subject-{one:02d}" for one in FOLDS[0]]
    minutes = sum(len(one.signal) for one in recordings) / RATE_HZ / 60
    return "\n".join(
        [
            "# Shoulder exercises from a smartwatch",
            "",
            "Which of seven shoulder exercises is somebody doing? Four seconds of a watch's accelerometer (g) and "
            f"gyroscope (rad/s), {RATE_HZ} times a second: six numbers a sample, ax ay az wx wy wz.",
            "",
            "## Where from",
            "",
            "`seglearn` 1.2.5 (PyPI), `seglearn/data/watch_dataset.npy`: 140 recordings "
            f"({minutes:.0f} minutes) of 10 people × 7 exercises × 2 arms, twenty repetitions each. The original is a "
            "pickle; it is loaded only when this folder is made, after its SHA-256 has been checked.",
            "",
            f"Cite: {CITATION}",
            "",
            "Licence: BSD 3-Clause, as the package that carries the data. The package names no separate licence for the "
            "data and says nothing of the consent the people gave; the paper describes a study with volunteers.",
            "",
            "## Split",
            "",
            f"By person. Test (fold 0): {', '.join(people)}. Training: the six others, {train_items} windows of "
            f"{SAMPLES} samples at a stride of {TEST_STRIDE} (training itself cuts {LONG_SAMPLES} samples every "
            f"{LONG_STRIDE} and shifts and stretches them). Fold 0 is the first in the list, chosen before anything was "
            "trained. The two other folds hold out 5, 6, 7, 10 and 8, 9; they are used only to state the spread of the "
            "accuracy in each model's `record.json`.",
            "",
            "The people 1 and 2, 3 and 4, 5 and 6, 7 and 10, 8 and 9 have nearly equal recording lengths for every "
            "exercise, as if they had trained side by side. That is our inference. Such neighbours are kept on the same "
            "side of every split.",
            "",
            f"| test windows | all | {' | '.join(people)} |",
            f"|---|---|{'---|' * len(people)}",
            *rows,
            f"| **all** | **{len(y)}** | " + " | ".join(str(int((subject == one).sum())) for one in FOLDS[0]) + " |",
            "",
            f"test.npz: {len(y)} windows, {sizes['test.npz']:,} bytes. calibration.npz: {CALIBRATION_ITEMS} windows drawn "
            f"at random from the training people, {sizes['calibration.npz']:,} bytes.",
            "",
            "## Format",
            "",
            "`x` int16 (N, 200, 6), `scale` float32 (6,), `y` int16 (N,), `group` (N,) the person. "
            "Input of a network: `(x * scale - mean) / std` as float32, with `mean` and `std` under `normalise` in "
            "`labels.json` (training people of fold 0 and their mirror images). The scale is a sensor range of 8 g and "
            "35 rad/s over int16, so rounding is below 0.0002 g and 0.0006 rad/s.",
            "",
            "## Duplicates",
            "",
            f"Test windows that occur byte for byte among training windows: {found['windows']}. Half-second stretches (25 "
            f"samples, every offset) of test people that occur in anybody else's recordings: {found['stretches']}. Nothing "
            "had to be removed. The nearest training window of a test window is never closer than "
            f"{found['closest']:.2f} (root mean square, in standard deviations); it is of the same exercise for "
            f"{found['same']:.0%} of the test windows, so comparing with stored windows does not solve the task.",
            "",
            "## Known limits",
            "",
            "- Neighbouring test windows overlap by half, and four people are few: for an interval resample people, not "
            "windows.",
            "- The exercises were done under instruction; there is no rest, walking or anything else.",
            "- Nothing is known here about age, sex or health of the people, so fairness between such groups cannot be "
            "examined. Accuracy for each person can: `group`.",
            "- Left and right arms are both there, in equal parts; which one is not stored.",
            "",
            "Generated by `zoo/motion_card.py`.",
            "",
        ]
    )
