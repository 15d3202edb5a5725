"""Explore says why a variant is fast or slow."""

import pytest

from odviz.domain.errors import Busy
from odviz.domain.why import RemovedLayer, SpeedCause, SpeedChange, SpeedExperiment
from odviz.execution.progress import Phase, Progress
from odviz.services import why
from tests.toys.why import report, seconds, times
from tests.ui.scripted import texts

SIGNED = SpeedExperiment(
    SpeedCause.SIGNED, SpeedChange.UNSIGNED, seconds(100e-6), seconds(60e-6), times(1.67), confirms=True
)


@pytest.fixture
def explained(monkeypatch):
    """Scripted explanations; those that were made."""
    kept = {}

    def explain(variant, artifact, runtime, threads, tell):
        tell(Progress(Phase.LATENCY, 1, 2, "<b>Time</b> by operator"))
        explain.made.append((variant, artifact.sha256, runtime, threads))
        kept[artifact.sha256] = explain.report
        return explain.report

    explain.made = []
    monkeypatch.setattr(why, "explain", explain)
    monkeypatch.setattr(why, "kept", lambda variant, sha256, runtime, threads: kept.get(sha256))
    return explain


def button(app):
    return next((one for one in app.button if one.label == "Find out why"), None)


def test_the_cause_and_its_experiment_stay(visit, measured, explained):
    explained.report = report(experiments=(SIGNED,))
    button(visit(benchmark=measured, show="why")).click().run()
    app = visit(benchmark=measured, show="why")
    assert button(app) is None and len(explained.made) == 1
    for part in ("slower than uncompressed", "S8 activations", "instead of", "not in operators", "p50"):
        assert part in texts(app)
    assert not app.exception


def test_pruning_says_what_it_was_to_remove_and_what_it_removed(visit, measured, explained):
    layers = (RemovedLayer("conv1", "Conv", 600_000, 300_000, 900, 450, 0),)
    explained.report = report(speed=1.8, nominal=50, macs=560_000, removed=layers)
    app = visit(benchmark=measured, show="why")
    button(app).click().run()
    assert "Nominal: 50 %" in texts(app) and "44 %" in texts(app)


def test_it_waits_for_a_benchmark(visit, measured, monkeypatch):
    def busy(*_):
        raise Busy("Another odviz is measuring.")

    monkeypatch.setattr(why, "explain", busy)
    app = visit(benchmark=measured, show="why")
    button(app).click().run()
    assert "Another odviz is measuring" in texts(app) and not app.exception
