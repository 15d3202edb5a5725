"""Preparation of the credit applications: split, duplicates, missing values and the encoding."""

import numpy as np
import pandas as pd
import pytest

from zoo.credit_data import APPLICANT, BANDS, CATEGORIES, MISSING, NUMBERS, VALIDATION, encode, encoding, split

ROWS = 1200


@pytest.fixture
def table() -> pd.DataFrame:
    """Applications of 400 people, three each, of whom some lack an income or a job."""
    rng = np.random.default_rng(0)
    people = pd.DataFrame({name: rng.permutation(ROWS // 3) for name in NUMBERS}).astype("Int32")
    people["Age"] = rng.integers(18, 69, len(people))
    for name in CATEGORIES:
        people[name] = pd.Categorical.from_codes(rng.integers(0, 3, len(people)), ["a", "b", "c"])
    people.loc[:19, "Income"] = pd.NA
    people.loc[10:29, "Job"] = None
    applications = pd.concat([people] * 3, ignore_index=True)
    applications["Amount"] = np.arange(ROWS, dtype=np.int32)
    applications["Status"] = pd.Categorical.from_codes(rng.integers(0, 2, ROWS), ["bad", "good"])
    return applications.sample(frac=1, random_state=0, ignore_index=True)


def applicants(part) -> set[tuple[int, ...]]:
    names = (*NUMBERS, *CATEGORIES)
    return set(map(tuple, part.x[:, [names.index(name) for name in APPLICANT]].tolist()))


def test_nobody_is_in_two_parts_and_half_is_for_testing(table):
    data = split(table)
    parts = (data.train, data.validation, data.test)
    assert sum(map(len, parts)) == ROWS and data.alike == ROWS
    assert len(data.test) == pytest.approx(ROWS / 2, abs=3)
    assert len(data.validation) == pytest.approx(VALIDATION, abs=3)
    assert not applicants(data.test) & (applicants(data.train) | applicants(data.validation))
    assert not applicants(data.train) & applicants(data.validation)


def test_rows_that_repeat_another_one_are_removed(table):
    data = split(pd.concat([table, table[:5]], ignore_index=True))
    assert data.repeats == 5 and sum(map(len, (data.train, data.validation, data.test))) == ROWS


def test_missing_values_stay_missing_and_no_row_is_dropped(table):
    data = split(table)
    everything = np.concatenate([part.x for part in (data.train, data.validation, data.test)])
    names = (*NUMBERS, *CATEGORIES)
    missing = {name: int((everything[:, place] == MISSING).sum()) for place, name in enumerate(names)}
    assert {name: count for name, count in missing.items() if count} == {"Income": 60, "Job": 60}


@pytest.mark.parametrize(("age", "band"), [(18, "18 to 24"), (24, "18 to 24"), (25, "25 to 34"), (68, "55 and over")])
def test_a_band_begins_at_its_least_age(table, age, band):
    table["Age"] = age
    data = split(table)
    assert set(data.test.band) == {band} <= set(BANDS.values())


def test_numbers_are_scaled_by_the_training_part_alone(table):
    data = split(table)
    columns = encoding(data)
    inputs = encode(data.train.x, columns)
    flagged = [bool(column.get("flagged")) for column in columns]
    assert [column["name"] for column, own in zip(columns, flagged, strict=True) if own] == ["Income"]
    place = NUMBERS.index("Income")
    known = inputs[:, place + 1] == 0
    assert inputs[known, place].mean() == pytest.approx(0, abs=1e-4)
    assert inputs[known, place].std() == pytest.approx(1, abs=1e-4)
    assert (inputs[~known, place] == 0).all() and not known.all()


def test_good_is_class_0(table):
    table["Status"] = pd.Categorical(["good"] * ROWS, ["bad", "good"])
    assert set(split(table).test.y) == {0}
