"""The loggers of docs/monitoring.md write what `read_answers` reads."""

import re
from pathlib import Path

import pytest

from odviz.library.answer_log import COLUMNS, LONGEST_LINE, MOST_LINES, REQUIRED, read_answers

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "monitoring.md").read_text("utf-8")
CLASSES = ("coat", 'shirt "x"')


def code(language):
    return re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[1]


def test_the_python_logger(tmp_path):
    names = {}
    exec(code("python"), names)
    logger = names["AnswerLogger"](tmp_path / "a.jsonl", CLASSES)
    logger.log([0.2, 0.8], 0.0125)
    logger.log([1.0000001, 0.0], 0.001, label="coat")
    with (tmp_path / "a.jsonl").open("rb") as file:
        log = read_answers(file, "a", CLASSES)
    assert log.predicted.tolist() == [1, 0] and log.labels.tolist() == [-1, 0]
    assert log.confidence.tolist() == [0.8, 1.0] and log.latency_s[0] == pytest.approx(0.0125)
    assert len([line for line in code("python").splitlines() if line]) <= 20


def test_the_line_that_the_kotlin_logger_writes(tmp_path):
    template = re.search(r'"""(.*?)"""', code("kotlin"))[1]
    values = {"seconds": "1.7645016052E9", "name": '"coat"', "confidence": "9.3E-1", "millis": "8.4"}  # as Kotlin does
    line = re.sub(r"\$(\w+)", lambda match: values[match[1]], template)
    (tmp_path / "a.jsonl").write_text(line + "\n")
    with (tmp_path / "a.jsonl").open("rb") as file:
        log = read_answers(file, "a", CLASSES)
    assert [log.times[0], log.confidence[0], 1000 * log.latency_s[0]] == pytest.approx([1764501605.2, 0.93, 8.4])


def test_the_table_of_entries_is_that_of_the_reader():
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE, re.MULTILINE)
    assert [name for name, _ in rows] == list(COLUMNS)
    assert [name for name, need in rows if need == "required"] == list(REQUIRED)
    assert f"{LONGEST_LINE} bytes" in PAGE and f"{MOST_LINES:,} lines" in PAGE
