"""Cards on the pages Models and Data."""

from odviz.library.models import load_model
from odviz.report import governance_text
from odviz.services import cards, data_quality
from tests.toys import own_files
from tests.ui import scripted
from tests.ui.scripted import texts, written


def downloads(app):
    return [one.proto.label for one in app.get("download_button")]


def tables(app):
    """The cells of all tables, in Markdown."""
    return "\n".join(str(cell) for table in app.table for cell in table.value.to_numpy().ravel())


def test_no_card_is_computed_until_a_model_is_chosen(visit):
    app = visit("models", task="credit-risk")
    assert "What the licences allow" not in texts(app) and not downloads(app)
    (choice,) = (box for box in app.selectbox if box.label == "Card of the model")
    choice.set_value("mlp").run()
    assert not app.exception and "Not for any decision on a real person" in texts(app)
    assert downloads(app) == ["Markdown", "HTML", "CycloneDX"]
    assert "mlp" in app.query_params["card"]


def test_a_link_opens_a_card_with_the_evidence_for_each_function(visit):
    said = texts(visit("models", task="credit-risk", card="mlp"))
    assert governance_text.DISCLAIMER in said
    for heading in ("Govern: 2 of 2", "Map: 5 of 5", "Measure: 1 of 6", "Manage: 0 of 3"):
        name, _, count = heading.partition(":")
        assert f"**{name}**:{count}" in said
    assert "whoever runs odviz: odviz bench credit-risk mlp" in said


def test_an_unknown_model_in_a_link_is_not_chosen(visit):
    app = visit("models", task="credit-risk", card="nobody")
    assert not app.exception and "What the licences allow" not in texts(app)


def test_figures_have_intervals_and_the_benchmark_is_named(visit, measured, monkeypatch):
    monkeypatch.setattr(data_quality, "predicts_these_items", lambda task, data: True)
    monkeypatch.setattr(cards, "_is_of", lambda data, model: True)
    app = visit("models", task=scripted.TASK, card=scripted.MODEL)
    said = texts(app)
    assert f"Benchmark {measured}" in said and "modelled range" in tables(app)


def test_the_data_page_shows_and_hands_out_the_card(visit):
    app = visit("data", task="credit-risk")
    assert downloads(app) == ["Markdown", "HTML", "Croissant"]
    assert "people who were refused are not among them" in texts(app)


def test_what_people_wrote_is_shown_as_text(visit):
    hostile = "<b>x</b> [y](https://z.example) **w** | $a$"
    own_files.put(hostile, licence=hostile, intended_use=hostile, limits=[hostile])
    app = visit("models", task=own_files.TASK, card=own_files.TASK)
    assert not app.exception
    assert "<b>x" not in written(app) + tables(app) and "](https" not in written(app) and hostile in texts(app)


def test_what_only_the_maker_knows_is_said_in_a_form_and_stands_on_the_card(visit):
    own_files.put()
    app = visit("models")
    next(one for one in app.text_input if one.label == "Owner").set_value("Tile team")
    next(one for one in app.button if one.label == "Save").click().run()
    assert not app.exception and load_model(own_files.TASK, own_files.TASK).owner == "Tile team"
    assert "stands on its card" in texts(app)
