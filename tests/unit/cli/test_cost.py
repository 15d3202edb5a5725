"""`odviz cost`."""

import json

import pytest


def test_the_answer_comes_first(odviz, benchmark):
    code, out, err = odviz("cost", benchmark, "--variant", "int8", "--requests", "10000", "--call-price", "5")
    assert not err
    first, second, *_ = out.splitlines()
    assert code == 0 and first.startswith("The device pays for itself after") and "int8-static" in second
    assert "What moves the result most" in out and "accuracy on test items" in out


def test_json_has_the_assumptions_of_the_benchmark(odviz, benchmark):
    code, out, _ = odviz("cost", benchmark, "--variant", "fp32", "--requests", "1:2:3", "--years", "2", "--json")
    report = json.loads(out)["report"]
    assumptions = report["case"]["assumptions"]
    assert code == 0 and report["case"]["months"] == 24 and "accuracy" in report["case"]["evidence"]
    assert assumptions["latency"]["value"] == pytest.approx(2, rel=0.02)
    assert assumptions["latency"]["basis"] == "benchmark"
    assert assumptions["requests"] == {
        "low": 1, "value": 2, "high": 3, "basis": "own", "source": "your own figure", "checked": "",
    }  # fmt: skip
    assert report["break_even"]["payback"] == "never" and report["break_even"]["low"] is None


NONSENSE = {"--requests": "many", "--years": "0", "--preset": "x", "--variant": "int4", "--device": "x"}


@pytest.mark.parametrize("option", NONSENSE)
def test_nonsense_is_refused(odviz, benchmark, option):
    code, out, err = odviz("cost", benchmark, option, NONSENSE[option])
    assert code == 2 and not out and err
