"""First phase: find every variant's file, or make and inspect it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from odviz.compression.make import find_variant
from odviz.domain.errors import Damaged, OdvizError, RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Artifact, Variant
from odviz.domain.result import Stage
from odviz.execution.child import Child
from odviz.execution.progress import Phase
from odviz.execution.session import BenchmarkSession
from odviz.formats.base import FACTS_VERSION
from odviz.library.items import Shapes
from odviz.library.models import load_model
from odviz.library.paths import cache_dir
from odviz.store import RunRecord, Store, StoredArtifact
from odviz.tasks import TASKS
from odviz.worker.protocol import Compress, InspectFile

_CHANGED = (
    "was made into another file than the one that was measured, so nothing was added to its figures. "
    "Start a new benchmark instead."
)


def made_files() -> Path:
    """The folder of made files, which a child that makes some has to write to; made if possible."""
    folder = cache_dir() / "variants"
    with suppress(OSError):  # the child says why
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def make(child: Child, variant: Variant, shapes: Shapes, known: Sequence[str] = ()) -> StoredArtifact:
    """Have a child make a variant's file, or find it in the cache, and inspect it.

    Args:
        child: to request it of.
        variant: what to make.
        shapes: of an item of the task, channels last, for each input.
        known: sha256 of the files that are recorded as made of the same.

    Raises:
        RunFailed: the recipe cannot be applied, or the child ended badly.
    """
    recipe, cache = str(variant.recipe), str(made_files())
    compressed = child.request(Compress(variant.task, variant.model, recipe, variant.format, cache, tuple(known)))
    file = compressed.artifact
    inspect = InspectFile(file.path, file.format, file.layout.batches(shapes))
    return StoredArtifact(variant.key, file, child.request(inspect), compressed.notes)


def prepare(session: BenchmarkSession, variants: Iterable[Variant], shapes: Shapes) -> dict[Variant, StoredArtifact]:
    """Make the files of variants, or find them in the cache.

    Args:
        session: the benchmark.
        variants: whose files are needed.
        shapes: of an item of the task, channels last, for each input.

    Returns:
        The files by variant; the failures of the others are recorded with their runs.

    Raises:
        RunFailed: the benchmark was cancelled, or is resumed and a file is no longer the one that was measured.
    """
    artifacts: dict[Variant, StoredArtifact] = {}
    before = _measured(session.store.runs(session.benchmark))
    changed: list[Failure] = []

    def make_in_child(variant: Variant, known: Sequence[str]) -> StoredArtifact:
        with session.child([made_files()]) as child:
            return make(child, variant, shapes, known)

    def work(variant: Variant) -> None:
        with session.run(variant.key, Stage.COMPRESS) as run:
            cached = find(variant)
            recorded, known = _recorded(session.store, variant, cached) if cached else (None, ())
            stored = recorded or make_in_child(variant, known)
            if before.get(variant.key, stored.file.sha256) != stored.file.sha256:
                changed.append(Failure(FailureKind.ERROR, f"{variant.label} {_CHANGED}"))
                raise RunFailed(changed[-1])
            if stored is not recorded:
                session.store.save_artifact(stored)
            run.made = stored.file.sha256
        artifacts[variant] = stored

    with session.forking(Compress, InspectFile):
        session.for_each(Phase.PREPARE, tuple(dict.fromkeys(variants)), work, lambda variant: variant)
    if changed:
        raise RunFailed(changed[0])
    return artifacts


def find(variant: Variant) -> Artifact | None:
    """The file of a variant if it need not be made; it is hashed, and what it was made of is compared."""
    try:
        model, task = load_model(variant.task, variant.model), TASKS[variant.task]
        made = find_variant(
            model, variant.recipe, variant.format, cache=made_files(), calibration=task.calibration, metric=task.metric
        )
    except OdvizError:  # the child that has to make it reports the reason
        return None
    return made.artifact if made else None


def _recorded(store: Store, variant: Variant, file: Artifact) -> tuple[StoredArtifact | None, tuple[str, ...]]:
    """The record of a file that was found, if its facts are still right.

    Returns:
        The record, or None; and the sha256 of every file that was recorded in its place.
    """
    try:
        known = tuple(former.sha256 for former in store.files_of(variant.key) if former.path == file.path)
        stored = store.find_artifact(variant.key, file.sha256) if file.sha256 in known else None
    except Damaged:  # a new record replaces it
        return None, ()
    return stored if stored and stored.facts.version == FACTS_VERSION else None, known


def _measured(runs: Sequence[RunRecord]) -> dict[str, str]:
    """Sha256 of the file of each variant that has been measured, by the key of the variant."""
    timed = {run.sha256 for run in runs if run.stage not in (Stage.COMPRESS, Stage.ACCURACY)}
    return {run.key: run.sha256 for run in runs if run.stage is Stage.COMPRESS and run.ok and run.sha256 in timed}
