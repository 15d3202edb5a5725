"""Explore compares the programs that run the file of a selected variant."""

from dataclasses import replace

import pytest

from odviz.domain.errors import Busy
from odviz.execution.progress import Phase, Progress
from odviz.report.markdown import plain
from odviz.services import parity
from tests.ui.scripted import measure, texts, written
from tests.unit.cli.test_parity import APART, EQUAL, FIRST, ParityReport


@pytest.fixture
def compared(monkeypatch):
    """Scripted comparisons; those that were made."""
    made, kept = [], {}

    def compare(store, variant, artifact, threads, report):
        report(Progress(Phase.PREDICTIONS, 1, 2, "<b>LiteRT</b> predicts"))
        made.append((variant, artifact.sha256, threads))
        kept[artifact.sha256] = ParityReport(variant, artifact.sha256, 500, "top1", threads, compare.rows)
        return kept[artifact.sha256]

    monkeypatch.setattr(parity, "compare", compare)
    monkeypatch.setattr(parity, "kept", lambda variant, sha256, threads: kept.get(sha256))
    compare.made = made
    return compare


def button(app):
    return next((one for one in app.button if one.label == "Compare programs"), None)


def test_programs_that_agree_get_one_sentence(visit, measured, compared):
    compared.rows = (FIRST, EQUAL)
    app = visit(benchmark=measured, pick="0")
    button(app).click().run()
    assert "the same answers in both programs" in texts(app) and "Cause" not in texts(app)
    assert len(compared.made) == 1 and button(app) is None


def test_programs_that_disagree_get_cause_and_layer_and_the_result_stays(visit, measured, compared):
    hostile = replace(APART.parting.layer, name="<script>alert(1)</script> [x](http://x)")
    compared.rows = (FIRST, replace(APART, parting=replace(APART.parting, layer=hostile)))
    button(visit(benchmark=measured, pick="0")).click().run()
    app = visit(benchmark=measured, pick="0")
    assert button(app) is None and len(compared.made) == 1
    said = texts(app)
    assert "8.4 % of 500" in said and "FULLY_CONNECTED" in said and "91.8 % to 1.0 %" in said
    assert plain(hostile.name) in written(app) and hostile.name not in written(app)


def test_it_waits_for_a_benchmark(visit, measured, monkeypatch):
    def busy(*_):
        raise Busy("Another odviz is measuring.")

    monkeypatch.setattr(parity, "compare", busy)
    app = visit(benchmark=measured, pick="0")
    button(app).click().run()
    assert "Another odviz is measuring" in texts(app)
    assert not app.exception


def test_nothing_without_a_selection(visit, measured, compared):
    assert button(visit(benchmark=measured)) is None


def test_a_variant_that_a_program_runs_wrongly_has_the_button_where_it_is_left_out(visit, store, compared):
    compared.rows = (FIRST, APART)
    app = visit(benchmark=measure(store, "int8-dynamic"), show="left-out")
    button(app).click().run()
    assert "8.4 % of 500" in texts(app)
    assert str(compared.made[0][0].recipe) == "int8-dynamic"
