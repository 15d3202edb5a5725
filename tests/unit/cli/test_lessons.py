"""`odviz lessons`: the list, the sheet, and the answers as CSV."""

import csv
import io
import json

from odviz.domain.lesson import Prediction, Pupil, Range
from odviz.lessons import LESSONS, in_order
from odviz.services import lessons
from odviz.store import open_store


def answered(*names, classroom="7b"):
    plugin = LESSONS["energy-is-time-times-power"]
    with open_store() as store:
        for name in names:
            answer = lessons.lock(store, Pupil(name, classroom), plugin, Prediction(range=Range(1.0, 4.0)))
            lessons.reveal(store, answer, plugin, None)


def test_it_lists_all_lessons(odviz):
    code, out, _ = odviz("lessons")
    assert code == 0 and all(name in out for name in LESSONS.names())
    code, out, _ = odviz("lessons", "list", "--json")
    assert [lesson["name"] for lesson in json.loads(out)] == [plugin.name for plugin in in_order()]


def test_it_writes_a_sheet(odviz, tmp_path):
    code, out, _ = odviz("lessons", "sheet", "slow-int8")
    assert code == 0 and out.startswith("<!doctype html>")
    file = tmp_path / "sheet.html"
    assert odviz("lessons", "sheet", "slow-int8", "--output", str(file))[:2] == (0, "")
    assert file.read_text("utf-8").strip() == out.strip()
    assert odviz("lessons", "sheet", "slow-int8", "--output", str(tmp_path / "no" / "x"))[0] == 5


def test_an_unknown_lesson_is_refused_with_those_that_exist(odviz):
    code, _, err = odviz("lessons", "sheet", "slow-int")
    assert code == 2 and "slow-int8" in err


def test_it_exports_the_answers_of_a_class_and_deletes_them(odviz):
    answered("Ada", "Bo")
    answered("Cy", classroom="8a")
    code, out, err = odviz("lessons", "answers")
    assert code == 0 and "Of 3 ranges" in err
    assert [row["pupil"] for row in csv.DictReader(io.StringIO(out))] == ["Ada", "Bo", "Cy"]
    _, out, _ = odviz("lessons", "answers", "--class", "8a")
    assert [row["pupil"] for row in csv.DictReader(io.StringIO(out))] == ["Cy"]
    assert odviz("lessons", "answers", "--class", "7b", "--delete")[0] == 0
    _, out, _ = odviz("lessons", "answers")
    assert [row["pupil"] for row in csv.DictReader(io.StringIO(out))] == ["Cy"]
