"""First phase: every variant's file is made, in children, and looked into."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Variant
from odviz.domain.result import Stage
from odviz.execution.child import Child
from odviz.execution.progress import Phase
from odviz.execution.session import Session
from odviz.library.paths import cache_dir
from odviz.store import RunRecord, StoredArtifact
from odviz.worker.protocol import Compress, InspectFile

_OTHER = (
    "was made into another file than the one that was measured, so nothing was added to its figures. "
    "Measure the same again instead."
)


def make(child: Child, variant: Variant) -> StoredArtifact:
    """Have a child make a variant's file, or find it in the cache, and say what it is made of.

    Raises:
        RunFailed: the recipe cannot be applied, or the child ended badly.
    """
    recipe, cache = str(variant.recipe), str(cache_dir() / "variants")
    compressed = child.request(Compress(variant.task, variant.model, recipe, variant.format, cache))
    file = compressed.artifact
    return StoredArtifact(variant.key, file, child.request(InspectFile(file.path, file.format)), compressed.notes)


def prepare(session: Session, variants: Iterable[Variant]) -> dict[Variant, StoredArtifact]:
    """Make the variants; those made before come from the cache.

    Returns:
        What was made; the run of each of the others says why it could not be.

    Raises:
        RunFailed: the benchmark is to stop, or goes on and a file is no longer the one that was measured.
    """
    made: dict[Variant, StoredArtifact] = {}
    before = _measured(session.store.runs(session.benchmark))
    other: list[Failure] = []

    def work(variant: Variant) -> None:
        with session.run(variant.key, Stage.COMPRESS) as run, session.child() as child:
            stored = make(child, variant)
            if before.get(variant.key, stored.file.sha256) != stored.file.sha256:
                other.append(Failure(FailureKind.ERROR, f"{variant.label} {_OTHER}"))
                raise RunFailed(other[-1])
            session.store.save_artifact(stored)
            run.made = stored.file.sha256
        made[variant] = stored

    session.spread(Phase.PREPARE, tuple(dict.fromkeys(variants)), work, lambda variant: variant)
    if other:
        raise RunFailed(other[0])
    return made


def _measured(runs: Sequence[RunRecord]) -> dict[str, str]:
    """Sha256 of the file of each variant, by its key, that something was measured of before."""
    timed = {run.sha256 for run in runs if run.stage not in (Stage.COMPRESS, Stage.ACCURACY)}
    return {run.key: run.sha256 for run in runs if run.stage is Stage.COMPRESS and run.ok and run.sha256 in timed}
