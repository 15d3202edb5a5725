"""Data folder of exercise: test windows, calibration windows, metadata and data card."""

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
    shared_stretches,
    training_subjects,
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
    """Write all files of the data folder.

    Args:
        folder: ``data/exercise``.
        recordings: All recordings.
        mean: Mean of each channel over the training windows of fold 0, shape (1, 6, 1), in g and rad/s.
        std: Standard deviation, likewise.
    """
    held_out = FOLDS[0]
    x, y, subject = windows(recordings, held_out, SAMPLES, TEST_STRIDE)
    train_x, train_y, train_subject = windows(recordings, training_subjects(held_out), SAMPLES, TEST_STRIDE)
    calibration = np.random.default_rng(CALIBRATION_SEED).choice(len(train_x), CALIBRATION_ITEMS, replace=False)
    calibration.sort()
    write_arrays(folder / "test.npz", x, y, _names(subject), scale=SCALE)
    write_arrays(
        folder / "calibration.npz",
        train_x[calibration],
        train_y[calibration],
        _names(train_subject[calibration]),
        scale=SCALE,
    )
    normalise = {"mean": _rounded(mean), "std": _rounded(std)}
    write_labels(folder, CLASSES, "subject", normalise=normalise)
    _write_croissant(folder, len(x))

    units = SCALE / std.numpy().ravel()
    distance, nearest = nearest_distance(x * units, train_x * units)
    card = Path(__file__).with_suffix(".md").read_text(encoding="utf-8")
    text = card.format(
        rate=RATE_HZ,
        recordings=len(recordings),
        minutes=sum(len(recording.signal) for recording in recordings) / RATE_HZ / 60,
        citation=CITATION,
        people=", ".join(_names(np.array(held_out))),
        train_items=len(train_x),
        samples=SAMPLES,
        stride=TEST_STRIDE,
        long_samples=LONG_SAMPLES,
        long_stride=LONG_STRIDE,
        table=_table(y, subject),
        items=len(x),
        test_bytes=(folder / "test.npz").stat().st_size,
        calibration_items=CALIBRATION_ITEMS,
        calibration_bytes=(folder / "calibration.npz").stat().st_size,
        same_windows=int(exact_matches(x, train_x).sum()),
        same_stretches=shared_stretches(recordings, held_out),
        closest=float(distance.min()),
        same_class=float((train_y[nearest] == y).mean()),
    )
    (folder / "README.md").write_text(text, encoding="utf-8")


def _table(y: np.ndarray, subject: np.ndarray) -> str:
    """Markdown table of the windows by class and person."""
    people = np.unique(subject)
    rows = [["test windows", "all", *_names(people)], ["---"] * (2 + len(people))]
    for name, of_class in [*((name, y == label) for label, name in enumerate(CLASSES)), ("**all**", y >= 0)]:
        counts = [int(of_class.sum()), *(int((of_class & (subject == person)).sum()) for person in people)]
        rows.append([name, *map(str, counts)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _names(subject: np.ndarray) -> np.ndarray:
    return np.array([f"subject-{number:02d}" for number in subject])


def _rounded(values: Tensor) -> list[float]:
    return [round(value, 7) for value in values.ravel().tolist()]


def _write_croissant(folder: Path, items: int) -> None:
    write_croissant(
        folder,
        name="exercise",
        title="Shoulder exercises from a smartwatch",
        description=f"{items} four-second windows (6 channels, {RATE_HZ} Hz) of seven shoulder exercises by four "
        "people who are in no training data, and 512 windows of the six training people. Extract of the watch data set "
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
            "other activity. Healthy adults; nothing is known here of their age or sex.",
            "personalSensitiveInformation": "Movement signals under numbers instead of names.",
        },
    )
