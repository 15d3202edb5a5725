import math

import pytest

from odviz.domain.errors import InputError
from odviz.services import catalogue
from odviz.services.user_measurements import LONGEST, MOST_NETWORKS, Counted, Measurement, identify, problems, with_macs


def test_odvizs_own_network_brings_its_counts_along():
    (lenet,) = (model for model in catalogue.models("product-images") if model.name == "lenet-5")
    assert identify(Measurement(" LeNet-5 ", 1.0)) == Counted("lenet-5", lenet.dense.macs, lenet.dense.parameters)
    pruned = identify(Measurement("lenet-5 + prune-structured:50", 1.0))
    assert pruned.name == "lenet-5+prune-structured:50" and pruned.macs < lenet.dense.macs
    assert identify(Measurement("lenet-5+prune-magnitude:50", 1.0)).macs == lenet.dense.macs


def test_another_network_of_the_same_name_keeps_what_was_typed():
    assert identify(Measurement("lenet-5", 1.0, macs_m=5000.0)) == Counted("lenet-5", 5e9, None)


def test_anybody_elses_network_is_taken_as_it_is_on_one_line():
    assert identify(Measurement("my\x00 net\n2", 1.0, 3.0, 4.0)) == Counted("my net 2", 3e6, 4e6)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ("lenet-5+int8-static", "name its pruning alone"),
        ("lenet-5+prune-structured:51", "no LeNet-5 with 51 % removed; it has 30, 50, 70 %"),
        ("lenet-5+melt", "no compression method named 'melt'"),
        ("lenet-5+prune-structured:", "is not a value"),
    ],
)
def test_what_odviz_does_not_make_is_said_with_its_row(network, words):
    with pytest.raises(InputError):
        identify(Measurement(network, 1.0))
    (sentence,) = problems([Measurement(network, 1.0)])
    assert sentence.startswith("Measurement 1 (lenet-5") and words in sentence


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Measurement(latency_ms=1.0), "the network has no name"),
        (Measurement("\x00\u3000", 1.0), "the network has no name"),
        (Measurement("n" * (LONGEST + 1), 1.0), "the name is longer than 120"),
        (Measurement("net"), "the latency is missing"),
        (Measurement("net", 0.0), "“Latency (ms)” is 0; it must be from 0.000001 to 100,000,000"),
        (Measurement("net", -1.0), "is -1"),
        (Measurement("net", 1e-300), "“Latency (ms)” is 1e-300; it must be from"),
        (
            Measurement("net", 1.0, macs_m=1e-300),
            "“MACs (million)” is 1e-300; it must be from 0.000001 to 1,000,000,000",
        ),
        (Measurement("net", math.nan), "is nan"),
        (Measurement("net", math.inf), "is inf; it must be from 0.000001 to 100,000,000"),
        (Measurement("net", 1.0, macs_m=-1.0), "“MACs (million)” is -1"),
        (Measurement("net", 1.0, parameters_m=1e10), "“Parameters (million)” is 1e+10"),
        (Measurement("net", 1.0, power_w=3.0), "does not say what that includes"),
        (Measurement("net", 1.0, power_w=0.0, energy_scope="plug"), "“Power (W)” is 0"),
        (Measurement("net", 1.0, power_w=1.0, energy_scope="x" * 121), "more than 120 characters"),
    ],
)
def test_what_is_wrong_with_a_measurement_is_said(given, words):
    (sentence,) = problems([Measurement("good", 1.0), given])
    assert sentence.startswith("Measurement 2") and words in sentence


def test_a_network_stands_there_once_however_it_is_written():
    rows = [Measurement("lenet-5", 1.0), Measurement("net", 1.0), Measurement("LENET-5", 2.0), Measurement("net ", 1.0)]
    assert problems(rows) == [
        "Measurement 3 (LENET-5) is the same network as measurement 1; keep one of them, or rename one.",
        "Measurement 4 (net) is the same network as measurement 2; keep one of them, or rename one.",
    ]


@pytest.mark.parametrize("rows", [("MyNet", "mynet", None), ("lenet-5", "LeNet-5", 999.0), ("Straße", "STRASSE", 5.0)])
def test_capitals_make_no_other_network(rows):
    first, second, macs = rows
    (sentence,) = problems([Measurement(first, 1.0), Measurement(second, 2.0, macs)])
    assert sentence.startswith(f"Measurement 2 ({second}) is the same network as measurement 1")


def test_none_and_too_many():
    assert "no measurement yet" in problems([])[0]
    many = [Measurement(f"net{number}", 1.0) for number in range(MOST_NETWORKS + 1)]
    assert problems(many) == ["There are 301 measurements; 300 is the most for one device."]
    assert problems(many[:-1]) == []


def test_networks_that_others_can_be_projected_from_have_a_latency_and_macs():
    rows = [
        Measurement("lenet-5", 1.0),
        Measurement("lenet-5", None),
        Measurement("net", 1.0),
        Measurement("net", 1.0, 2.0),
        Measurement("lenet-5+melt", 1.0),
    ]
    assert [each.name for each in with_macs(rows)] == ["lenet-5", "net"]
