"""The benchmarks that lessons read: small networks and little effort, so that each takes less than a minute."""

from __future__ import annotations

from odviz.domain.plan import QUICK, BenchmarkPlan
from odviz.domain.recipe import parse_recipe

INT8_DYNAMIC, INT8_STATIC = "int8-dynamic", "int8-static"
ZEROS, SLIM, SLIMMEST = "prune-magnitude:50", "prune-structured:50", "prune-structured:70"
SMALL, LARGE = "ds-cnn-0.25", "resnet-8-wide"


def _plan(task: str, models: tuple[str, ...], recipes: tuple[str, ...], runtimes: tuple[str, ...]) -> BenchmarkPlan:
    return BenchmarkPlan(task, models, tuple(map(parse_recipe, recipes)), runtimes, effort=QUICK)


NETWORKS = _plan("product-images", (SMALL, LARGE), (INT8_STATIC,), ("onnxruntime",))
"""A small and a large network for pictures, as they are and in whole numbers."""

PROGRAMS = _plan("product-images", (SMALL,), (INT8_DYNAMIC, INT8_STATIC), ("litert", "tflite-runtime"))
"""The same files in a newer and an older program."""

PRUNED = _plan("product-images", (LARGE,), (ZEROS, SLIM), ("onnxruntime",))
"""Half of the weights as zeros, and half of the work cut out."""

PEOPLE = _plan("exercise", ("ds-cnn-0.5",), (INT8_STATIC, SLIMMEST), ("onnxruntime",))
"""A network for movements, tested with people that it has not seen in training."""
