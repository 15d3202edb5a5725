import json

import pytest

from odviz.domain.data_quality import DataReport, FindingKind, Severity
from odviz.serialization import from_json
from odviz.services import data_quality
from odviz.store import open_store
from tests.ui import scripted


@pytest.fixture(scope="module")
def exercise(tmp_path_factory):
    """The report on a built-in data set without a benchmark."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        folder = tmp_path_factory.mktemp("home")
        monkeypatch.setenv("ODVIZ_HOME", str(folder))
        return data_quality.inspect("exercise", None)


@pytest.fixture
def looked(exercise, monkeypatch):
    monkeypatch.setattr(data_quality, "inspect", lambda task, benchmark, report: exercise)


def test_the_headline_comes_first_and_examples_last(odviz, looked):
    code, out, _ = odviz("data", "exercise")
    first, *_ = out.splitlines()
    assert code == 0 and "no test item is a copy of a calibration item" in first
    assert "808 test items, 512 calibration items" in out and "test 0, test 1" in out


def test_json_has_findings_with_indices(odviz, looked, exercise):
    code, out, _ = odviz("data", "exercise", "--json")
    assert code == 0 and from_json(DataReport, out) == exercise
    shared = next(one for one in exercise.findings if one.kind is FindingKind.SHARED_PARTS)
    assert shared.count == 752 and shared.severity is Severity.FINE
    assert '"shared-parts"' in out and json.loads(out)["items"] == [808, 512]


def test_a_report_that_is_kept_is_not_made_again(odviz, monkeypatch, exercise):
    monkeypatch.setattr(data_quality, "kept", lambda task, benchmark: exercise)
    monkeypatch.setattr(data_quality, "inspect", None)
    assert odviz("data", "exercise")[0] == 0


def test_a_benchmark_of_other_items_is_refused_by_name_and_left_aside_otherwise(odviz, looked):
    with open_store() as store:
        benchmark = scripted.measure(store, "int8-static")  # of a toy's items, under the name of a task
    code, _, err = odviz("data", "product-images", "--benchmark", benchmark)
    assert code == 2 and benchmark in err
    assert odviz("data", "product-images")[0] == 0
    assert odviz("data", "exercise", "--benchmark", benchmark)[0] == 2
    assert odviz("data", "exercise", "--benchmark", "zzzz")[0] == 2
    assert odviz("data", "nothing")[0] == 2
