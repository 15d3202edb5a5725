"""An evidence bundle checked without network and database: hashes, signature, and every figure from its samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

import numpy as np

from odviz import __version__
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.claim_checks import check_claims
from odviz.analysis.claims import claims
from odviz.analysis.item_groups import NO_ITEMS, KnownItems, known_items
from odviz.domain.errors import FileRefused, InputError
from odviz.domain.evidence import (
    CheckOutcome,
    EvidenceCheck,
    EvidencePart,
    EvidenceReport,
    Obstacle,
    SignatureCheck,
    SignatureState,
)
from odviz.domain.text import shortened
from odviz.formats.base import joined_digest
from odviz.library.devices import load_device
from odviz.library.signing import fingerprint, is_signed, public_key
from odviz.metrics.base import Targets
from odviz.serialization import to_json
from odviz.services.evidence_contents import CARDS, PUBLIC_KEY, README, BundledModel, Contents, read_contents
from odviz.services.evidence_file import UnpackedBundle, matches, unpack
from odviz.services.evidence_release import check_release
from odviz.store import Predictions

_LONGEST_REASON = 200
_SCORE_ROUNDING = 1e-5


def verify(content: bytes, name: str, key: bytes | None = None) -> EvidenceReport:
    """Check a bundle.

    Args:
        content: of the bundle, which anybody may have made.
        name: of it, for messages.
        key: public key (PEM) that it must be signed with; None to accept any, and unsigned bundles.

    Raises:
        FileRefused: it is no evidence bundle, or damaged so that nothing can be read; or `key` is no public key.
    """
    wanted = None if key is None else public_key(key, "The public key")
    bundle = unpack(content, name)
    signature = check_signature(bundle, wanted)
    checks = tuple(_files(bundle))
    if all(check.outcome is CheckOutcome.HOLDS for check in checks):
        checks += tuple(_recomputed(bundle.files, name))
    return EvidenceReport(name, bundle.manifest.odviz, __version__, signature, checks)


def check_signature(bundle: UnpackedBundle, wanted: bytes | None) -> SignatureCheck:
    """Check the signature of a bundle.

    Args:
        bundle: as it was read.
        wanted: the key that it must be signed with, see `library.signing.public_key`; None to accept any, or none.
    """
    own, named = bundle.files.get(PUBLIC_KEY), wanted is not None
    if bundle.signature is None and own is None:
        return SignatureCheck(SignatureState.UNSIGNED, named=named)
    if bundle.signature is None or own is None:
        return SignatureCheck(SignatureState.INVALID, named=named)
    try:
        inside = public_key(own, PUBLIC_KEY)
    except FileRefused:
        return SignatureCheck(SignatureState.INVALID, named=named)
    if not is_signed(bundle.manifest_bytes, bundle.signature, inside):
        state = SignatureState.INVALID
    elif wanted is None:
        state = SignatureState.VALID_KEY_INSIDE
    else:
        state = SignatureState.VALID_NAMED_KEY if inside == wanted else SignatureState.OTHER_KEY
    return SignatureCheck(state, fingerprint(inside), named)


def _files(bundle: UnpackedBundle) -> Iterator[EvidenceCheck]:
    """The archive, and each file that it holds or should hold."""
    anew = "packed anew, or changed between the files"
    yield EvidenceCheck.that(EvidencePart.ARCHIVE, "the archive", bundle.exact, anew)
    listed = bundle.manifest.files
    for file in sorted({*listed, *bundle.files}):
        if file not in listed:
            actual = "not in the manifest"
        elif file not in bundle.files:
            actual = "missing"
        else:
            actual = "" if matches(bundle.files[file], listed[file]) else "other bytes than the manifest lists"
        yield EvidenceCheck.that(EvidencePart.FILE, file, not actual, actual)


def _recomputed(files: Mapping[str, bytes], name: str) -> Iterator[EvidenceCheck]:
    """Everything that follows from the files.

    Raises:
        FileRefused: a file is none that odviz writes, or holds figures that no odviz measures.
    """
    contents = read_contents(files, name)
    try:
        own = claims(contents.sides, contents.policy, contents.find)
        scores = [check for data in contents.benchmarks.values() for check in _scores(data)]
    except Exception as error:  # numbers that no odviz measures raise anything
        reason = shortened(str(error), _LONGEST_REASON)
        raise FileRefused(f"{name} holds figures that no odviz measures: {reason}", place=name) from error
    for file in sorted(files.keys() - contents.files):
        if file != README and not file.startswith(CARDS):
            yield EvidenceCheck.that(EvidencePart.FILE, file, False, "no claim is computed from it")
    for id, data in contents.benchmarks.items():
        yield from _items(id, data)
    yield from _environments(contents, files)
    yield from _devices(contents)
    for model in contents.statement.models:
        yield _model(model, contents, files)
    yield from check_release(contents, own, files, name)
    yield from scores
    yield from check_claims(contents.statement.claims, own)


def _items(id: str, data: BenchmarkData) -> Iterator[EvidenceCheck]:
    """Labels and groups beside those here; nothing if the data set is not here."""
    here = known_items(data.record.plan.task, data.data_sha256)
    if here is not NO_ITEMS and data.predictions:
        yield EvidenceCheck.that(
            EvidencePart.ITEMS, id, _same_items(data.items, here), "other labels or groups of the same items"
        )


def _same_items(one: KnownItems, other: KnownItems) -> bool:
    groups = one.groups, other.groups
    described = [(own.title, own.names, own.by_class, own.fixed, own.index.tolist()) for own in groups]
    return described[0] == described[1] and np.array_equal(one.targets, other.targets)


def _environments(contents: Contents, files: Mapping[str, bytes]) -> Iterator[EvidenceCheck]:
    for one in contents.statement.benchmarks:
        written = to_json(contents.benchmarks[one.id].record.environment, indent=1).encode()
        same = files.get(one.environment) == written
        yield EvidenceCheck.that(EvidencePart.ENVIRONMENT, one.id, same, "another machine than its samples name")


def _devices(contents: Contents) -> Iterator[EvidenceCheck]:
    for name, profile in contents.devices.items():
        try:
            here = load_device(name)
        except InputError:  # a device of the maker's own
            continue
        yield EvidenceCheck.that(EvidencePart.DEVICE, name, profile == here, "another profile than the one here")


def _model(model: BundledModel, contents: Contents, files: Mapping[str, bytes]) -> EvidenceCheck:
    data = contents.benchmarks.get(model.benchmark)
    measured = {stored.variant: stored.file.sha256 for stored in data.files.values()} if data else {}
    digests = [sha256(files.get(file, b"")).hexdigest() for file in model.files]
    same = measured.get(model.variant) == joined_digest(digests)
    return EvidenceCheck.that(EvidencePart.MODEL, model.variant, same, "not the file that was measured")


def _scores(data: BenchmarkData) -> Iterator[EvidenceCheck]:
    """The score of each item from outputs and labels."""
    for point, predictions in data.predictions.items():
        obstacle = _obstacle(data, predictions)
        if obstacle:
            yield EvidenceCheck(EvidencePart.SCORES, point.key, CheckOutcome.NOT_POSSIBLE, obstacle=obstacle)
            continue
        assert predictions.outputs is not None
        own = data.metric.score(predictions.outputs, data.items.targets)
        same = own.shape == predictions.scores.shape and np.allclose(
            own, predictions.scores, rtol=_SCORE_ROUNDING, atol=_SCORE_ROUNDING, equal_nan=True
        )
        yield EvidenceCheck.that(EvidencePart.SCORES, point.key, same, "other scores than the outputs have")


def _obstacle(data: BenchmarkData, predictions: Predictions) -> Obstacle | None:
    if predictions.outputs is None:
        return Obstacle.OUTPUTS_NOT_KEPT
    labelled = data.metric.targets is not Targets.OUTPUTS and len(data.items.targets)
    return None if labelled else Obstacle.NO_LABELS
