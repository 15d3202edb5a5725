"""An evidence bundle: benchmarks with all samples, what is claimed of them, and what it takes to check the claims."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.claims import claims
from odviz.analysis.named import named
from odviz.domain.errors import FileRefused, OdvizError
from odviz.domain.licence import Permission, Use, check_licence
from odviz.domain.model import Variant
from odviz.domain.rights import Right
from odviz.library.rights import require
from odviz.library.signing import Signer
from odviz.report import card_text
from odviz.serialization import to_json
from odviz.services import cards, catalogue, model_file
from odviz.services.evidence_contents import (
    CARDS,
    PUBLIC_KEY,
    README,
    BundledBenchmark,
    BundledModel,
    ClaimsFile,
    bundled_side,
    device_file,
    device_profiles,
    items_files,
    policy_file,
    statement_file,
)
from odviz.services.evidence_file import manifest_of, pack
from odviz.services.evidence_release import audit_file
from odviz.services.evidence_subject import EvidenceSubject
from odviz.services.model_file import portable
from odviz.store import StoredArtifact

_TEXT = """Evidence of odviz: benchmarks with all samples, and the figures and verdicts that are claimed of them.

With odviz, offline:   odviz evidence verify BUNDLE.zip --public-key KEY.pub.pem
It checks all hashes and the signature, and computes every figure and verdict again from the samples.

Without odviz:
  manifest.json        sha256 and size of every other file
  signature.ed25519    of the bytes of manifest.json, if the bundle is signed:
    openssl pkeyutl -verify -pubin -inkey KEY.pub.pem -rawin -in manifest.json -sigfile signature.ed25519

Use the public key that you got from the maker. The one in this archive proves only that nothing was changed since
somebody signed it. A signature says who signed, not that what was measured is true.
"""


@dataclass(frozen=True, slots=True)
class EvidenceBundle:
    """A bundle that was made.

    Attributes:
        content: a zip archive; the same for the same claims, files and key.
        left_out: why model files are not part of it, a sentence each.
    """

    content: bytes
    left_out: tuple[str, ...]


def evidence(subject: EvidenceSubject, signer: Signer | None = None, *, with_model: bool = False) -> EvidenceBundle:
    """Put together what is claimed, and what it takes to check it.

    Args:
        subject: what it is about.
        signer: signs the bundle; None for an unsigned one.
        with_model: whether the model files of the last side become part of it, where their licences allow that.

    Raises:
        InputError: the sides cannot be compared, or a clause holds for none of them.
        Forbidden: this session gets no model files.
        IntegrityError: a kept model file was changed.
    """
    sides, policy = subject.sides, subject.policy
    by_id = {side.data.record.id: side.data for side in sides}
    benchmarks = tuple(BundledBenchmark(id, data.record.imported is not None) for id, data in by_id.items())
    devices = device_profiles(sides, policy)
    files = {README: _TEXT.encode()} | policy_file(policy) | audit_file(subject.log)
    for one in benchmarks:
        data = by_id[one.id]
        files[one.samples] = subject.samples[one.id]
        files[one.environment] = to_json(data.record.environment, indent=1).encode()
        files |= items_files(one, data) | _cards(data)
    files |= {device_file(name): content for name, content in devices.items()}
    models, left_out = _models(subject, files) if with_model else ((), ())
    written, release = tuple(map(bundled_side, sides)), subject.release.id if subject.release else ""
    statement = ClaimsFile(benchmarks, written, tuple(devices), models, release, claims(sides, policy))
    files |= statement_file(statement)
    if signer is not None:
        files[PUBLIC_KEY] = signer.public_key
    manifest = manifest_of(files)
    return EvidenceBundle(pack(files, manifest, signer.sign(manifest) if signer else None), left_out)


def _cards(data: BenchmarkData) -> dict[str, bytes]:
    """Cards of the models and data of a benchmark that are still here, as files."""
    files = {}
    for name in data.record.plan.models:
        with suppress(OdvizError):  # a model or task that was removed since
            card = cards.model_card_of(catalogue.model(data.record.plan.task, name), data)
            stem = f"{CARDS}{data.record.id}"
            files[f"{stem}-{portable(name)}.md"] = card_text.markdown(card).encode()
            files[f"{stem}-data.md"] = card_text.markdown(card.data).encode()
    return files


def _models(subject: EvidenceSubject, files: dict[str, bytes]) -> tuple[tuple[BundledModel, ...], tuple[str, ...]]:
    """Add the model files of a side to the files of a bundle.

    Returns:
        Which there are, and why others are left out.
    """
    require(Right.CHANGE)
    side = subject.sides[-1]
    models: list[BundledModel] = []
    left_out: dict[str, None] = {}
    kept = [one for one in side.data.files.items() if side.point in (None, one[0])]
    for point, stored in named(kept, side.text, lambda one: one[0]) if kept else ():
        if point.variant.key in (one.variant for one in models):
            continue
        reason = _licensed(point.variant)
        try:
            added = {} if reason else _named(subject.model_files(stored), stored, point.variant)
        except FileRefused as error:
            added, reason = {}, str(error)
        if reason:
            left_out[f"The file of {point.variant.label} is left out: {reason}"] = None
        else:
            files.update(added)
            models.append(BundledModel(side.data.record.id, point.variant.key, tuple(added)))
    return tuple(models), tuple(left_out)


def _licensed(variant: Variant) -> str:
    """Why the licence of a model does not let its file be handed on; empty if it does."""
    try:
        licence = catalogue.model(variant.task, variant.model).licence
    except OdvizError:
        return "its model is no longer here, so that its licence is not known."
    check = check_licence(variant.model, licence, Use.SHARE)
    if check.permission is Permission.ALLOWED:
        return ""
    return f"its licence ({check.text or 'none is recorded'}) is not known to allow it to be handed on."


def _named(contents: Mapping[str, bytes], stored: StoredArtifact, variant: Variant) -> dict[str, bytes]:
    """The files of a variant by their names in a bundle."""
    sha256 = stored.file.sha256[:12]
    if len(contents) == 1:
        return {f"models/{sha256}-{model_file.name_of(variant)}": content for content in contents.values()}
    return {f"models/{sha256}/{name}": content for name, content in contents.items()}  # they name each other
