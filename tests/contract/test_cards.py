"""The card of every model and data set that ships, and of a person's own: complete, and valid by the schemas."""

import json
import logging
import re

import pytest

from odviz.domain.card import Basis, Topic, Voice
from odviz.library import datasets
from odviz.report import card_text, croissant
from odviz.report.bom import bill_of_materials
from odviz.report.card_files import croissant_of
from odviz.services import cards, catalogue
from odviz.store import open_store
from odviz.tasks import TASKS
from tests.toys import own_files

PLACEHOLDER = re.compile(
    r"\b(todo|tbd|n/a|unknown|placeholder|lorem|none|null|nan)\b\.?$", re.IGNORECASE | re.MULTILINE
)


@pytest.fixture(scope="module")
def bom_schema():
    """A validator of CycloneDX 1.6, with the schema that its library ships."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    return JsonStrictValidator(SchemaVersion.V1_6)


def every_model():
    return [(task.name, model.name) for task in TASKS for model in catalogue.models(task.name)]


def check_statements(statements):
    """Each says something, or why it does not and who must."""
    for one in statements:
        assert one.known == bool(one.lines) == (not one.why) == (one.who is None), one
        assert not any(PLACEHOLDER.search(line) for line in (*one.lines, one.why)), one


@pytest.mark.xdist_group("bom")  # one process reads the schema
@pytest.mark.parametrize(("task", "name"), every_model())
def test_a_built_in_model_has_a_complete_card_and_a_valid_bill_of_materials(task, name, bom_schema):
    with open_store() as store:
        card = cards.model_card(store, task, name)
    check_statements(card.statements)
    known = {one.topic for one in card.statements if one.known}
    assert {Topic.SUMMARY, Topic.INPUTS, Topic.LICENCE, Topic.USE, Topic.LIMITS, Topic.TRAINING} == known
    missing = {one.topic: one.who for one in card.statements if not one.known}
    assert missing.pop(Topic.OWNER) is missing.pop(Topic.NOT_FOR) is Voice.SHIPPER
    assert set(missing.values()) == {Voice.MEASURER}
    document = bill_of_materials(card)
    assert bom_schema.validate_str(json.dumps(document)) is None
    assert document == bill_of_materials(card)
    model, data = document["components"]
    assert model["type"] == "machine-learning-model" and model["licenses"] == [{"license": {"id": card.model.licence}}]
    hashes = {file["hashes"][0]["content"] for file in model["components"]}
    assert hashes == {file.sha256 for one in card.model.checkpoints for file in one.artifacts.values()}
    assert model["modelCard"]["modelParameters"]["datasets"] == [{"ref": data["bom-ref"]}]
    assert "quantitativeAnalysis" not in model["modelCard"]
    assert "environmentalConsiderations" not in model["modelCard"]["considerations"]


@pytest.mark.parametrize("task", TASKS.names())
def test_built_in_data_have_a_complete_card_and_their_own_metadata(task):
    with open_store() as store:
        card = cards.data_card(store, task)
    check_statements(card.statements)
    document = croissant_of(card)
    recorded = {file["name"]: file["sha256"] for file in document["distribution"]}
    assert recorded == {file.name: file.sha256 for file in card.files}
    by_topic = {one.topic: one for one in card.statements}
    assert by_topic[Topic.LICENCE].basis is Basis.RECORDED and by_topic[Topic.ITEMS].basis is Basis.MEASURED
    assert f"{len(TASKS[task].test()):,} test items" in by_topic[Topic.ITEMS].lines[0]


@pytest.mark.parametrize("task", TASKS.names())
def test_shipped_metadata_are_written_by_the_same_function(task):
    text = datasets.content(task, datasets.METADATA).decode()
    shipped = json.loads(text)
    made = ("@context", "@type", "conformsTo", "distribution", "recordSet")
    files = [
        (one["name"], one["description"], int(one["contentSize"].removesuffix(" B")), one["sha256"])
        for one in shipped["distribution"]
    ]
    first, *_, last = shipped["recordSet"]
    fields = {one["name"]: (one["dataType"], one["description"]) for one in first["field"]}
    about = {key: value for key, value in shipped.items() if key not in made}
    document = croissant.metadata(about, files, [one["classes/name"] for one in last["data"]], fields)
    assert json.dumps(document, indent=1, ensure_ascii=False) + "\n" == text


def test_own_data_have_valid_metadata_which_say_what_is_missing(tmp_path):
    import mlcroissant

    own_files.put()
    with open_store() as store:
        card = cards.data_card(store, own_files.TASK)
    check_statements(card.statements)
    missing = {one.topic: one.who for one in card.statements if not one.known}
    assert missing[Topic.LICENCE] is missing[Topic.PERSONAL] is Voice.COLLECTOR
    path = tmp_path / "croissant.json"
    path.write_text(json.dumps(croissant_of(card)))
    logging.getLogger("absl").setLevel(logging.ERROR)
    assert not mlcroissant.Dataset(jsonld=str(path)).metadata.issues.errors
    document = json.loads(path.read_text())
    assert "license" not in document and "No licence is recorded." in document["description"]
    fields = {one["@id"]: one["dataType"] for one in document["recordSet"][0]["field"]}
    assert fields == {"test/x": "sc:Float", "test/y": "sc:Integer", "test/group": "sc:Text"}


@pytest.mark.xdist_group("bom")
@pytest.mark.parametrize(("licence", "key"), [("MIT", "id"), ("mine; ask me", "name")])
def test_an_own_model_has_a_valid_bill_of_materials_which_says_what_is_missing(bom_schema, licence, key):
    own_files.put(licence=licence)
    with open_store() as store:
        card = cards.model_card(store, own_files.TASK, own_files.TASK)
    check_statements(card.statements)
    document = bill_of_materials(card)
    assert bom_schema.validate_str(json.dumps(document)) is None
    model, data = document["components"]
    assert model["licenses"] == [{"license": {key: licence}}] and "licenses" not in data
    missing = {one["name"]: one["value"] for one in model["modelCard"]["properties"]}
    assert Voice.TRAINER.value in missing["odviz:missing:use"]


def test_what_people_wrote_is_text_in_markdown_and_html():
    hostile = "<script>alert(1)</script> | **x** [y](javascript:z)"
    own_files.put(hostile, classes=(hostile, "# b"), licence=hostile, intended_use=hostile, limits=[hostile])
    with open_store() as store:
        both = cards.model_card(store, own_files.TASK, own_files.TASK), cards.data_card(store, own_files.TASK)
    for card in both:
        page, text = card_text.html(card), card_text.markdown(card)
        assert "<script" not in page and "&lt;script&gt;" in page
        assert "<script" not in text.replace("\\<", "") and "**x" not in text and "](javascript" not in text
        tables = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
        widths = [{len(re.findall(r"(?<!\\)\|", row)) for row in rows} for rows in tables]
        assert tables and all(len(columns) == 1 for columns in widths)


def test_a_page_loads_nothing():
    with open_store() as store:
        page = card_text.html(cards.data_card(store, "credit-risk"))
    assert not re.search(r"<(script|link|img|iframe)|src=|@import|url\(", page)
