"""Stress tests that ask children for more than predictions, on a bench without any."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Artifact, Layout
from odviz.domain.poison import Poison
from odviz.measurement.readings import Answered, BlockTimes
from odviz.metrics import METRICS
from odviz.objectives.loaded_latency import Condition, name_of
from odviz.stats.slowing import POINTS
from odviz.stress.attack import AttackTest
from odviz.stress.base import ItemSet, StressData
from odviz.stress.load import LoadTest
from odviz.stress.poison import PoisonTest
from odviz.stress.sustained import SustainedTest
from odviz.tasks.base import Examples
from odviz.worker.protocol import Compress, Compressed, Predict, TimeBlock
from odviz.worker.request import Done, Load
from odviz.worker.stress_requests import AnswerArrivals, Attack, KeepBusy
from tests.fakes import point

RNG = np.random.default_rng(0)
INPUTS = RNG.standard_normal((60, 12)).astype(np.float32)
EXAMPLES = Examples(INPUTS, (np.arange(60) % 3).astype(np.int64), np.full(60, ""))
TASK = SimpleNamespace(
    name="toy",
    shapes=((12,),),
    dtype="float32",
    modality="tabular",
    calibration=lambda: EXAMPLES,
    test=lambda: EXAMPLES,
)
DATA = StressData(TASK, EXAMPLES, METRICS["top1"], 0)  # type: ignore[arg-type]


class Bench:
    """A variant that is right on every item; `answer` may refuse requests."""

    artifact = None

    def __init__(self, answer: Callable[[Any], Any] = lambda _: None, recipe: str = "int8-static") -> None:
        self.point, self.answer, self.requests = point(recipe), answer, []

    def predict(self, items: ItemSet) -> tuple[np.ndarray, ...]:
        return (np.eye(3)[np.load(items.path)[:, 0].astype(int) % 3],)

    def load(self, inputs: Path) -> Load:
        return Load("onnxruntime", "model.onnx", "onnx", Layout.TOKENS, str(inputs))

    @contextmanager
    def child(self, folders: Iterable[Path] = ()) -> Iterator[Bench]:
        yield self

    def request(self, request: Any) -> Any:
        self.requests.append(request)
        self.answer(request)
        reply: Any = Done()
        match request:
            case Compress():
                bad = np.abs(np.load(request.calibration)["inputs"]).max() > 50
                reply = Compressed(Artifact("bad" if bad else "good", "0", 1, "onnx", Layout.TOKENS))
            case Predict():
                good = next(one for one in reversed(self.requests) if isinstance(one, Load)).path == "good"
                np.savez(request.out, np.eye(3)[EXAMPLES.targets if good else EXAMPLES.targets * 0])
            case Attack():
                np.savez(request.out, outputs=np.eye(3)[[0] * 30], queries=np.arange(30), right=np.arange(30) % 3 == 0)
            case TimeBlock():
                reply = BlockTimes((1_000_000, 2_000_000, 9_000_000), 1, request.timed, 300_000)
            case AnswerArrivals():
                reply = Answered(tuple(range(1_000_000, 1_000_000 * len(request.arrivals_ns), 1_000_000)), 300_000)
        return reply


def test_an_attack_scores_the_outputs_of_a_bounded_part_of_the_test_set(tmp_path: Path) -> None:
    test, bench = AttackTest(most_items=30), Bench()
    data = replace(DATA, settings={"attack_queries": "50"})
    outcome = test.prepare(data, tmp_path)(bench)
    assert len(outcome["items"]) == 30 and outcome["budget"].tolist() == [50]
    assert DATA.metric.value(outcome["scores"]) == pytest.approx(np.mean(EXAMPLES.targets[outcome["items"]] == 0))
    (request,) = (one for one in bench.requests if isinstance(one, Attack))
    box = np.load(request.box) if Path(request.box).exists() else None
    assert request.budget == 50 and request.seed == 0 and box is not None
    assert box["radius"].shape == (12,) and (box["targets"] == EXAMPLES.targets[outcome["items"]]).all()


@pytest.mark.parametrize(
    ("task", "metric"),
    [
        (SimpleNamespace(shapes=((4,),), dtype="int32"), "top1"),
        (SimpleNamespace(shapes=((4,), (2,)), dtype="float32"), "top1"),
        (SimpleNamespace(shapes=((4,),), dtype="float32"), "rmse"),
    ],
)
def test_an_attack_says_what_it_cannot_be_run_on(task: Any, metric: str) -> None:
    assert AttackTest().unsupported(task, METRICS[metric])
    assert not AttackTest().unsupported(TASK, METRICS["top1"])  # type: ignore[arg-type]


def test_a_table_of_categories_is_not_attacked(tmp_path: Path) -> None:
    data = StressData(
        TASK, Examples((INPUTS > 0).astype(np.float32), EXAMPLES.targets, EXAMPLES.groups), DATA.metric, 0
    )  # type: ignore[arg-type]
    with pytest.raises(RunFailed) as caught:
        AttackTest().prepare(data, tmp_path)
    assert caught.value.failure.kind is FailureKind.UNSUPPORTED


def test_under_load_every_variant_gets_the_same_requests_with_and_without_a_busy_core(tmp_path: Path) -> None:
    test = LoadTest(windows=3, requests=5)
    trial = test.prepare(replace(DATA, settings={"load_rates": "10,50"}), tmp_path)
    benches = Bench(), Bench()
    outcomes = [trial(bench) for bench in benches]
    assert set(outcomes[0]) == {name_of(condition, rate) for condition in Condition for rate in (10.0, 50.0)}
    assert outcomes[0]["busy-10"].shape == (3, 5)
    assert np.isinf(outcomes[0]["busy-10"][:, -1]).all() and np.isfinite(outcomes[0]["busy-10"][:, :-1]).all()
    arrivals = [[one for one in bench.requests if isinstance(one, AnswerArrivals)] for bench in benches]
    assert arrivals[0] == arrivals[1]
    for rate, place in ((10, 0), (50, 3)):
        gaps = np.diff([0, *arrivals[0][place].arrivals_ns])
        assert 0.2 < gaps.mean() / 1e9 * rate < 3
    kinds = [type(one) for one in benches[0].requests]
    assert kinds.index(KeepBusy) > kinds.index(AnswerArrivals) + 5


def test_a_sustained_load_keeps_the_median_of_each_block_beside_the_reference_loop(tmp_path: Path) -> None:
    test = SustainedTest(seconds=0.0, rest_s=0.0)
    outcome = test.prepare(DATA, tmp_path)(Bench())
    assert outcome["median_s"].tolist() == [0.002] * POINTS
    assert outcome["reference_s"].tolist() == [0.0003] * POINTS
    assert (np.diff(outcome["elapsed_s"]) >= 0).all()


def poisoned(tmp_path: Path, bench: Bench, items: int = 40) -> dict[str, np.ndarray]:
    test = PoisonTest(items)
    return dict(test.prepare(DATA, tmp_path)(bench))


def test_one_outlier_breaks_a_file_and_is_noticed(tmp_path: Path) -> None:
    outcome = poisoned(tmp_path, Bench())
    values = np.array([DATA.metric.value(scores) for scores in outcome["scores"]])
    outliers = outcome["poison"] == list(Poison).index(Poison.OUTLIER)
    assert outcome["size"].tolist() == [40] and outcome["bad"].tolist()[:6] == [0, 1, 4, 12, 1, 4]
    assert values[0] == 1 and (values[outliers][1:] < 0.5).all()
    assert outcome["suspects"][0] == 0 and (outcome["caught"][outliers] == outcome["bad"][outliers]).all()
    assert outcome["made"].all()


def test_a_set_that_no_file_comes_of_is_kept_as_such_and_cancelling_ends_the_test(tmp_path: Path) -> None:
    def failing(kind: FailureKind) -> Callable[[Any], Any]:
        def answer(request: Any) -> None:
            if isinstance(request, Compress) and "calibration0" not in request.calibration:
                raise RunFailed(Failure(kind, "no"))

        return answer

    assert poisoned(tmp_path, Bench(failing(FailureKind.ERROR)))["made"].tolist() == [True] + [False] * 9
    with pytest.raises(RunFailed) as caught:
        poisoned(tmp_path, Bench(failing(FailureKind.CANCELLED)))
    assert caught.value.failure.kind is FailureKind.CANCELLED


def test_a_variant_without_calibration_is_not_made_again(tmp_path: Path) -> None:
    bench = Bench(recipe="fp16")
    assert not len(poisoned(tmp_path, bench)["bad"])
    assert not bench.requests
