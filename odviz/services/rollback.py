"""Rolling a channel back to an earlier release, with a proof that it is what it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.releases import ReleaseRegistry
from odviz.compression.artifact import check_artifact
from odviz.domain.audit import AuditEntry, AuditKind
from odviz.domain.errors import InputError, OdvizError, UnknownName
from odviz.domain.release import Channel, ProofKind, Release, Rollback, RollbackProof
from odviz.domain.rights import Right
from odviz.domain.text import quoted, shortened
from odviz.execution.lease import lease
from odviz.execution.probe import Probe
from odviz.library.rights import require
from odviz.library.scratch import temporary_folder
from odviz.metrics import METRICS
from odviz.serialization import to_canonical_json
from odviz.services.release_log import kept_bytes, kept_files, named, read_log, reasoned, registry, require_in_use
from odviz.store import Store
from odviz.store.blobs import unpack_arrays
from odviz.store.clock import now
from odviz.tasks import TASKS
from odviz.tasks.base import Examples

TIME_S = 300.0
"""Longest that predicting all test items may take."""

_LONGEST_REASON = 300

MakeProbe = Callable[..., Probe]


@dataclass(frozen=True, slots=True)
class RollbackOutcome:
    """A rollback that was done.

    Attributes:
        entry: of the audit log.
        rollback: what it records.
        release: what is in use again.
    """

    entry: AuditEntry
    rollback: Rollback
    release: Release


def roll_back(
    store: Store,
    channel: Channel,
    why: str,
    who: str,
    *,
    task: str = "",
    to: str = "",
    make_probe: MakeProbe = Probe,
) -> RollbackOutcome:
    """Put an earlier release of a channel back into it, without the gate.

    Its files must have their sha256. Whether they still predict what they did is found out and recorded, and hinders
    nothing: who rolls back may be in a hurry.

    Args:
        store: the database.
        channel: which.
        why: it is rolled back.
        who: does it.
        task: whose channel; empty if only one task has releases in it.
        to: name of an earlier release of the channel; empty for the one before.
        make_probe: starts children that predict; replaced in tests.

    Raises:
        InputError: there is no earlier release, or another came to the channel meanwhile.
        UnknownName: no such task or release.
        IntegrityError: a kept file is missing, or was changed.
        Damaged: the audit log was changed.
    """
    require(Right.CHANGE)
    who, why = named(who), reasoned(why)
    present = registry(store)
    task = task or _only_task(present, channel)
    target = _target(present, task, channel, to)
    base = present.in_use(task, channel)
    assert base is not None  # there are earlier ones
    rollback = Rollback(task, channel, target.id, base.id, prove(store, target, make_probe), now(), who, why)

    def event(log: tuple[AuditEntry, ...]) -> str:
        require_in_use(read_log(log), task, channel, base)
        return to_canonical_json(rollback)

    return RollbackOutcome(store.add_entry(AuditKind.ROLLED_BACK, event), rollback, target)


def prove(store: Store, release: Release, make_probe: MakeProbe = Probe) -> RollbackProof:
    """Run the kept files of a release on the test items, and compare the predictions with the kept ones.

    Args:
        store: the database.
        release: which.
        make_probe: starts children that predict.

    Raises:
        IntegrityError: what is kept is missing, or was changed.
    """
    files = kept_files(store, release)
    expected = unpack_arrays(kept_bytes(store, release.predictions))
    try:
        examples = TASKS[release.task].test()
        if examples.fingerprint != release.environment.data_sha256:
            return RollbackProof(ProofKind.OTHER_ITEMS)
        with lease(f"rollback to {release.id}"):
            predicted = _predicted(release, files, examples, make_probe)
    except UnknownName:
        return RollbackProof(ProofKind.OTHER_ITEMS)
    except (OdvizError, ValueError) as error:
        return RollbackProof(ProofKind.NOT_RUN, reason=shortened(str(error), _LONGEST_REASON))
    different = items_that_differ(expected, predicted, release.items)
    return RollbackProof(ProofKind.DIFFERENT if different else ProofKind.EQUAL, release.items, different)


def items_that_differ(
    expected: Sequence[NDArray[np.generic]], predicted: Sequence[NDArray[np.generic]], items: int
) -> int:
    """On how many items two predictions are not the same bytes; on all where their types or shapes differ.

    Args:
        expected: arrays of shape (items, …).
        predicted: likewise.
        items: their number.
    """
    forms = [[(array.dtype, array.shape) for array in arrays] for arrays in (expected, predicted)]
    if forms[0] != forms[1]:
        return items
    differ = np.zeros(items, bool)
    for pair in zip(expected, predicted, strict=True):
        old, own = (np.frombuffer(array.tobytes(), np.uint8).reshape(items, -1) for array in pair)
        differ |= (old != own).any(axis=1)
    return int(differ.sum())


def _predicted(
    release: Release, files: dict[str, bytes], examples: Examples, make_probe: MakeProbe
) -> tuple[NDArray[np.generic], ...]:
    """What the kept files predict now: outputs, or their scores where only those are kept.

    Raises:
        RunFailed: they cannot be run.
        ValueError: the outputs do not fit the metric.
    """
    target = release.point.target
    with temporary_folder() as folder:
        paths = [folder / f"model{Path(name).suffix}" for name in files]
        for path, content in zip(paths, files.values(), strict=True):
            path.write_bytes(content)
        artifact = replace(release.artifact, path=str(paths[0]))
        check_artifact(artifact)
        with make_probe(artifact, target.threads, TIME_S) as probe:
            outputs = probe.predict(target.runtime, Path(artifact.path), examples.inputs)
    if not release.are_scores:
        return tuple(outputs)
    return (METRICS[TASKS[release.task].metric].score(outputs, examples.targets),)


def _only_task(present: ReleaseRegistry, channel: Channel) -> str:
    """The task whose channel is meant where none is named.

    Raises:
        InputError: none or several have releases in it.
    """
    tasks = [task for task, of_task in present.history if of_task is channel]
    if len(tasks) != 1:
        raise InputError(f"{channel} is in use for {', '.join(tasks) or 'no task'}: name a task.")
    return tasks[0]


def _target(present: ReleaseRegistry, task: str, channel: Channel, to: str) -> Release:
    earlier = present.earlier(task, channel)
    if not earlier:
        raise InputError(f"Nothing was in {channel} of {quoted(task)} before: there is nothing to roll back to.")
    if not to:
        return earlier[-1]
    release = present.find(to)
    if release not in earlier:
        names = ", ".join(dict.fromkeys(one.id for one in earlier))
        raise InputError(f"{release.id} was not in {channel} before what is there now. What was: {names}.")
    return release
