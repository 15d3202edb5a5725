"""Items that test, and items that calibrate."""

import numpy as np
import pytest

from odviz.domain.errors import FileRefused
from odviz.importing.splits import write
from odviz.tasks._own import stored_columns


def written(folder, items, own=()):
    split = write(folder, (items,), np.arange(len(items)), None, own)
    test, calibration = (np.load(folder / f"{name}.npz")["x"] for name in ("test", "calibration"))
    assert (len(test), len(calibration)) == (split.test, split.calibration)
    return set(map(bytes, test)), set(map(bytes, calibration)), split


def test_equal_items_are_in_one_split(tmp_path):
    items = np.repeat(np.arange(30, dtype=np.uint8), 4)[:, np.newaxis]
    test, calibration, split = written(tmp_path, items)
    assert not test & calibration and len(calibration) == 6 and len(test) == 24
    assert split.remarks[0].endswith("90 of 120.")


def test_items_that_test_do_not_calibrate(tmp_path):
    items = np.arange(10, dtype=np.uint8)[:, np.newaxis]
    test, calibration, split = written(tmp_path, items, (np.arange(8, 14, dtype=np.uint8)[:, np.newaxis],))
    assert len(test) == 10 and calibration == {bytes([number]) for number in range(10, 14)}
    assert split.remarks[0].startswith("2 of 6 items")
    with pytest.raises(FileRefused, match="calibrate with others"):
        written(tmp_path, items, (items[:3],))


def test_different_items_say_nothing(tmp_path):
    _, calibration, split = written(tmp_path, np.arange(10.0)[:, np.newaxis])
    assert split.remarks == () and len(calibration) == 2


def test_test_items_keep_what_else_is_known_of_them(tmp_path):
    items = np.arange(20.0)[:, np.newaxis]
    columns = {"../age": np.arange(20).astype(str), "x": np.array(["f", "m"] * 10)}
    write(tmp_path, (items,), np.arange(20), None, (), columns)
    stored = np.load(tmp_path / "test.npz")
    assert {heading: cells.tolist() for heading, cells in stored_columns(stored).items()} == {
        "../age": [str(int(item)) for item in stored["x"][:, 0]],
        "x": ["fm"[int(item) % 2] for item in stored["x"][:, 0]],
    }
