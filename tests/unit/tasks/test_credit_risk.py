"""Credit risk: how a row becomes inputs, and what its groups are."""

import json
import math

import numpy as np
import pytest

from odviz.domain.modality import Modality
from odviz.library import datasets
from odviz.tasks import TASKS
from odviz.tasks.credit_risk import MISSING, StoredColumn
from zoo.credit_data import encode

TASK = TASKS["credit-risk"]
COLUMNS = datasets.labels("credit-risk")["columns"]


def test_a_number_becomes_a_scaled_logarithm_and_a_missing_one_0_with_a_flag():
    column = StoredColumn("Income", mean=2.0, std=0.5, flagged=True)
    inputs = column.inputs(np.array([0, 99, MISSING]))
    assert inputs.dtype == np.float32
    np.testing.assert_allclose(inputs, [[-4, 0], [(math.log(100) - 2) / 0.5, 0], [0, 1]], rtol=1e-6)
    assert StoredColumn("Time", mean=2.0, std=0.5).inputs(np.array([0, MISSING])).tolist() == [[-4], [0]]


def test_a_category_becomes_one_of_its_values_and_a_missing_one_none():
    inputs = StoredColumn("Job", values=("fixed", "freelance", "others")).inputs(np.array([2, 0, MISSING]))
    assert inputs.tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 0]]


def test_a_program_that_follows_the_shipped_file_makes_the_same_inputs():
    stored = datasets.arrays("credit-risk", "test")["x"]
    rows = []
    columns = json.loads(TASK.preparation()["columns.json"])
    for values in stored[:200].tolist():
        row = []
        for column, value in zip(columns, values, strict=True):
            if "values" in column:
                row += [float(place == value) for place in range(len(column["values"]))]
                continue
            row.append(0.0 if value == -1 else (math.log(1 + value) - column["mean"]) / column["std"])
            row += [float(value == -1)] if column["flagged"] else []
        rows.append(row)
    np.testing.assert_allclose(TASK.test().inputs[:200], rows, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("split", ["test", "calibration"])
def test_networks_were_trained_on_the_same_inputs(split):
    stored = datasets.arrays("credit-risk", split)["x"]
    np.testing.assert_array_equal(TASK.prepare({"x": stored}), encode(stored, COLUMNS))


def test_age_and_marital_status_are_no_inputs():
    assert TASK.modality is Modality.TABULAR
    assert not {"Age", "Marital"} & {column["name"] for column in COLUMNS}


def test_age_bands_are_all_groups_that_there_are():
    assert TASK.fixed_groups and not TASKS["exercise"].fixed_groups
    assert sorted(set(TASK.test().groups)) == ["18 to 24", "25 to 34", "35 to 44", "45 to 54", "55 and over"]


def test_it_stands_last_of_the_built_in_tasks():
    names = TASKS.names()
    assert names.index("exercise") == 0 and names.index("credit-risk") == 3
    assert [task.name for task in TASKS] == list(names)
