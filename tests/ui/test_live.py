import pytest

from odviz.domain.model import Variant
from odviz.domain.recipe import parse_recipe
from odviz.execution.progress import Phase, Progress
from odviz.ui import benchmark_text
from tests.fakes import point


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0 seconds"),
        (1.9, "1 second"),
        (59.9, "59 seconds"),
        (61, "1 minute 1 second"),
        (600, "10 minutes 0 seconds"),
    ],
)
def test_a_time_that_runs_is_in_whole_seconds(seconds, words):
    assert benchmark_text.elapsed(seconds) == words


def test_what_is_counted_has_a_name_and_blocks_have_no_total_that_grows():
    assert benchmark_text.work_done(Progress(Phase.PREPARE, 3, 8), 0) == "3 of 8 files"
    assert benchmark_text.work_done(Progress(Phase.PREDICTIONS, 3, 8), 0) == "3 of 8 variants"
    timing = benchmark_text.work_done(Progress(Phase.LATENCY, 8, 12), 13.2)
    assert timing.startswith("8 blocks") and "14 seconds" in timing and "12" not in timing
    last = benchmark_text.work_done(Progress(Phase.LATENCY, 24, 28), 0)
    assert last.startswith("24 blocks") and "28" not in last and "seconds" not in last


def test_the_bar_of_timing_follows_the_time_and_never_goes_back():
    found = [
        benchmark_text.share_done(Progress(Phase.LATENCY, done, total, within_s=20), left)
        for done, total, left in [(0, 12, 20), (12, 12, 11), (12, 16, 10), (16, 20, 0), (18, 20, -1)]
    ]
    assert found == sorted(found) and found[0] == 0 and found[2] == 0.5 and found[-1] == 1
    assert benchmark_text.share_done(Progress(Phase.PREPARE, 2, 8), 0) == 0.25


def test_what_was_finished_has_the_name_that_pages_have_for_it():
    made = Variant("product-images", "ds-cnn-0.25", parse_recipe("int8-static"), "onnx")
    assert (
        benchmark_text.last_finished(Progress(Phase.PREPARE, 1, 2, "raw", variant=made))
        == "DS-CNN ×0.25 · Static int8 (ONNX)"
    )
    assert (
        benchmark_text.last_finished(Progress(Phase.PREDICTIONS, 1, 2, "raw", point=point()))
        == "net · Uncompressed · ONNX Runtime"
    )
    assert benchmark_text.last_finished(Progress(Phase.LATENCY, 1, 2, "starting it")) == "Starting it"
