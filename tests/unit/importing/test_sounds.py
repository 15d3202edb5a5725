"""Sounds in one folder per class."""

import io
import wave

import numpy as np
import pytest
from scipy.io import wavfile

from odviz.domain.errors import FileRefused
from odviz.importing.readers import read
from tests.unit.importing.data_files import laid, taking, zipped

LENGTH = 8
HALF = np.full(LENGTH, 0.5)


def sound(samples, dtype="int16", rate=16_000) -> bytes:
    """The bytes of samples from −1 to 1, shape (N,) or (N, channels)."""
    samples = np.asarray(samples)
    if dtype == "int24":
        out = io.BytesIO()
        with wave.open(out, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(3)
            file.setframerate(rate)
            file.writeframes(b"".join(int(value * (1 << 23)).to_bytes(3, "little", signed=True) for value in samples))
        return out.getvalue()
    if dtype == "uint8":
        samples = samples * 128 + 128
    elif dtype.startswith("int"):
        samples = samples * -float(np.iinfo(dtype).min)
    out = io.BytesIO()
    wavfile.write(out, rate, samples.astype(dtype))
    return out.getvalue()


@pytest.mark.parametrize("dtype", ["uint8", "int16", "int24", "int32", "float32", "float64"])
def test_samples_are_from_minus_one_to_one(tmp_path, dtype):
    files = {"no/1.wav": sound(-HALF, dtype), "yes/1.wav": sound(HALF, dtype)}
    data = read(zipped(tmp_path / "d.zip", files), taking(LENGTH))
    assert data.classes == ("no", "yes") and data.items.dtype == np.float32
    assert np.allclose(data.items, [-HALF, HALF])


@pytest.mark.parametrize(
    ("shape", "item"), [((1, LENGTH), (1, LENGTH)), ((LENGTH, 1), (LENGTH, 1)), ((None,), (5,)), ((1, None), (1, 5))]
)
def test_sounds_have_the_shape_that_the_network_takes(tmp_path, shape, item):
    files = {"a/1.wav": sound(HALF[:5]), "a/2.wav": sound(HALF[:5]), "b/1.wav": sound(HALF)}
    assert read(laid(tmp_path / "d", files), taking(*shape)).items.shape[1:] == item


def test_what_is_cut_filled_mixed_and_skipped_is_said(tmp_path):
    stereo = np.stack([np.full(12, 0.5), np.full(12, -0.25)], axis=1)
    files = {"a/1.wav": sound(stereo), "a/2.wav": sound(HALF[:3], rate=8000), "b/1.wav": b"RIFF", "b/2.wav": sound([])}
    data = read(zipped(tmp_path / "d.zip", files), taking(LENGTH))
    assert np.allclose(data.items[0], 0.125) and np.allclose(data.items[1], [0.5] * 3 + [0] * 5)
    remarks = " ".join(data.remarks)
    for words in (
        "1 longer",
        "1 shorter",
        "1 sound are mixed",
        "2 sounds that cannot be read",
        "8,000 in 1",
        "not resampled",
    ):
        assert words in remarks


def test_a_network_that_takes_spectrograms(tmp_path):
    with pytest.raises(FileRefused, match="spectrogram"):
        read(zipped(tmp_path / "d.zip", {"a/1.wav": sound(HALF)}), taking(49, 40))
