import json

import pytest

from odviz.domain.card import Voice
from odviz.domain.governance import RiskEvidenceKind, RiskFunction
from odviz.domain.release import Channel
from odviz.services import cards, releases
from odviz.services.governance import evidence
from odviz.store import open_store
from tests.fakes import World
from tests.release_data import LENIENT
from tests.ui import scripted


def test_a_model_and_data_have_a_card_in_each_format(odviz, tmp_path):
    assert odviz("card", "credit-risk", "mlp")[1].startswith("# Model card")
    code, out, _ = odviz("card", "credit-risk", "--format", "html")
    assert code == 0 and out.startswith("<!doctype html>")
    assert json.loads(odviz("card", "credit-risk", "--format", "croissant")[1])["name"] == "credit-risk"
    file = tmp_path / "mlp.json"
    code, out, err = odviz("card", "credit-risk", "mlp", "--format", "bom", "--output", str(file))
    assert (code, out) == (0, "") and str(file) in err
    assert json.loads(file.read_text())["bomFormat"] == "CycloneDX"


@pytest.mark.parametrize(
    "words",
    [
        ("nothing",),
        ("credit-risk", "nobody"),
        ("credit-risk", "--format", "bom"),
        ("credit-risk", "mlp", "--format", "croissant"),
    ],
)
def test_what_there_is_no_card_of_is_bad_input(odviz, words):
    assert odviz("card", *words)[0] == 2


def test_a_file_that_cannot_be_written_is_an_error(odviz, tmp_path):
    assert odviz("card", "credit-risk", "--output", str(tmp_path / "no" / "card.md"))[0] == 5


def test_figures_are_of_the_files_that_the_model_has_now(odviz, monkeypatch):
    monkeypatch.setattr(cards.data_quality, "predicts_these_items", lambda task, data: True)
    with open_store() as store:
        benchmark = scripted.measure(store, *scripted.RECIPES)
    assert benchmark not in odviz("card", scripted.TASK, scripted.MODEL)[1]  # of scripted files
    monkeypatch.setattr(cards, "_is_of", lambda data, model: True)
    text = odviz("card", scripted.TASK, scripted.MODEL)[1]
    assert f"Benchmark {benchmark}" in text and "| Variant | Accuracy |" in text and "modelled range" in text
    document = json.loads(odviz("card", scripted.TASK, scripted.MODEL, "--format", "bom")[1])
    card = document["components"][0]["modelCard"]
    metrics = card["quantitativeAnalysis"]["performanceMetrics"]
    accuracy = next(one for one in metrics if one["type"] == "Accuracy (1)" and "int8" in one["slice"])
    assert float(accuracy["confidenceInterval"]["lowerBound"]) <= float(accuracy["value"]) <= 1
    assert accuracy["slice"].endswith("; measured")
    assert {"name": "odviz:benchmark", "value": benchmark} in card["properties"]
    assert any(one["slice"].endswith("; modelled") for one in metrics)
    assert "environmentalConsiderations" not in card["considerations"]  # nothing metered it


def test_releases_are_evidence_of_gate_and_rollback(benchmark_of_a_model):
    store, identity = benchmark_of_a_model
    kinds = RiskEvidenceKind.GATE, RiskEvidenceKind.ROLLBACK, RiskEvidenceKind.MONITORING

    def managed():
        entries = evidence(cards.model_card(store, scripted.TASK, scripted.MODEL))
        return {one.kind: one for one in entries if one.kind in kinds}

    assert not any(one.present for one in managed().values())
    for number, recipe in enumerate(("fp32", "int8"), start=1):
        releases.add(store, identity, recipe, "try it", "Ada", LENIENT)
        releases.promote(store, f"v{number}", Channel.PRODUCTION, LENIENT, "", "Ada")
    gate, back, monitoring = (managed()[kind] for kind in kinds)
    assert gate.present and "PASS" in gate.detail and gate.who is None
    assert back.present and back.detail.endswith(f"{scripted.TASK}/{scripted.MODEL}/v1.")
    assert not monitoring.present and monitoring.who is Voice.SHIPPER


@pytest.fixture
def benchmark_of_a_model(tmp_path):
    """A database, and the id of a benchmark of a shipped model whose files exist."""
    with open_store() as store:
        world = World(**scripted.WORLD, folder=tmp_path)
        yield store, scripted.measure(store, "int8-static", world=world)


def test_evidence_is_counted_by_function_and_says_who_must_provide_the_rest():
    with open_store() as store:
        entries = evidence(cards.model_card(store, "credit-risk", "mlp"))
    assert {one.kind for one in entries} == set(RiskEvidenceKind) and len(entries) == len(RiskEvidenceKind)
    assert all(one.present == (one.who is None) for one in entries)
    missing = {one.kind for one in entries if not one.present}
    assert missing >= {
        RiskEvidenceKind.GATE,
        RiskEvidenceKind.BENCHMARK,
        RiskEvidenceKind.DATA_REPORT,
        RiskEvidenceKind.HARM,
    }
    assert not missing & {RiskEvidenceKind.MODEL_LICENCE, RiskEvidenceKind.INTENDED_USE, RiskEvidenceKind.PERSONAL_DATA}
    assert [one.function for one in entries] == sorted((one.function for one in entries), key=list(RiskFunction).index)
