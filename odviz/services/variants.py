"""Making variants without benchmarking them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from odviz.compression.recipes import formats as formats_of
from odviz.domain.errors import InputError, RunFailed
from odviz.domain.failure import Failure
from odviz.domain.model import Artifact, Variant
from odviz.domain.plan import THOROUGH
from odviz.domain.recipe import Recipe
from odviz.execution.address_space import check_address_space
from odviz.execution.child import Child
from odviz.execution.fork_server import ForkServer, can_fork
from odviz.execution.lease import lease
from odviz.execution.parallel_map import parallel_map
from odviz.execution.prepare import made_files, make
from odviz.execution.progress import Phase, Progress
from odviz.formats import FORMATS
from odviz.services import catalogue
from odviz.store import StoredArtifact
from odviz.tasks import TASKS
from odviz.worker.protocol import Compress, InspectFile


@dataclass(frozen=True, slots=True)
class Variants:
    """Files of variants.

    Attributes:
        files: in the order of models, recipes and formats.
        failures: by key of the variant that could not be made.
    """

    files: tuple[StoredArtifact, ...]
    failures: Mapping[str, Failure]


def make_all(
    task: str,
    models: Sequence[str],
    recipes: Sequence[Recipe],
    formats: Sequence[str],
    report: Callable[[Progress], None] = lambda _: None,
    wait_s: float = 0.0,
) -> Variants:
    """Make every compatible model × recipe × format, or take it from the cache.

    Args:
        task: name of the task.
        models: names of its models.
        recipes: recipes to apply.
        formats: names of formats.
        report: called with every new snapshot of the progress.
        wait_s: how long to wait for another odviz that measures; −1 for as long as it takes.

    Raises:
        UnknownName: a task, model, format or method that does not exist.
        RecipeError: a recipe that fits no format.
        Unavailable: this process may not use enough memory.
        Busy: another odviz is measuring on this machine.
    """
    check_address_space()
    names = [catalogue.model(task, name).name for name in models]
    variants = [
        Variant(task, name, recipe, fmt)
        for name in names
        for recipe in recipes
        for fmt in sorted(formats_of(recipe) & set(formats))
    ]
    files: dict[Variant, StoredArtifact] = {}

    def work(variant: Variant) -> None:
        with Child(
            timeout_s=THOROUGH.timeout_s,
            memory_limit_bytes=THOROUGH.memory_limit_bytes,
            fork_server=server if can_fork() else None,
            folders=[made_files()],
        ) as child:
            files[variant] = make(child, variant, TASKS[variant.task].shapes)

    def tell(done: int, variant: Variant) -> None:
        report(Progress(Phase.PREPARE, done, len(variants), variant.key))

    with lease(f"variants of {task}", wait_s), ForkServer((Compress, InspectFile)) as server:
        failures = parallel_map(variants, work, os.cpu_count() or 1, tell)
    return Variants(
        tuple(files[variant] for variant in variants if variant in files),
        {variant.key: failure for variant, failure in failures.items()},
    )


def make_file(variant: Variant, wait_s: float = 0.0) -> Artifact:
    """The file of one variant; see `make_all`.

    Raises:
        InputError: the recipe makes no such file.
        RunFailed: it cannot be made.
    """
    made = make_all(variant.task, [variant.model], [variant.recipe], [variant.format], wait_s=wait_s)
    if failure := made.failures.get(variant.key):
        raise RunFailed(failure)
    if not made.files:
        raise InputError(f"{variant.recipe.label} makes no {FORMATS[variant.format].title} file of {variant.model}.")
    return made.files[0].file
