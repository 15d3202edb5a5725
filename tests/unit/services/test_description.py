"""What a person says of a model of their own stands on its card, until it is taken back."""

from __future__ import annotations

import pytest

from odviz.domain.card import Topic, Voice
from odviz.domain.errors import FileRefused, InputError
from odviz.library.models import load_model
from odviz.services import cards
from odviz.services.description import FIELDS, describe
from odviz.store import open_store
from tests.toys import own_files

WORDS = {"licence": "MIT", "intended_use": "Sorting tiles.", "not_for": "Medicine.", "owner": "Tile team"}


def statements():
    with open_store() as store:
        return {one.topic: one for one in cards.model_card(store, own_files.TASK, own_files.TASK).statements}


def test_the_card_names_who_must_say_it_until_somebody_has():
    own_files.put()
    topics = Topic.LICENCE, Topic.USE, Topic.NOT_FOR, Topic.OWNER
    before = statements()
    assert [before[topic].who for topic in topics] == [Voice.TRAINER, Voice.TRAINER, Voice.SHIPPER, Voice.SHIPPER]
    model = describe(own_files.TASK, own_files.TASK, WORDS)
    assert {field.name: getattr(model, field.name) for field in FIELDS} == WORDS
    after = statements()
    assert [after[topic].lines for topic in topics] == [(text,) for text in WORDS.values()]


def test_what_is_left_out_stays_and_an_empty_text_takes_back():
    own_files.put(summary="Tells tiles.")
    describe(own_files.TASK, own_files.TASK, WORDS)
    model = describe(own_files.TASK, own_files.TASK, {"owner": " "})
    assert (model.owner, model.licence, model.summary) == ("", "MIT", "Tells tiles.")


def test_what_cannot_be_kept_changes_nothing():
    own_files.put()
    describe(own_files.TASK, own_files.TASK, WORDS)
    for text in ("a\u202eb", "x" * 100_000):
        with pytest.raises(FileRefused):
            describe(own_files.TASK, own_files.TASK, {"owner": text})
    assert load_model(own_files.TASK, own_files.TASK).owner == WORDS["owner"]
    with pytest.raises(InputError, match="no model of your own"):
        describe("product-images", "lenet-5", WORDS)
