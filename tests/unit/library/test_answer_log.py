"""Logs of answers: both forms, and lines that are refused in words."""

import io
import json
import time

import numpy as np
import pytest

from odviz.domain.errors import FileRefused
from odviz.library import answer_log
from odviz.library.answer_log import UNLABELLED, first_release, read_answers

CLASSES = ("coat", "shirt", "7")
GOOD = {"time": 1_700_000_000, "prediction": "shirt", "confidence": 0.9}


def read(content):
    content = content if isinstance(content, bytes) else content.encode()
    return read_answers(io.BytesIO(content), "a.log", CLASSES)


def lines(*changes):
    return "".join(json.dumps(GOOD | change) + "\n" for change in changes)


def test_lines_of_json():
    log = read(
        "\ufeff" + lines({"latency_ms": 12.5, "label": "coat", "input": "dark"})
        + "\n" + lines({"time": "2023-11-14T22:13:19+00:00", "prediction": 0}, {"prediction": "7"})
    )  # fmt: skip
    assert log.times.tolist() == [1_699_999_999, 1_700_000_000, 1_700_000_000]  # in the order of their times
    assert log.predicted.tolist() == [0, 1, 2] and log.labels.tolist() == [UNLABELLED, 0, UNLABELLED]
    assert log.latency_s[1] == 0.0125 and np.isnan(log.latency_s[[0, 2]]).all()
    assert log.time(0).isoformat() == "2023-11-14T22:13:19+00:00" and len(log) == 3


def test_times_that_run_backwards_are_counted_with_the_first_line():
    log = read(lines({}, {"time": 1_700_000_005}, {"time": "2023-11-14T23:13:22+01:00"}, {"time": 1_700_000_001}))
    assert log.times.tolist() == [1_700_000_000, 1_700_000_001, 1_700_000_002, 1_700_000_005]
    assert (log.set_back, log.set_back_line) == (2, 3)


def test_an_entry_that_stands_twice_is_refused_and_text_with_colons_is_not():
    assert len(read(lines({"input": 'a": 1, "b\\": "'}))) == 1
    with pytest.raises(FileRefused, match="twice") as refusal:
        read(lines({}) + lines({}).replace("}", ', "confidence": 0.9}'))
    assert refusal.value.place == "a.log, line 2"


def test_answers_of_other_releases_are_left_out(tmp_path):
    content = lines({"release": "net/v2"}, {"release": "toy/net/v2"}, {"release": "net/v1"}, {})
    log = read_answers(io.BytesIO(content.encode()), "a.log", CLASSES, "toy/net/v2")
    assert (len(log), log.others) == (3, 1)
    with pytest.raises(FileRefused, match="line 2"):
        read(content)
    assert len(read(lines({"release": "net/v2"}, {"release": "net/v2"}))) == 2
    with pytest.raises(FileRefused, match="toy/net/v3"):
        read_answers(io.BytesIO(lines({"release": "v2"}).encode()), "a.log", CLASSES, "toy/net/v3")
    (tmp_path / "a.log").write_text(content)
    assert first_release(tmp_path / "a.log") == "net/v2"


def test_csv():
    log = read(
        'time,prediction,confidence,label,latency_ms,input\n1700000000.5,shirt,0.9,,12.5,"a, b"\n'
        "2023-11-14T22:13:21Z,0,1,7,,\r\n"
    )
    assert log.times.tolist() == [1_700_000_000.5, 1_700_000_001]
    assert log.predicted.tolist() == [1, 0] and log.labels.tolist() == [UNLABELLED, 2]
    assert log.latency_s[0] == 0.0125 and np.isnan(log.latency_s[1])


@pytest.mark.parametrize(
    "change",
    [
        {"time": "yesterday"}, {"time": "2023-11-14T22:13:19"}, {"time": -1}, {"time": 1e300}, {"time": None},
        {"prediction": "hat"}, {"prediction": 3}, {"prediction": -1}, {"prediction": True}, {"prediction": 1.0},
        {"prediction": 10**30}, {"prediction": "x" * 3000}, {"prediction": "\u202ecoat"},
        {"confidence": 1.1}, {"confidence": -0.1}, {"confidence": "0.9"}, {"confidence": float("nan")},
        {"latency_ms": 0}, {"latency_ms": -1}, {"latency_ms": float("inf")}, {"label": "hat"}, {"label": 1.5},
        {"input": 3}, {"input": "x" * 201}, {"surprise": 1}, {"input": "x" * 5000},
    ],
)  # fmt: skip
def test_a_bad_entry_is_refused_with_its_line(change):
    with pytest.raises(FileRefused, match="line 2") as refusal:
        read(lines({}, change))
    assert len(str(refusal.value)) < 600 and "\u202e" not in str(refusal.value)


@pytest.mark.parametrize(
    "content",
    [
        "", "\n \n", "[]", "{", "{}", lines({}) + "[" * 4000, lines({}) + "nothing\n", b"\xff\xfe\n", b"{\xff}\n",
        "time,prediction\n", "time,prediction,confidence\n", "time,prediction,confidence,time\n", "a" * 5000,
        "time,prediction,confidence,hat\n1,coat,1,1\n", "time,prediction,confidence\n1,coat\n",
        "time;prediction;confidence\n1;coat;1\n", 'time,prediction,confidence\n1,"coat,1\n',
        "time,prediction,confidence\n1,coat,nan\n", "time,prediction,confidence\nnan,coat,1\n",
        "time,prediction,confidence\n1,,1\n", "time,prediction,confidence\n1,coat,0,9\n",
        "time,prediction,confidence,latency_ms\n1,coat,1,inf\n",
        "time,prediction,confidence,latency_ms\n1,coat,1,nan\n",
    ],
    ids=range(23),
)  # fmt: skip
def test_what_is_no_log_is_refused(content):
    with pytest.raises(FileRefused, match=r"a\.log"):
        read(content)


def test_more_lines_than_are_read_are_refused(monkeypatch):
    monkeypatch.setattr(answer_log, "MOST_LINES", 3)
    assert len(read(lines({}, {}, {}))) == 3
    with pytest.raises(FileRefused, match="more than 3 lines"):
        read(lines({}, {}, {}) + "\n")


def test_a_long_log_takes_seconds():
    line, begun = lines({"latency_ms": 12.5}).encode(), time.process_time()
    assert len(read(100_000 * line)) == 100_000
    assert time.process_time() - begun < 2
