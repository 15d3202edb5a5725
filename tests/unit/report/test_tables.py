import csv
import io
import json

import pytest

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.report.documents import document
from odviz.report.tables import as_csv
from odviz.serialization import to_json
from tests.fakes import World


@pytest.fixture
def evidence(store, measured):
    return load_benchmark_data(store, measured(World(accuracy={"int8-dynamic": 0.25}), "int8-static", "int8-dynamic"))


def test_csv_has_value_interval_unit_n_and_provenance_of_every_figure(evidence):
    fp32, int8, broken = csv.DictReader(io.StringIO(as_csv(evidence, analyse(evidence))))
    assert (int8["model"], int8["recipe"], int8["runtime"], int8["runtime_version"]) == (
        "net", "int8-static", "onnxruntime", "1.0",
    )  # fmt: skip
    for name in ("accuracy", "latency", "memory", "accuracy_difference", "speedup"):
        assert float(int8[f"{name}_low"]) <= float(int8[name]) <= float(int8[f"{name}_high"])
        assert int8[f"{name}_unit"] and int8[f"{name}_provenance"] == "measured"
    assert int8["energy"] == "" and float(int8["energy_low"]) > 0 and int8["energy_provenance"] == "modelled"
    assert int8["front_latency"] in ("front", "ambiguous", "dominated")
    assert fp32["speedup"] == ""
    assert broken["latency"] == "" and broken["failure"].startswith("wrong-predictions: ")


def test_json_holds_the_same_and_the_samples_on_request(evidence):
    found = json.loads(to_json(document(evidence, analyse(evidence), samples=True)))
    assert len(found["benchmark"]["points"]) == 3
    assert found["benchmark"]["points"][1]["latency"]["p50"]["unit"] == "s"
    assert sum(map(len, found["blocks"].values())) == sum(map(len, evidence.blocks.values())) > 0
    assert "blocks" not in document(evidence, analyse(evidence))
