"""Scripted benchmarks whose variants can be released, and children that run released files by a script."""

from odviz.domain.gate import Clause, Policy
from odviz.execution.executor import execute
from odviz.services import releases
from odviz.services.release_log import kept_bytes
from odviz.store.blobs import unpack_arrays
from tests.fakes import TOY, World, plan, point

LENIENT = Policy("Lenient", (Clause("accuracy", 0.5, is_relative=False),))
STRICT = Policy("Strict", (Clause("accuracy", 0.01, is_relative=False), Clause("latency", 0.1, is_relative=True)))
WORLD = {
    "accuracy": {"fp32": 0.95, "int8-static": 0.93, "prune-magnitude:50": 0.7},
    "ns": {"fp32": 2_000_000, "int8-static": 1_000_000, "prune-magnitude:50": 2_000_000},
}
RECIPES = ("int8-static", "prune-magnitude:50")


def benchmark(store, folder, *recipes, **world):
    """The id of a benchmark whose files exist."""
    recipes = recipes or RECIPES
    identity = store.create_benchmark(plan(*recipes), [point(), *map(point, recipes)])
    execute(store, identity, TOY, lambda _: None, make_child=World(**(WORLD | world), folder=folder).child)
    return identity


def released(store, identity, *recipes, policy=LENIENT):
    """Releases of variants, in their order."""
    return [releases.add(store, identity, recipe, "try it", "Ada", policy)[1] for recipe in recipes]


def probe_of(store, release, change=lambda outputs: outputs):
    """Makes children that predict what was kept with a release, changed by a function; notes which files they ran."""

    ran = []

    class ScriptedProbe:
        def __init__(self, artifact, threads, time_s):
            self.threads = threads

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def predict(self, runtime, path, items):
            ran.append((runtime, path.read_bytes(), self.threads, items.shape))
            return change(tuple(array.copy() for array in unpack_arrays(kept_bytes(store, release.predictions))))

    ScriptedProbe.ran = ran
    return ScriptedProbe
