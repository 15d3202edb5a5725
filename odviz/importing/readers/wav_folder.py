"""Sounds in one folder per class."""

from __future__ import annotations

import io
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from odviz.domain.errors import FileRefused
from odviz.importing.collection import Collection, Entry
from odviz.importing.raw_data import RawData
from odviz.importing.readers._by_class import Unreadable, by_class, read_items
from odviz.importing.readers.base import Reader
from odviz.runtimes.inputs import Port
from odviz.units import counted

_MOST_SAMPLES = 10 * 48_000


class WavFolder(Reader):
    """Sounds as numbers from −1 to 1, of the length that the network takes."""

    name = "wav-folder"
    title = "a folder or zip of sounds (WAV), one folder per class"
    suffixes = (".wav",)

    def read(self, files: Collection, inputs: Sequence[Port], alive: Callable[[], None]) -> RawData:
        """See base.Reader."""
        shape = inputs[0].shape[1:]
        filed = by_class(files, self.suffixes, "sound")
        sizes = [size for size in shape if size != 1]
        if len(sizes) != 1:
            taken = " × ".join("any" if size is None else str(size) for size in shape)
            raise FileRefused(
                f"The model takes {taken} numbers an item, which is no sound but perhaps a spectrogram. Compute it as "
                "for its training, and give it as an .npz archive of items x and labels y."
            )
        length = sizes[0] or _usual_length([entry for entry, _ in filed.test])
        item = tuple(1 if size == 1 else length for size in shape)
        cutter = _Cutter(length)
        data = read_items(filed, lambda content: cutter(content).reshape(item), item, "sound", alive)
        return replace(data, remarks=data.remarks + cutter.remarks())


@dataclass
class _Cutter:
    """Gives sounds one length, and counts what it changes.

    Attributes:
        length: samples of a sound.
        longer: how many sounds were.
        shorter: how many were.
        mixed: how many had several channels.
        rates: how many sounds had so many samples a second.
    """

    length: int
    longer: int = 0
    shorter: int = 0
    mixed: int = 0
    rates: Counter[int] = field(default_factory=Counter)

    def __call__(self, content: bytes) -> NDArray[np.float32]:
        """A sound of one channel, cut or filled up with silence at its end.

        Raises:
            Unreadable: it is no sound, or a damaged one.
        """
        rate, samples = _samples(content)
        self.rates[rate] += 1
        if samples.ndim == 2:
            self.mixed += samples.shape[1] > 1
            samples = samples.mean(axis=1)
        self.longer += len(samples) > self.length
        self.shorter += len(samples) < self.length
        sound = np.zeros(self.length, np.float32)
        sound[: len(samples)] = samples[: self.length]
        return sound

    def remarks(self) -> tuple[str, ...]:
        """What was changed, and what was not."""
        remarks = []
        if self.longer or self.shorter:
            remarks.append(
                f"The model takes {self.length:,} samples: {counted(self.longer, 'longer sound')} cut at the end, "
                f"{counted(self.shorter, 'shorter sound')} filled up with silence."
            )
        if self.mixed:
            remarks.append(f"The channels of {counted(self.mixed, 'sound')} are mixed to one.")
        rates = ", ".join(f"{rate:,} in {count:,}" for rate, count in self.rates.most_common(4))
        advice = " They should all be as those in the training of the model." if len(self.rates) > 1 else ""
        remarks.append(f"Samples a second: {rates}; not resampled.{advice}")
        return tuple(remarks)


def _samples(content: bytes) -> tuple[int, NDArray[np.float32]]:
    """Samples a second, and samples from −1 to 1, shape (N,) or (N, channels).

    Raises:
        Unreadable: it is no sound, or a damaged one.
    """
    from scipy.io import wavfile

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of chunks that hold no samples
            rate, stored = wavfile.read(io.BytesIO(content))
    except Exception as error:  # scipy raises anything on a damaged file
        raise Unreadable from error
    if not stored.size:
        raise Unreadable
    if stored.dtype.kind == "u":
        return rate, (stored.astype(np.float32) - 128) / 128
    if stored.dtype.kind == "i":
        return rate, stored.astype(np.float32) / -float(np.iinfo(stored.dtype).min)
    return rate, np.clip(np.nan_to_num(stored.astype(np.float32)), -1, 1)


def _usual_length(entries: Sequence[Entry]) -> int:
    """The length that most of the sounds have."""
    lengths: Counter[int] = Counter()
    for entry in entries[:200]:
        try:
            lengths[len(_samples(entry.read())[1])] += 1
        except (Unreadable, FileRefused):
            continue
    return min(_MOST_SAMPLES, lengths.most_common(1)[0][0]) if lengths else 1


plugin = WavFolder()
