"""Items that are plainly none of a task's own: what a model should not be sure about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from odviz.arrays import Array
from odviz.domain.modality import Modality
from odviz.stress._chosen import Rows
from odviz.stress._natural import natural_items
from odviz.stress._tabular import are_quantities
from odviz.stress.base import StressData
from odviz.tasks.base import Task

Rng = np.random.Generator

_GLYPHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

_SENTENCES = (
    "the train to {place} leaves at {hour} {minute} from platform {number}.",
    "room {number} is on floor {hour}, opposite the lift.",
    "add {number} grams of flour and {hour} spoons of water.",
    "the river at {place} is {number} metres wide.",
    "der zug nach {place} kommt um {hour} uhr {minute} an gleis {number} an.",
    "la salle {number} se trouve au niveau {hour} du batiment.",
    "el autobus {number} sale de {place} a las {hour} y {minute}.",
    "press key {number}, then enter the code {minute}{hour}.",
)
"""Statements of fact in four languages, without an opinion."""

_PLACES = ("oslo", "porto", "graz", "lyon", "turku", "leeds", "malmo", "bergamo", "vigo", "delft")


def foreign_items(data: StressData, rows: Rows, seed: int) -> Array:
    """Inputs of items that are none of the task's own, as many as there are rows.

    Args:
        data: of the benchmark.
        rows: test items, which tell shape and scale, and give the entries of rows of a table.
        seed: of the randomness.
    """
    natural, rng = natural_items(data, rows), np.random.default_rng([seed, 2])
    return natural.inputs(_maker(data.task)(natural.items, rng))


def beyond_items(data: StressData, rows: Rows, seed: int) -> Array:
    """Inputs of rows of a table whose quantities lie two to ten times the range of the test set above its least.

    Args:
        data: of the benchmark.
        rows: test items that are changed.
        seed: of the randomness.
    """
    natural, rng = natural_items(data, rows, is_cut=False), np.random.default_rng([seed, 3])
    return natural.inputs(beyond(natural.items, rng))


def described_made(task: Task) -> str:
    """What the made items are, in the plural."""
    return _DESCRIBED[_maker(task)]


def letters(images: Array, rng: Rng) -> Array:
    """Pictures of letters and digits, turned and moved a little."""
    from PIL import Image, ImageDraw, ImageFont

    height, width, channels = images.shape[1:]
    side = 4 * min(height, width)
    drawn = np.empty_like(images)
    for row in range(len(images)):
        font = ImageFont.load_default(side * rng.uniform(0.5, 0.8))
        canvas = Image.new("L", (4 * width, 4 * height))
        glyph = _GLYPHS[rng.integers(len(_GLYPHS))]
        centre = (rng.uniform(1.7, 2.3) * width, rng.uniform(1.7, 2.3) * height)
        ImageDraw.Draw(canvas).text(centre, glyph, fill=255, font=font, anchor="mm")
        small = canvas.rotate(rng.uniform(-20, 20)).resize((width, height), Image.Resampling.BOX)
        ink, paper = (1.0, 0.0) if channels == 1 else (rng.random(channels), rng.random(channels))
        coverage = np.asarray(small, np.float32)[..., np.newaxis] / 255
        drawn[row] = coverage * ink + (1 - coverage) * paper
    return drawn


def rest_and_tones(signals: Array, rng: Rng) -> Array:
    """A sensor at rest, for one half, and for the other one that swings evenly, as a machine does."""
    count, length, channels = signals.shape
    level = rng.normal(size=(count, 1, channels))
    time = np.arange(length)[:, np.newaxis] / length
    periods, phase = rng.uniform(12, 30, (count, 1, 1)), rng.random((count, 1, channels))
    swing = rng.uniform(0.5, 2, (count, 1, channels)) * np.sin(2 * np.pi * (periods * time + phase))
    swinging = (np.arange(count) % 2)[:, np.newaxis, np.newaxis]
    noise = 0.02 * rng.standard_normal(signals.shape)
    return np.asarray(level + swinging * swing + noise, np.float32)


def mixed_rows(rows: Array, rng: Rng) -> Array:
    """Rows of which each entry is another row's: each column is as it was, and what belongs together is not."""
    return np.stack([rng.permutation(column) for column in rows.T], axis=1)


def beyond(rows: Array, rng: Rng) -> Array:
    """Rows whose quantities lie two to ten times the range of the column above its least; codes stay."""
    low, high = rows.min(axis=0), rows.max(axis=0)
    far = low + rng.uniform(2, 10, rows.shape) * (high - low)
    return np.where(are_quantities(rows), far, rows)


def statements(texts: list[str], rng: Rng) -> list[str]:
    """Statements of fact in several languages."""
    return [
        _SENTENCES[rng.integers(len(_SENTENCES))].format(
            place=_PLACES[rng.integers(len(_PLACES))],
            hour=rng.integers(1, 24),
            minute=rng.integers(10, 60),
            number=rng.integers(1, 400),
        )
        for _ in texts
    ]


def mixed_tokens(ids: Array, rng: Rng) -> Array:
    """Token ids of other texts in any order; texts keep their lengths."""
    values, counts = np.unique(ids[:, -1], return_counts=True)
    own = ids != values[counts.argmax()]
    mixed = ids.copy()
    mixed[own] = rng.permutation(ids[own])
    return mixed


def _maker(task: Task) -> Callable[[Any, Rng], Any]:
    match task.modality:
        case Modality.IMAGE:
            return letters
        case Modality.SIGNAL:
            return rest_and_tones
        case Modality.TABULAR:
            return mixed_rows
        case Modality.TEXT:
            return statements if task.texts("test") else mixed_tokens


_DESCRIBED = {
    letters: "pictures of letters and digits",
    rest_and_tones: "signals at rest and of even swings",
    mixed_rows: "rows mixed from entries of other rows",
    statements: "statements of fact in four languages",
    mixed_tokens: "mixed words of other texts",
}
