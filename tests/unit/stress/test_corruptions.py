"""Changes to items: none at severity 0, more at each further one, reproducible, within the range of the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from odviz.domain.modality import Modality
from odviz.library import datasets
from odviz.metrics import METRICS
from odviz.stress import _image, _signal, _tabular, _text
from odviz.stress._chosen import chosen_items
from odviz.stress._kinds import SEVERITIES, Kind
from odviz.stress._natural import Natural, natural_items
from odviz.stress.base import StressData, write_items
from odviz.stress.corruptions import variations
from odviz.tasks import TASKS
from odviz.tasks.base import Examples

BUILT_IN = ("exercise", "product-images", "review-sentiment")
RNG = np.random.default_rng(7)
ROWS = np.stack([RNG.normal(50, 10, 60), RNG.integers(0, 3, 60), RNG.normal(0, 1, 60)], axis=1).astype(np.float32)


@dataclass
class Set:
    data: StressData
    natural: Natural
    rows: Any


def of_task(name: str) -> Set:
    task = TASKS[name]
    data = StressData(task, task.test(), METRICS[task.metric], 0)
    rows = chosen_items(data.examples, 200, 0)[::6]
    return Set(data, natural_items(data, rows), rows)


@pytest.fixture(scope="module")
def sets() -> dict[str, Set]:
    return {name: of_task(name) for name in BUILT_IN}


def distance(one: Any, other: Any) -> float:
    """How different changed inputs are: the mean of differences of numbers, the share of unequal token ids."""
    if one.dtype.kind == "i":
        return float((one != other).mean())
    return float(np.abs(one - other).mean())


@pytest.mark.parametrize("name", BUILT_IN)
def test_without_a_change_the_inputs_are_those_of_the_task(sets: dict[str, Set], name: str) -> None:
    it = sets[name]
    assert np.array_equal(it.natural.inputs(it.natural.items), it.data.examples.inputs[it.rows])
    for kind in it.natural.kinds:
        assert kind.changed(it.natural.items, 0, seed=3) is it.natural.items


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_severity_changes_more_than_the_one_before(sets: dict[str, Set], name: str) -> None:
    natural = sets[name].natural
    clean = natural.inputs(natural.items)
    for kind in natural.kinds:
        far = [distance(natural.inputs(kind.changed(natural.items, severity, 0)), clean) for severity in SEVERITIES]
        if kind.name == "case":  # the tokenizer takes next to no notice of capitals
            assert far == sorted(far) and far[-1] < 0.05
        else:
            assert far[0] > 0 and far == sorted(far) and len(set(far)) == 5, (kind.name, far)


@pytest.mark.parametrize("name", BUILT_IN)
def test_changed_inputs_are_reproducible_and_within_the_range_of_the_data(sets: dict[str, Set], name: str) -> None:
    it = sets[name]
    first, again = list(variations(it.natural, 1)), list(variations(it.natural, 1))
    other = list(variations(it.natural, 2))
    whole = it.data.examples.inputs
    assert len(first) == 5 * len(it.natural.kinds)
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    assert any(not np.array_equal(one, two) for one, two in zip(first, other, strict=True))
    for one in first:
        assert one.dtype == whole.dtype and one.shape == (len(it.rows), *whole.shape[1:])
        assert one.min() >= whole.min() - 1e-6 and one.max() <= max(whole.max(), len(_vocabulary(name))) + 1e-6


def _vocabulary(name: str) -> str:
    return datasets.content(name, "tokenizer.json").decode() if name == "review-sentiment" else ""


def changes(kind: Kind, items: Any) -> list[Any]:
    return [kind.changed(items, severity, 0) for severity in SEVERITIES]


def test_rows_of_a_table_keep_codes_that_occur_and_lose_more_entries_at_each_severity() -> None:
    for kind in _tabular.KINDS:
        changed = changes(kind, ROWS)
        far = [float((one != ROWS).mean()) if kind.name != "noise" else distance(one, ROWS) for one in changed]
        assert far[0] > 0 and far == sorted(far)
        assert all(set(one[:, 1]) <= {0, 1, 2} for one in changed)
    missing = changes(_tabular.KINDS[1], ROWS)
    assert (missing[-1] != ROWS).mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("shape", [(4, 20, 16, 3), (4, 20, 16, 1), (4, 20, 16, 5)], ids=["colour", "grey", "five"])
def test_pictures_of_any_number_of_channels_are_changed_in_place(shape: tuple[int, ...]) -> None:
    images = np.random.default_rng(0).random(shape, np.float32)
    for kind in _image.KINDS:
        for one in changes(kind, images):
            assert one.shape == shape and one.dtype == np.float32 and 0 <= one.min() <= one.max() <= 1


def test_a_rotated_sensor_keeps_the_length_of_what_it_measures() -> None:
    signals = np.random.default_rng(0).normal(size=(5, 30, 6)).astype(np.float32)
    turned = _signal.rotated_axis(signals, 30.0, np.random.default_rng(0))
    for first in (0, 3):
        own, other = signals[:, :, first : first + 3], turned[:, :, first : first + 3]
        assert np.linalg.norm(other, axis=2) == pytest.approx(np.linalg.norm(own, axis=2), rel=1e-4)
    one_channel = _signal.rotated_axis(signals[:, :, :1], 30.0, np.random.default_rng(0))
    assert one_channel.shape == (5, 30, 1)


def test_a_gap_repeats_the_value_before_it() -> None:
    signals = np.arange(100, dtype=np.float32).reshape(1, 100, 1)
    gap = _signal.drop_out(signals, 0.2, np.random.default_rng(0))[0, :, 0]
    (lost,) = np.nonzero(gap != np.arange(100))
    assert len(lost) in (19, 20) and len(set(gap[lost])) == 1 and (np.diff(lost) == 1).all()


def test_typing_errors_leave_spaces_and_figures_alone_and_words_are_never_all_dropped() -> None:
    texts = ["it cost 1999 and broke", "ok"] * 20
    for text, changed in zip(texts, _text.typos(texts, 0.5, np.random.default_rng(0)), strict=True):
        assert "".join(filter(str.isdigit, changed)) == "".join(filter(str.isdigit, text))
    assert all(_text.dropped_words(texts, 0.99, np.random.default_rng(0)))


def test_token_ids_without_texts_are_dropped_or_swapped_and_padding_stays_at_the_end() -> None:
    ids = np.zeros((3, 8), np.int32)
    ids[:, :5] = [[7, 3, 9, 4, 5]] * 3
    dropped = _text.dropped_tokens(ids, 0.5, np.random.default_rng(0))
    for row in dropped:
        kept = row[row != 0]
        assert (row[: len(kept)] == kept).all() and [one for one in ids[0] if one in kept] == list(kept)
    swapped = _text.swapped_tokens(ids, 1.01, np.random.default_rng(0))
    assert swapped[0].tolist() == [3, 7, 4, 9, 5, 0, 0, 0]


def test_chosen_items_are_spread_over_classes_and_groups() -> None:
    classes, groups = np.repeat([0, 1, 2, 2], 500), np.array(["a", "b"] * 1000)
    examples = Examples(np.zeros((2000, 4), np.float32), classes, groups)
    chosen = chosen_items(examples, 35, 5)
    assert len(chosen) == len(set(chosen)) == 300 and (np.diff(chosen) > 0).all()
    assert np.bincount(classes[chosen]).tolist() == pytest.approx([75, 75, 150], abs=2)
    assert (groups[chosen] == "a").sum() == pytest.approx(150, abs=2)
    assert np.array_equal(chosen, chosen_items(examples, 35, 5))
    assert not np.array_equal(chosen, chosen_items(examples, 35, 6))


def test_fewer_items_are_changed_where_they_are_large() -> None:
    pixels = np.broadcast_to(np.float32(0), (400, 512, 512, 3))  # no memory behind it
    assert len(chosen_items(Examples(pixels, np.zeros(400, np.int64), np.full(400, "")), 35, 0)) == 20


def test_written_items_have_a_fingerprint_of_their_content(tmp_path: Any) -> None:
    parts = [np.full((2, 3), value, np.float32) for value in range(4)]
    one = write_items(tmp_path / "a.npy", parts, 8)
    assert np.array_equal(np.load(one.path), np.concatenate(parts)) and one.count == 8
    assert write_items(tmp_path / "b.npy", [np.concatenate(parts)], 8).fingerprint == one.fingerprint
    assert write_items(tmp_path / "c.npy", parts[::-1], 8).fingerprint != one.fingerprint


def test_every_modality_has_kinds_of_changes_with_names_of_their_own() -> None:
    for kinds in (_image.KINDS, _signal.KINDS, _tabular.KINDS, _text.KINDS, _text.TOKEN_KINDS):
        names = [kind.name for kind in kinds]
        assert len(names) == len(set(names)) and "items" not in names
        assert all(list(kind.levels) == sorted(kind.levels) for kind in kinds)
    assert set(Modality) == {Modality.IMAGE, Modality.SIGNAL, Modality.TABULAR, Modality.TEXT}
