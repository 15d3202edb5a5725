import math

import pytest

from odviz.domain.errors import InputError
from odviz.services import catalogue
from odviz.services.user_measurements import (
    LONGEST,
    MOST_POINTS,
    DraftProblem,
    Measurement,
    identify,
    problems,
    with_macs,
)


def test_the_counts_of_a_built_in_network_are_known():
    (lenet,) = (model for model in catalogue.models("product-images") if model.name == "lenet-5")
    macs, parameters = lenet.dense.macs / 1e6, lenet.dense.parameters / 1e6
    assert identify(Measurement(" LeNet-5 ", 1.0)) == Measurement("lenet-5", 1.0, macs, parameters)
    pruned = identify(Measurement("lenet-5 + prune-structured:50", 1.0))
    assert pruned.network == "lenet-5+prune-structured:50" and pruned.macs_m < macs
    assert identify(Measurement("lenet-5+prune-magnitude:50", 1.0)).macs_m == macs


def test_another_network_of_the_same_name_keeps_what_was_typed():
    assert identify(Measurement("lenet-5", 1.0, macs_m=5000.0)) == Measurement("lenet-5", 1.0, 5000.0)


def test_the_name_of_another_network_is_written_on_one_line():
    assert identify(Measurement("my\x00 net\n2", 1.0, 3.0, 4.0)) == Measurement("my net 2", 1.0, 3.0, 4.0)


@pytest.mark.parametrize(
    ("network", "word"),
    [
        ("lenet-5+int8-static", "pruning"),
        ("lenet-5+prune-structured:51", "30, 50, 70"),
        ("lenet-5+melt", "melt"),
        ("lenet-5+prune-structured:", "prune-structured:"),
    ],
)
def test_a_variant_that_odviz_does_not_make_is_reported_with_its_row(network, word):
    with pytest.raises(InputError):
        identify(Measurement(network, 1.0))
    (problem,) = problems([Measurement(network, 1.0)])
    assert (problem.field, problem.row) == ("network", 1) and word in problem.message


@pytest.mark.parametrize(
    ("measurement", "field", "word"),
    [
        (Measurement(latency_ms=1.0), "network", "name"),
        (Measurement("\x00\u3000", 1.0), "network", "name"),
        (Measurement("n" * (LONGEST + 1), 1.0), "network", "120"),
        (Measurement("net"), "latency_ms", "milliseconds"),
        (Measurement("net", 0.0), "latency_ms", "from 0.000001 to 100,000,000"),
        (Measurement("net", -1.0), "latency_ms", "-1"),
        (Measurement("net", 1e-300), "latency_ms", "1e-300"),
        (Measurement("net", 1.0, macs_m=1e-300), "macs_m", "from 0.000001 to 1,000,000,000"),
        (Measurement("net", math.nan), "latency_ms", "nan"),
        (Measurement("net", math.inf), "latency_ms", "inf"),
        (Measurement("net", 1.0, macs_m=-1.0), "macs_m", "-1"),
        (Measurement("net", 1.0, parameters_m=1e10), "parameters_m", "1e+10"),
        (Measurement("net", 1.0, power_w=3.0), "energy_scope", "board"),
        (Measurement("net", 1.0, power_w=0.0, energy_scope="plug"), "power_w", "0"),
        (Measurement("net", 1.0, power_w=1.0, energy_scope="x" * 121), "energy_scope", "120"),
    ],
)
def test_what_is_wrong_with_a_measurement_is_reported_with_its_row(measurement, field, word):
    (problem,) = problems([Measurement("good", 1.0), measurement])
    assert (problem.field, problem.row) == (field, 2)
    assert problem.message.startswith("Measurement 2") and word in problem.message


def test_a_network_is_measured_once_however_it_is_written():
    rows = [Measurement("lenet-5", 1.0), Measurement("net", 1.0), Measurement("LENET-5", 2.0), Measurement("net ", 1.0)]
    first, second = problems(rows)
    assert (first.field, first.row) == ("network", 3) and "measurement 1" in first.message
    assert (second.field, second.row) == ("network", 4) and "measurement 2" in second.message


@pytest.mark.parametrize("rows", [("MyNet", "mynet", None), ("lenet-5", "LeNet-5", 999.0), ("Straße", "STRASSE", 5.0)])
def test_names_that_differ_by_capitals_are_one_network(rows):
    first, second, macs = rows
    (problem,) = problems([Measurement(first, 1.0), Measurement(second, 2.0, macs)])
    assert (problem.field, problem.row) == ("network", 2) and "measurement 1" in problem.message


def test_no_measurement_and_too_many_are_reported():
    many = [Measurement(f"net{number}", 1.0) for number in range(MOST_POINTS + 1)]
    for rows in ([], many):
        (problem,) = problems(rows)
        assert problem == DraftProblem("measurements", problem.message)
    assert problems(many[:-1]) == []


def test_networks_that_others_can_be_projected_from_have_a_latency_and_macs():
    rows = [
        Measurement("lenet-5", 1.0),
        Measurement("lenet-5", None),
        Measurement("net", 1.0),
        Measurement("net", 1.0, 2.0),
        Measurement("lenet-5+melt", 1.0),
    ]
    assert [measurement.network for measurement in with_macs(rows)] == ["lenet-5", "net"]
