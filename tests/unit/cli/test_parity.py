import json
from dataclasses import replace

import pytest

from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Variant
from odviz.domain.parity import Cause, Change, Experiment, Layer, ParityReport, Parting, RuntimeParity
from odviz.domain.recipe import parse_recipe
from odviz.services import parity

VARIANT = Variant("product-images", "ds-cnn-0.25", parse_recipe("int8-dynamic"), "tflite")


def of(value: float) -> Estimate:
    return Estimate(value, max(0.0, value - 0.02), min(1.0, value + 0.02), "1", Provenance.MEASURED, 500)


FIRST = RuntimeParity("litert", "2.3.0", quality=of(0.9), original=of(0.98))
EQUAL = RuntimeParity("openvino", "2026.4", quality=of(0.9), agreement=of(1.0), original=of(0.98), difference=1e-7)
REFUSED = RuntimeParity("openvino", "2026.4", Failure(FailureKind.UNSUPPORTED, "It takes int8 without a scale."))
APART = RuntimeParity(
    "tflite-runtime", "2.14.0", quality=of(0.08), agreement=of(0.084), original=of(0.08), difference=1.006, worst=5900,
    parting=Parting(Layer("FULLY_CONNECTED", "scores\x1b[31m", ("41",), (13,)), 15, 15, 1.006, 0.0, 0.009, 2),
    experiments=(
        Experiment(Cause.SATURATION, "", 0.918, 0.93, False, Change.SEVEN_BITS),
        Experiment(Cause.CHANNEL_SCALES, "", 0.918, 0.0096, True, Change.ONE_SCALE),
        Experiment(Cause.OPTIMISATION, "litert", 0.918, 0.918, False, Change.PLAIN),
    ),
)  # fmt: skip


@pytest.fixture
def compared(monkeypatch):
    """A function that sets what the comparison finds; it returns what was asked for."""
    wanted = []

    def set_rows(*rows: RuntimeParity) -> list:
        report = ParityReport(VARIANT, "0" * 64, 500, "top1", 1, rows)
        monkeypatch.setattr(parity, "compare", lambda _, *wants: wanted.append(wants) or report)
        return wanted

    return set_rows


COMMAND = ("parity", "product-images", "ds-cnn-0.25", "--recipe", "int8-dynamic", "--format", "tflite")


def test_programs_that_agree_get_one_sentence(compared, odviz):
    wanted = compared(FIRST, EQUAL)
    code, out, _ = odviz(*COMMAND)
    assert code == 0 and "the same answers in both programs" in out and "100 % of 500" in out
    assert "part at layer" not in out and "Cause" not in out
    assert wanted[0][:3] == (VARIANT, None, 1)


def test_programs_that_disagree_get_layer_cause_and_figures(compared, odviz):
    compared(FIRST, APART, REFUSED)
    code, out, _ = odviz(*COMMAND)
    assert code == 1
    for part in (
        "8.4 % of 500",
        "FULLY_CONNECTED",
        "15 of 15",
        "91.8 % to 1.0 %",
        "explains it",
        "int8 without a scale",
    ):
        assert part in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("first", "other", "wrong"), [(0.98, 0.5, "OpenVINO"), (0.5, 0.98, "LiteRT"), (0.98, 0.97, "")]
)
def test_the_program_that_errs_may_be_the_first(compared, odviz, first, other, wrong):
    compared(replace(FIRST, original=of(first)), replace(EQUAL, agreement=of(0.5), original=of(other)))
    out = odviz(*COMMAND)[1]
    assert ("is the one that errs" in out) == bool(wrong) and (not wrong or f"{wrong} is the one that errs" in out)


def test_a_file_that_one_program_runs(compared, odviz):
    compared(FIRST, REFUSED)
    code, out, _ = odviz(*COMMAND)
    assert code == 0 and "nothing to compare" in out


def test_as_json(compared, odviz):
    compared(FIRST, APART)
    document = json.loads(odviz(*COMMAND, "--json")[1])
    first, apart = document["runtimes"]
    assert first["agreement"] is None and apart["agreement"]["value"] == 0.084
    assert apart["parting"]["layer"]["operator"] == "FULLY_CONNECTED"
    assert [one["cause"] for one in apart["experiments"] if one["explains"]] == ["channel-scales"]


@pytest.mark.parametrize("words", [("product-images",), ("product-images", "lenet"), ("zzzz",)])
def test_variants_that_are_not_there(odviz, words):
    assert odviz("parity", *words)[0] == 2
