"""What kind of thing an item is: a picture, a text, a signal or a row of a table."""

from __future__ import annotations

from enum import StrEnum

_LEAST_SIDE = 16
"""Least side of a picture without an axis for colours; shorter ones are channels of a signal."""

_LONGEST_ROW = 256
"""Most numbers of a row of a table; more are samples of one channel."""


class Modality(StrEnum):
    """What kind of thing an item is.

    Attributes:
        IMAGE: shape (H, W) or (H, W, C); a spectrogram, too.
        TEXT: token ids, shape (L,).
        SIGNAL: samples in time, shape (T,) or (T, C).
        TABULAR: features, shape (F,).
    """

    IMAGE = "image"
    TEXT = "text"
    SIGNAL = "signal"
    TABULAR = "tabular"


def modality_of(shape: tuple[int, ...], dtype: str) -> Modality:
    """Tell what items are by their shape and type.

    Args:
        shape: of one item, channels last.
        dtype: of its numbers as models take them ("float32").
    """
    if len(shape) >= 3:
        return Modality.IMAGE
    if len(shape) == 2:
        return Modality.IMAGE if min(shape) >= _LEAST_SIDE else Modality.SIGNAL
    if "int" in dtype:
        return Modality.TEXT
    return Modality.SIGNAL if shape and shape[0] > _LONGEST_ROW else Modality.TABULAR
