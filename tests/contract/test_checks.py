"""What every check of data promises, whatever the data."""

from dataclasses import replace

import numpy as np
import pytest

from odviz.data_quality import CHECKS
from odviz.domain.data_quality import MOST_CASES, CheckReport, Part, Severity
from odviz.domain.modality import Modality
from odviz.metrics import METRICS
from odviz.serialization import from_json, to_json
from tests.toys.datasets import TESTS, answers, dataset, with_inputs

CLEAN = [dataset(modality) for modality in Modality]
ANSWERED = [replace(data, answers=answers(data, 0.98, 0.98)) for data in CLEAN]


@pytest.fixture(params=CHECKS, ids=lambda check: check.name)
def check(request):
    return request.param


def test_it_says_what_it_is(check):
    assert check.title.endswith("?")
    assert all(check.method(modality).endswith(".") for modality in Modality)
    assert check.name in CHECKS and [one.order for one in CHECKS].count(check.order) == 1


@pytest.mark.parametrize("data", CLEAN, ids=lambda data: data.modality)
def test_clean_data_give_no_alarm(check, data):
    if check.name != "sample-size":  # 300 items are few
        assert check.report(data).severity in (None, Severity.FINE)


@pytest.mark.parametrize("data", ANSWERED, ids=lambda data: data.modality)
def test_a_report_is_complete_and_survives_json(check, data):
    report = check.report(with_inputs(data, test=np.repeat(data.test.inputs[:10], TESTS // 10, axis=0)))
    assert from_json(CheckReport, to_json(report)) == report
    assert not report.obstacle and report.findings
    sizes = {Part.TEST: len(data.test), Part.CALIBRATION: len(data.calibration)}
    for finding in report.findings:
        assert finding.message.endswith(".") and len(finding.cases) <= MOST_CASES
        assert all(0 <= item.index < sizes[item.split] for case in finding.cases for item in case.items)


@pytest.mark.parametrize("metric", ["agreement", "mae", "binary"])
def test_other_metrics_than_accuracy_break_nothing(check, metric):
    data = dataset(Modality.TABULAR, metric=METRICS[metric], classes=())
    check.report(data)


def test_groups_and_very_few_items_break_nothing(check):
    data = dataset(Modality.SIGNAL, group_title="people")
    groups = np.array(["a", "b", "c"] * 100)
    data = replace(data, test=replace(data.test, groups=groups))
    check.report(replace(data, answers=answers(data, 0.9, 0.8)))
    few = [
        replace(part, inputs=part.inputs[:2], targets=part.targets[:2], groups=part.groups[:2])
        for part in (data.test, data.calibration)
    ]
    check.report(replace(data, test=few[0], calibration=few[1]))
