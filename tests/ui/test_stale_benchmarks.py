"""What waits in the store and not in this odviz's line: for another one that is alive, or for nobody."""

from __future__ import annotations

import dataclasses
import os

import pytest
from sqlalchemy import update

from odviz.store import Owner
from odviz.store.base import owner_columns
from odviz.store.schema import benchmark
from tests.ui import scripted

ME = Owner.here()
PARENT = Owner.of(os.getppid())


@pytest.mark.parametrize(
    ("whose", "left"), [(ME, True), (dataclasses.replace(ME, birth="another boot/1"), True), (PARENT, False)]
)
def test_what_another_odviz_waits_to_run_is_not_called_left(visit, store, whose, left):
    mine = scripted.queue(store, "int8-static")
    with store._writing() as connection:
        connection.execute(update(benchmark).where(benchmark.c.id == mine).values(owner_columns(whose)))
    for page, address in (("new_benchmark", {}), ("benchmarks", {"benchmark": mine}), ("explore", {"benchmark": mine})):
        app = visit(page, **address)
        assert bool([button for button in app.button if button.label == "Run it now"]) is left, page
        said = [text.value for text in (*app.info, *app.markdown)]
        assert any("was closed" in text or "left waiting" in text for text in said) is (
            left and page != "benchmarks"
        ), page
