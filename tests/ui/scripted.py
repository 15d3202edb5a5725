"""Scripted benchmarks of a shipped task, so that pages have something to show without a runtime."""

import re

from odviz.domain.model import Variant
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import parse_recipe
from odviz.domain.target import HOST, OperatingPoint, Precision, Target
from odviz.execution.executor import execute
from tests.fakes import EFFORT, TOY, World

TASK, MODEL = "product-images", "lenet-5"
RECIPES = ("int8-static", "prune-magnitude:50")
WORLD = {
    "accuracy": {"fp32": 0.95, "int8-static": 0.9, "prune-magnitude:50": 0.8, "int8-dynamic": 0.25},
    "ns": {"fp32": 2_000_000, "int8-static": 1_000_000, "prune-magnitude:50": 3_000_000},
}


def point(recipe="fp32", runtime="onnxruntime", model=MODEL):
    parsed = parse_recipe(recipe)
    precision = Precision.INT8 if "int8" in recipe else Precision.FP32
    return OperatingPoint(Variant(TASK, model, parsed, "onnx"), Target(HOST, runtime, "cpu", 1, precision))


def queue(store, *recipes, models=(MODEL,), stress=()):
    """A benchmark of the uncompressed models and `recipes` that waits; its id."""
    plan = BenchmarkPlan(
        TASK, models, tuple(map(parse_recipe, recipes)), ("onnxruntime",), effort=EFFORT, stress=stress
    )
    return store.create_benchmark(
        plan, [point(recipe, model=model) for model in models for recipe in ("fp32", *recipes)]
    )


def measure(store, *recipes, models=(MODEL,), world=None, stress=()):
    """The same, run to its end."""
    benchmark = queue(store, *recipes, models=models, stress=stress)
    execute(store, benchmark, TOY, lambda _: None, make_child=(world or World(**WORLD)).child)
    return benchmark


def texts(app):
    """Everything that is said on a page, as a person reads it."""
    return as_read(written(app))


def written(app):
    """The same as Markdown."""
    kinds = (app.title, app.markdown, app.caption, app.warning, app.error, app.info, app.success, app.header)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def as_read(markdown):
    """What a person reads where signs stand for themselves."""
    return re.sub(r"\\(.)", r"\1", markdown)
