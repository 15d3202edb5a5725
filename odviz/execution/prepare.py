"""First phase: make every variant's file, and inspect it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Variant
from odviz.domain.result import Stage
from odviz.execution.child import Child
from odviz.execution.progress import Phase
from odviz.execution.session import BenchmarkSession
from odviz.library.paths import cache_dir
from odviz.store import RunRecord, StoredArtifact
from odviz.worker.protocol import Compress, InspectFile

_CHANGED = (
    "was made into another file than the one that was measured, so nothing was added to its figures. "
    "Start a new benchmark instead."
)


def make(child: Child, variant: Variant) -> StoredArtifact:
    """Have a child make a variant's file, or find it in the cache, and inspect it.

    Raises:
        RunFailed: the recipe cannot be applied, or the child ended badly.
    """
    recipe, cache = str(variant.recipe), str(cache_dir() / "variants")
    compressed = child.request(Compress(variant.task, variant.model, recipe, variant.format, cache))
    file = compressed.artifact
    return StoredArtifact(variant.key, file, child.request(InspectFile(file.path, file.format)), compressed.notes)


def prepare(session: BenchmarkSession, variants: Iterable[Variant]) -> dict[Variant, StoredArtifact]:
    """Make the files of variants, or find them in the cache.

    Returns:
        The files by variant; the failures of the others are recorded with their runs.

    Raises:
        RunFailed: the benchmark was cancelled, or is resumed and a file is no longer the one that was measured.
    """
    artifacts: dict[Variant, StoredArtifact] = {}
    before = _measured(session.store.runs(session.benchmark))
    changed: list[Failure] = []

    def work(variant: Variant) -> None:
        with session.run(variant.key, Stage.COMPRESS) as run, session.child() as child:
            stored = make(child, variant)
            if before.get(variant.key, stored.file.sha256) != stored.file.sha256:
                changed.append(Failure(FailureKind.ERROR, f"{variant.label} {_CHANGED}"))
                raise RunFailed(changed[-1])
            session.store.save_artifact(stored)
            run.made = stored.file.sha256
        artifacts[variant] = stored

    session.for_each(Phase.PREPARE, tuple(dict.fromkeys(variants)), work, lambda variant: variant)
    if changed:
        raise RunFailed(changed[0])
    return artifacts


def _measured(runs: Sequence[RunRecord]) -> dict[str, str]:
    """Sha256 of the file of each variant that has been measured, by the key of the variant."""
    timed = {run.sha256 for run in runs if run.stage not in (Stage.COMPRESS, Stage.ACCURACY)}
    return {run.key: run.sha256 for run in runs if run.stage is Stage.COMPRESS and run.ok and run.sha256 in timed}
