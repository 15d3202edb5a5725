"""Fashion-MNIST from Debian's package: reading, splitting, and removal of duplicates of test pictures."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zoo.record import exact_matches, nearest_distance, sha256

PACKAGE = "dataset-fashion-mnist"
DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")
FILES = {
    "train-images-idx3-ubyte.gz": "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
    "train-labels-idx1-ubyte.gz": "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
    "t10k-images-idx3-ubyte.gz": "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
    "t10k-labels-idx1-ubyte.gz": "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
}
CLASSES = (
    "T-shirt or top",
    "trousers",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "trainer",
    "bag",
    "ankle boot",
)
# Pictures closer than this (root mean square of 0..255 grey values) show the same garment: the pairs were inspected by
# eye, and up to nearly twice this distance both pictures of a pair have the same label.
NEAR = 8.0
VALIDATION = 5000
SPLIT_SEED = 20


@dataclass(frozen=True)
class FashionMnist:
    """The split: pictures are uint8 (N, 28, 28), labels uint8 (N,).

    Attributes:
        near: Number of near duplicates of test pictures removed from the training part.
        exact: Number of exact duplicates of test pictures removed.
        repeats: Number of exact duplicates within the training part removed.
        nearest: Distance of each original training picture to the nearest test picture, shape (60000,).
        sha256: Hash of each source file.
    """

    train: tuple[np.ndarray, np.ndarray]
    validation: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]
    near: int
    exact: int
    repeats: int
    nearest: np.ndarray
    sha256: dict[str, str]


def load(folder: Path | None, cache: Path) -> FashionMnist:
    """Read, check and split the data set.

    Args:
        folder: Folder of the four files; None for the Debian package's folder.
        cache: Folder for the distances between train and test, which take a minute to compute.

    Raises:
        FileNotFoundError: The files are missing.
        ValueError: A file has an unexpected SHA-256.
    """
    folder = folder or DEBIAN_FOLDER
    digests = {}
    for name, expected in FILES.items():
        if not (folder / name).is_file():
            raise FileNotFoundError(
                f"{name} not in {folder}: install the Debian package {PACKAGE} or give --fashion-mnist"
            )
        digests[name] = sha256(folder / name)
        if digests[name] != expected:
            raise ValueError(f"{name}: SHA-256 is {digests[name]}, expected {expected}")
    x, test_x = _images(folder / "train-images-idx3-ubyte.gz"), _images(folder / "t10k-images-idx3-ubyte.gz")
    y, test_y = _labels(folder / "train-labels-idx1-ubyte.gz"), _labels(folder / "t10k-labels-idx1-ubyte.gz")

    nearest = _nearest(x, test_x, cache / "fashion-mnist-nearest.npy")
    exact = exact_matches(x, test_x)
    near = (nearest <= NEAR) & ~exact
    first = np.zeros(len(x), dtype=bool)
    first[np.unique(x.reshape(len(x), -1), axis=0, return_index=True)[1]] = True
    keep = np.flatnonzero(first & ~exact & ~near)
    order = np.random.default_rng(SPLIT_SEED).permutation(keep)
    validation, train = order[:VALIDATION], order[VALIDATION:]
    return FashionMnist(
        train=(x[train], y[train]),
        validation=(x[validation], y[validation]),
        test=(test_x, test_y),
        near=int(near.sum()),
        exact=int(exact.sum()),
        repeats=int((~first).sum()),
        nearest=nearest,
        sha256=digests,
    )


def _images(path: Path) -> np.ndarray:
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=16).reshape(-1, 28, 28)


def _labels(path: Path) -> np.ndarray:
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=8)


def _nearest(x: np.ndarray, reference: np.ndarray, path: Path) -> np.ndarray:
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, nearest_distance(x, reference)[0])
    return np.load(path)
