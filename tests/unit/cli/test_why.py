import json

import pytest

from odviz.domain.why import Bound, SpeedCause, SpeedChange, SpeedExperiment
from odviz.services import why
from tests.toys.why import report, seconds, times


@pytest.fixture
def explained(monkeypatch):
    """A function that sets what the explanation is; it returns what was asked for."""
    wanted = []

    def set_report(made):
        monkeypatch.setattr(why, "explain", lambda *wants: wanted.append(wants) or made)
        return wanted

    return set_report


COMMAND = ("why", "product-images", "ds-cnn-0.25", "--recipe", "int8-static")
SIGNED = SpeedExperiment(
    SpeedCause.SIGNED, SpeedChange.UNSIGNED, seconds(100e-6), seconds(60e-6), times(1.67), confirms=True
)


def test_a_slow_variant_gets_its_cause_and_the_experiment(explained, odviz):
    wanted = explained(report(speed=0.9, experiments=(SIGNED,)))
    code, out, _ = odviz(*COMMAND)
    assert code == 0
    for part in ("slower", "S8 activations", "60.0 µs", "100 µs", "QLinearConv", "not in operators", "billion"):
        assert part in out
    assert [str(wanted[0][0].recipe), *wanted[0][1:4]] == ["int8-static", None, "onnxruntime", 1]


def test_without_a_cause_the_figures_are_said(explained, odviz):
    explained(report(speed=0.9))
    assert "no experiment explains it" in odviz(*COMMAND)[1]


def test_an_uncompressed_network_is_told_its_limit(explained, odviz):
    explained(report(speed=None, bound=Bound.DISPATCH))
    out = odviz(*COMMAND)[1]
    assert "dispatch-bound" in out and "uncompressed" not in out.partition("Operator")[0]


def test_as_json(explained, odviz):
    explained(report(speed=0.9, experiments=(SIGNED,)))
    document = json.loads(odviz(*COMMAND, "--json")[1])
    assert document["experiments"][0]["cause"] == "signed"
    assert sum(one["time_s"] for one in document["own"]["operators"]) == pytest.approx(90e-6)


@pytest.mark.parametrize(
    "words", [("product-images",), ("zzzz",), ("product-images", "lenet-5", "--runtime", "litert")]
)
def test_what_cannot_be_explained(odviz, words):
    assert odviz("why", *words)[0] == 2
