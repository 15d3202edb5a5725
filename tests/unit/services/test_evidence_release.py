"""Evidence bundles of releases: the audit log, and what it records beside what the samples give."""

import json

import pytest

from odviz.domain.audit import AuditKind, next_entry
from odviz.domain.evidence import EvidencePart
from odviz.domain.release import Channel
from odviz.report.evidence import evidence
from odviz.serialization import to_canonical_json
from odviz.services.evidence_check import verify
from odviz.services.evidence_file import unpack
from odviz.services.evidence_release import audit_file
from odviz.services.evidence_subject import subject_of_release
from odviz.services.releases import promote
from odviz.store import open_store
from tests.evidence_bundles import found, packed
from tests.fakes import scripted_launches
from tests.release_data import LENIENT, benchmark, released


@pytest.fixture(scope="module")
def of_release(tmp_path_factory):
    """The files of the bundle of a release that was promoted over another, with its model."""
    folder = tmp_path_factory.mktemp("released")
    with pytest.MonkeyPatch.context() as patch, open_store(f"sqlite:///{folder / 'x.db'}") as store:
        scripted_launches(patch)
        patch.setattr("odviz.report.evidence._licensed", lambda variant: "")
        first, second = released(store, benchmark(store, folder), "fp32", "int8")
        for one in (first, second):
            promote(store, one.id, Channel.PRODUCTION, LENIENT, "", "Ada")
        yield dict(unpack(evidence(subject_of_release(store, "net/v2"), with_model=True).content, "x").files)


def test_a_release_comes_with_its_log_and_last_verdict(of_release):
    report = verify(packed(of_release), "x.zip")
    assert report.holds and len(of_release["audit.jsonl"].splitlines()) == 4
    subjects = [(check.part, check.subject) for check in report.checks]
    assert (EvidencePart.AUDIT, "samples of toy/net/v1") in subjects
    assert (EvidencePart.FIGURE, "latency of toy/net/v2") in subjects
    assert (EvidencePart.GATE, "the log") in subjects
    assert [check.part for check in report.checks].count(EvidencePart.MODEL) == 3


def _entry(files, place, change):
    """The log with the payload of an entry changed, and all hashes after it redone."""
    entries = [json.loads(line) for line in files["audit.jsonl"].splitlines()]
    payload = json.loads(entries[place]["payload"])
    change(payload)
    entries[place]["payload"] = to_canonical_json(payload)
    log, last = [], None
    for entry in entries:
        last = next_entry(last, AuditKind(entry["kind"]), entry["payload"])
        log.append(last)
    return {**files, **audit_file(log)}


def _release_better(release):
    figure = next(one for one in release["figures"] if one["objective"] == "accuracy")
    figure["estimate"].update(value=0.99, high=1.0)


def _passed_another(promotion):
    promotion["verdict"]["result"]["decisions"][0]["verdict"] = "fail"


@pytest.mark.parametrize(
    ("place", "change", "part"),
    [
        (1, _release_better, EvidencePart.FIGURE),
        (1, lambda one: one["artifact"].update(sha256="0" * 64), EvidencePart.MODEL),
        (1, lambda one: one["measurements"].update(sha256="0" * 64), EvidencePart.AUDIT),
        (3, _passed_another, EvidencePart.GATE),
        (3, lambda one: one["verdict"].update(policy_sha256="0" * 64), EvidencePart.AUDIT),
        (3, lambda one: one["verdict"].update(base="toy/net/v2"), EvidencePart.AUDIT),
    ],
)
def test_a_log_that_was_written_anew_does_not_fit_the_samples(of_release, place, change, part):
    assert part in found(verify(packed(_entry(of_release, place, change)), "x.zip"))


def test_a_changed_log_or_model_is_found_with_hashes_redone(of_release):
    shorter = b"\n".join(of_release["audit.jsonl"].splitlines()[1:]) + b"\n"
    report = verify(packed({**of_release, "audit.jsonl": shorter}), "x.zip")
    assert EvidencePart.AUDIT in found(report)
    (model,) = (name for name in of_release if name.startswith("models/"))
    assert found(verify(packed({**of_release, model: b"another"}), "x.zip")) == {EvidencePart.MODEL}
    without = {name: content for name, content in of_release.items() if name != "audit.jsonl"}
    assert EvidencePart.AUDIT in found(verify(packed(without), "x.zip"))
