"""Damaged files of data: read as far as they can be, or refused in words."""

import numpy as np
import pytest

from odviz.domain.errors import FileRefused
from odviz.importing.raw_data import RawData
from odviz.importing.readers import read
from tests.unit.importing.data_files import GREEN, RED, image, taking, zipped
from tests.unit.importing.test_sounds import sound

TIMES = 40


def images(folder):
    kinds = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
    files = {
        f"{name}/{kind}.{kind.lower()}": image(RED if name == "a" else GREEN, kind=kind)
        for kind in kinds
        for name in "ab"
    }
    return zipped(folder / "d.zip", files), taking(3, 8, 8)


def sounds(folder):
    files = {
        f"{name}/{kind}.wav": sound(np.full(9, 0.5), kind)
        for kind in ("uint8", "int16", "int24", "float32")
        for name in "ab"
    }
    return zipped(folder / "d.zip", files), taking(8)


def table(folder):
    path = folder / "d.csv"
    path.write_text("a;b;label\n" + "".join(f"{n};{n},5;{n % 2}\n" for n in range(40)))
    return path, taking(2)


def arrays(folder):
    np.savez(folder / "d.npz", x=np.zeros((9, 2), np.float32), y=np.arange(9) % 2)
    return folder / "d.npz", taking(2)


@pytest.mark.parametrize("make", [images, sounds, table, arrays])
def test_damaged_files_never_fail_otherwise(tmp_path, make):
    path, inputs = make(tmp_path)
    sound_bytes, rng = path.read_bytes(), np.random.default_rng(0)
    outcomes = set()
    for _ in range(TIMES):
        damaged = bytearray(sound_bytes)
        for place in rng.integers(0, len(damaged), rng.integers(1, 30)):
            damaged[place] = rng.integers(256)
        path.write_bytes(damaged[: rng.integers(1, len(damaged))] if rng.random() < 0.3 else damaged)
        try:
            data = read(path, inputs)
        except FileRefused as error:
            assert len(str(error)) < 600 and str(error).endswith(".")
            outcomes.add(FileRefused)
        else:
            assert len(data.items) and data.items.dtype.kind in "uif"
            outcomes.add(RawData)
    assert FileRefused in outcomes
