"""`odviz recommend`, on this host and on a device."""

import json

import click
import pytest

from odviz.cli import cli
from odviz.execution.executor import execute
from odviz.objectives import ACCURACY, LATENCY, MEMORY, SIZE, objectives
from odviz.objectives.energy import RATIO
from odviz.store import open_store
from odviz.tasks import TASKS
from tests.fakes import TOY, World, plan, point

WORLD = {
    "accuracy": {"fp32": 0.95, "int8-static": 0.945, "prune-magnitude:50": 0.8},
    "ns": {"fp32": 9_000_000, "int8-static": 2_000_000, "prune-magnitude:50": 1_000_000},
}


def measure():
    with open_store() as store:
        recipes = ("int8-static", "prune-magnitude:50")
        new = store.create_benchmark(plan(*recipes), [point(), *map(point, recipes)])
        execute(store, new, TOY, lambda _: None, make_child=World(**WORLD).child)
    return new


@pytest.fixture
def benchmark():
    return measure()


def recommended(odviz, *words):
    code, out, _ = odviz("recommend", *words, "--json")
    return code, json.loads(out)


def test_by_default_the_answer_has_to_feel_instant(odviz, benchmark):
    _, answer = recommended(odviz, benchmark)
    assert answer["limits"] == {"latency": 0.1} and answer["verdict"] == "ship"
    assert answer["recommended"]["recipe"] == "fp32"  # all are far below 0.1 s, and it is the most accurate
    assert recommended(odviz, benchmark, "--deadline", "video")[1]["limits"] == {"latency": pytest.approx(1 / 30)}
    assert recommended(odviz, benchmark, "--deadline", "none")[1]["limits"] == {}


def test_the_fastest_variant_within_the_margin_is_recommended(odviz, benchmark):
    code, answer = recommended(odviz, benchmark, "--deadline", "none")
    assert code == 0
    assert (answer["benchmark"], answer["task"], answer["device"]) == (benchmark, "toy", None)
    assert answer["recommended"]["recipe"] == "int8-static"
    assert answer["most_accurate"]["recipe"] == "fp32"
    assert answer["recommended"]["estimates"]["latency"]["value"] == pytest.approx(2e-3, rel=0.01)
    assert (answer["satisfying"], answer["of"], answer["nearest_miss"]) == (3, 3, None)


def test_the_margin_decides_how_much_accuracy_is_given_away(odviz, benchmark):
    assert recommended(odviz, benchmark, "--deadline", "none", "--margin", "0")[1]["recommended"]["recipe"] == "fp32"
    answer = recommended(odviz, benchmark, "--deadline", "none", "--margin", "20%")[1]
    assert answer["recommended"]["recipe"] == "prune-magnitude:50"


def test_limits_exclude_variants_and_the_one_that_binds_is_named(odviz, benchmark):
    code, answer = recommended(odviz, benchmark, "--deadline", "1.5ms")
    assert code == 0 and answer["recommended"]["recipe"] == "prune-magnitude:50"
    assert answer["limits"] == {"latency": 1.5e-3}
    assert answer["satisfying"] == 1 and answer["binding"] == {"objective": "latency", "admits": 2}


def test_the_nearest_miss_is_shown_and_the_exit_code_is_1(odviz, benchmark):
    code, answer = recommended(odviz, benchmark, "--deadline", "1.75ms", "--accuracy", "94%")
    assert code == 1 and answer["recommended"] is None
    assert answer["nearest_miss"]["recipe"] == "int8-static"
    assert answer["nearest_miss"]["violates"] == ["latency"]
    code, out, _ = odviz("recommend", benchmark, "--deadline", "1.75ms", "--accuracy", "94%")
    assert code == 1 and "Nearest miss" in out and "int8-static" in out


def test_the_text_names_the_variant_its_estimates_and_limits(odviz, benchmark):
    code, out, _ = odviz("recommend", benchmark, "--deadline", "5ms")
    assert code == 0 and "int8-static" in out and "2.00 ms" in out and "≤ 5.00 ms" in out
    assert all(objective.title in out for objective in (ACCURACY, LATENCY, MEMORY, RATIO, SIZE))


def test_of_a_device_the_estimates_are_projected(odviz, benchmark):
    code, answer = recommended(odviz, benchmark, "--device", "raspberry-pi-4")
    assert code == 0 and answer["device"] == "raspberry-pi-4" and answer["target"].startswith("rpi4-")
    assert answer["recommended"]["estimates"]["latency"]["provenance"] == "projected"


def test_of_a_task_the_newest_complete_benchmark_is_taken(odviz, monkeypatch):
    monkeypatch.setattr(TASKS, "names", lambda: ("toy",))
    code, _, err = odviz("recommend", "toy")
    assert code == 2 and "odviz bench toy" in err
    measure()
    complete = measure()
    with open_store() as store:
        store.create_benchmark(plan(), [point()])  # newer, and only queued
    assert recommended(odviz, "toy")[1]["benchmark"] == complete


def test_what_is_neither_a_benchmark_nor_a_task_is_refused(odviz):
    code, _, err = odviz("recommend", "product-image")
    assert code == 2 and "product-images" in err


@pytest.mark.parametrize("command", ["front", "recommend"])
def test_every_objective_has_an_option(command):
    context = click.Context(cli)
    params = cli.get_command(context, command).get_params(context)
    options = {option for param in params for option in param.opts}
    assert {f"--{objective.limit.key.replace('_', '-')}" for objective in objectives()} <= options


@pytest.mark.parametrize("typed", ["120%", "0", "soon"])
def test_limits_that_make_no_sense_are_refused(odviz, benchmark, typed):
    code, out, err = odviz("recommend", benchmark, "--accuracy", typed)
    assert code == 2 and out == "" and "accuracy" in err
