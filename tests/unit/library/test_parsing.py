import io
import time
import zipfile
from typing import Any

import numpy as np
import pytest

from odviz.domain.errors import FileRefused
from odviz.library import parsing
from odviz.library.devices import LARGEST
from odviz.library.parsing import parse_arrays, parse_json, parse_toml


def archive(**arrays):
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def zipped(entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in entries:
            writer.writestr(name, content)
    return out.getvalue()


def npy(array):
    out = io.BytesIO()
    np.save(out, array, allow_pickle=True)
    return out.getvalue()


@pytest.mark.parametrize(
    "piece", ["[" + "a." * 100_000 + "a]", "a" + ".a" * 100_000 + "=1", "a=[{" + '"a" . ' * 40_000 + "a=1}]"]
)
def test_long_dotted_keys_are_refused_with_their_line(piece):
    with pytest.raises(FileRefused, match="line 2 has more than 60 dots"):
        parse_toml(f"b=1\n{piece}\n", "x.toml")


@pytest.mark.parametrize("piece", ["[", "{a=", "[[a]]\n", "a.b={}\n", "#", "\n", '"', "'''", "a", "[a", "=", "é"])
def test_toml_of_the_largest_size_is_read_or_refused_at_once(piece):
    begun = time.process_time()
    for text in (piece * (LARGEST // len(piece)), f"a={piece * (LARGEST // len(piece) - 1)}"):
        try:
            parse_toml(text, "x.toml")
        except FileRefused as error:
            assert error.place == "x.toml" and len(str(error)) < 500
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "text", ["", "[", "[" * 100_000, '{"a":' * 100_000, '{"a": NaN}', '{"a": 1e999}', "1", '{"a": 1}}']
)
def test_what_is_no_json_of_the_schema_is_refused(text):
    with pytest.raises(FileRefused, match=r"x\.json is not a list"):
        parse_json(dict[str, Any], text, "x.json", "list")


def test_arrays_come_back():
    arrays = {
        "x": np.arange(6).reshape(2, 3),
        "y": np.asfortranarray(np.ones((2, 2), np.float32)),
        "g": np.array(["a"]),
    }
    parsed = parse_arrays(archive(**arrays), "a.npz")
    assert parsed.keys() == arrays.keys()
    assert all(np.array_equal(parsed[name], array) for name, array in arrays.items())


def forged(shape):
    """An array whose header states another shape."""
    return npy(np.zeros(4)).replace(b"(4,), }", f"({shape},), }}".encode())


@pytest.mark.parametrize(
    "entries",
    [
        [("x.npy", npy(np.array([{}], object)))],
        [("x.npy", forged(10**12))],
        [("x.npy", forged(5))],
        [("x.npy", b"")],
        [("x.npy", b"cos\nsystem\n(S'true'\ntR.")],
        [("x.npy", npy(np.zeros(4))[:-3])],
        [("x.txt", b"text")],
        [(f"{number}.npy", npy(np.zeros(1))) for number in range(101)],
    ],
)
def test_what_is_no_archive_of_plain_arrays_is_refused(entries):
    with pytest.raises(FileRefused, match=r"a\.npz"):
        parse_arrays(zipped(entries), "a.npz")


def test_an_archive_that_unpacks_to_more_than_it_may_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(parsing, "LARGEST_ARCHIVE", 10**6)
    content = archive(x=np.zeros(10**6, np.uint8))
    assert len(content) < 10**4
    with pytest.raises(FileRefused, match="larger"):
        parse_arrays(content, "a.npz")


def test_a_damaged_archive_is_refused_wherever_the_damage_is():
    content = archive(x=np.arange(50), y=np.arange(50.0))
    whole = parse_arrays(content, "a.npz")
    for position in range(0, len(content), 3):
        damaged = bytearray(content)
        damaged[position] ^= 0x41
        try:
            parsed = parse_arrays(bytes(damaged), "a.npz")
        except FileRefused:
            continue
        assert all(np.array_equal(array, whole[name]) for name, array in parsed.items() if name in whole)
