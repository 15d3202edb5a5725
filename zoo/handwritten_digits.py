"""Pictures that no model of odviz knows: 500 of scikit-learn's handwritten digits, for `data/handwritten-digits`.

`python -m zoo.handwritten_digits DIGITS.csv.gz` reads the file `sklearn/datasets/data/digits.csv.gz` of a wheel of
scikit-learn, whose bytes it checks.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np

from zoo.manifest import write_manifest
from zoo.record import sha256

SHA256 = "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"
COUNT, SEED = 500, 0


def write_digits(source: Path, folder: Path) -> None:
    """Write `digits.npz`; the pictures are drawn at random, without replacement.

    Args:
        source: `digits.csv.gz`.
        folder: that receives it.

    Raises:
        ValueError: these are not the bytes that are expected.
    """
    if sha256(source) != SHA256:
        raise ValueError(f"{source} is another file than expected")
    table = np.loadtxt(gzip.decompress(source.read_bytes()).decode().splitlines(), delimiter=",")
    chosen = np.random.default_rng(SEED).permutation(len(table))[:COUNT]
    pictures, digits = table[chosen, :-1].reshape(-1, 8, 8), table[chosen, -1]
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "digits.npz", x=pictures.astype(np.uint8), y=digits.astype(np.int16))


if __name__ == "__main__":
    data = Path(__file__).parent.parent / "data"
    write_digits(Path(sys.argv[1]), data / "handwritten-digits")
    write_manifest(data)
