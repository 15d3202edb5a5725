"""First phase: every variant's file is made, in children, and looked into."""

from __future__ import annotations

from collections.abc import Iterable

from odviz.domain.codec import decode
from odviz.domain.failure import Failure
from odviz.domain.model import Artifact, GraphFacts, Variant
from odviz.domain.result import Stage
from odviz.jobs.child import Child
from odviz.jobs.progress import Phase
from odviz.jobs.session import Session
from odviz.shipped.paths import home
from odviz.store import StoredArtifact


def make(child: Child, variant: Variant) -> StoredArtifact:
    """Have a child make a variant's file, or find it in the cache, and say what it is made of.

    Raises:
        RunFailed: the recipe cannot be applied, or the child ended badly.
    """
    reply = child.ask(
        {
            "do": "compress",
            "task": variant.task,
            "model": variant.model,
            "recipe": str(variant.recipe),
            "format": variant.format.value,
            "cache": str(home("cache") / "variants"),
        }
    )
    file = decode(Artifact, reply["artifact"])
    facts = child.ask({"do": "facts", "path": file.path, "format": file.format.value})["facts"]
    return StoredArtifact(variant.key, file, decode(GraphFacts, facts), tuple(reply["notes"]))


def prepare(
    session: Session, variants: Iterable[Variant]
) -> tuple[dict[Variant, StoredArtifact], dict[Variant, Failure]]:
    """Make the variants; those made before come from the cache.

    Returns:
        What was made, and why the others could not be.
    """
    made: dict[Variant, StoredArtifact] = {}

    def work(variant: Variant) -> None:
        with session.run(variant.key, Stage.COMPRESS) as run, session.child() as child:
            stored = make(child, variant)
            session.store.save_artifact(stored)
            run.made = stored.file.sha256
        made[variant] = stored

    failures = session.spread(Phase.PREPARE, tuple(dict.fromkeys(variants)), work, _words)
    return made, failures


def _words(variant: Variant) -> str:
    return f"{variant.model} {variant.recipe.label} ({variant.format.value})"
