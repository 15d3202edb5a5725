"""Evidence bundles: what holds is said to hold, and whatever was changed is found."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.claim_checks import ROUNDING, check_claims, same_estimate
from odviz.analysis.item_groups import NO_ITEMS, KnownItems
from odviz.analysis.unlike import Side
from odviz.domain.errors import FileRefused, InputError
from odviz.domain.estimate import Provenance
from odviz.domain.evidence import CheckOutcome, EvidencePart, Obstacle, SignatureState
from odviz.domain.gate import Clause, GateVerdict, Policy
from odviz.execution.executor import execute
from odviz.library.signing import create_key, load_signer
from odviz.objectives.groups import group_items
from odviz.report.evidence import evidence
from odviz.serialization import from_json, to_json
from odviz.services import transfer
from odviz.services.evidence_check import check_signature, verify
from odviz.services.evidence_contents import ClaimsFile, read_contents
from odviz.services.evidence_file import unpack
from odviz.services.evidence_subject import subject_of_sides
from odviz.store import open_store
from tests.evidence_bundles import found, packed
from tests.fakes import TOY, World, plan, point, scripted_launches

MS = 1_000_000
POLICY = Policy("Mine", (Clause("latency", 0.1, True), Clause("accuracy", 0.01, False)))


def known():
    targets = TOY.test().targets
    return KnownItems(targets, (group_items("people", [f"p{place % 5}" for place in range(len(targets))]),))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A store with a benchmark, and the two sides of a comparison in it."""
    folder = tmp_path_factory.mktemp("evidence")
    with pytest.MonkeyPatch.context() as patch, open_store(f"sqlite:///{folder / 'x.db'}") as store:
        scripted_launches(patch)
        world = World(ns={"fp32": 2 * MS, "int8-static": MS}, accuracy={"fp32": 0.9, "int8-static": 0.8})
        identity = store.create_benchmark(plan("int8-static"), [point(), point("int8-static")])
        execute(store, identity, TOY, lambda _: None, make_child=world.child)
        data = replace(load_benchmark_data(store, identity), known=known())
        public = create_key(folder / "key.pem")
        yield store, Side(data, "fp32"), Side(data, "int8"), load_signer(folder / "key.pem"), public.read_bytes()


@pytest.fixture(scope="module")
def bundle(world):
    store, base, new, signer, _ = world
    return evidence(subject_of_sides(store, (base, new), POLICY), signer).content


@pytest.fixture(scope="module")
def files(bundle):
    return dict(unpack(bundle, "x.zip").files)


def differing(report):
    return [(check.part, check.subject) for check in report.of(CheckOutcome.DIFFERS)]


def changed(files, name, change):
    """The files with one of JSON changed in place."""
    document = json.loads(files[name])
    change(document)
    return {**files, name: json.dumps(document, indent=1, ensure_ascii=False).encode()}


def resampled(files, part, change):
    """The files with the arrays of a part of the benchmark changed in place."""
    (name,) = (file for file in files if file.endswith(".zip"))
    with zipfile.ZipFile(io.BytesIO(files[name])) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    with np.load(io.BytesIO(parts[part])) as loaded:
        arrays = {one: loaded[one].copy() for one in loaded.files}
    change(arrays)
    content, whole = io.BytesIO(), io.BytesIO()
    np.savez(content, **arrays)
    with zipfile.ZipFile(whole, "w") as archive:
        for one, bytes_ in {**parts, part: content.getvalue()}.items():
            archive.writestr(one, bytes_)
    return {**files, name: whole.getvalue()}


def test_everything_holds_without_a_database(bundle, world, home):
    report = verify(bundle, "x.zip", world[4])
    assert report.holds and not report.of(CheckOutcome.DIFFERS) and not report.of(CheckOutcome.NOT_POSSIBLE)
    assert report.signature.state is SignatureState.VALID_NAMED_KEY
    parts = [check.part for check in report.checks]
    data = world[1].data
    assert parts.count(EvidencePart.FIGURE) == sum(len(one.estimates) for one in analyse(data).candidates)
    assert parts.count(EvidencePart.GATE) == 1 + len(POLICY.clauses) and parts.count(EvidencePart.SCORES) == 2
    assert not list(home.iterdir())


def test_a_bundle_of_an_earlier_odviz_is_read_as_it_was_written():
    """Made when version 1 of the format was; figures that better statistics may change are left out."""
    content = (Path(__file__).parent / "evidence-v1.zip").read_bytes()
    bundle, report = unpack(content, "old.zip"), verify(content, "old.zip")
    assert bundle.manifest.version == 1 and report.signature.state is SignatureState.VALID_KEY_INSIDE
    claims = bundle.files["claims.json"]
    assert to_json(from_json(ClaimsFile, claims), indent=1) == claims.decode()
    statistics = (EvidencePart.FIGURE, EvidencePart.GATE, EvidencePart.RECOMMENDATION)
    exact = [check for check in report.checks if check.part not in statistics or check.subject.startswith("size of")]
    assert len(exact) == 14 and {check.outcome for check in exact} == {CheckOutcome.HOLDS}


def test_what_is_claimed_is_what_odviz_shows(world, files):
    statement = from_json(ClaimsFile, files["claims.json"])
    shown = {(one.host_point.key, name): value
             for one in analyse(world[1].data).candidates
             for name, value in ((objective.name, value) for objective, value in one.estimates.items())}  # fmt: skip
    claimed = {(one.point, one.objective): one.estimate for one in statement.claims.figures}
    assert claimed.keys() == shown.keys() and all(same_estimate(claimed[key], shown[key]) for key in shown)
    assert statement.claims.gate.verdict is GateVerdict.FAIL
    assert [one.verdict for one in statement.claims.gate.decisions] == [GateVerdict.PASS, GateVerdict.FAIL]
    recommended = analyse(world[1].data).recommendation.candidate.host_point.key
    assert [one.point for one in statement.claims.recommendations] == [recommended]


def test_the_same_claims_and_key_give_the_same_bytes(world, bundle):
    store, base, new, signer, _ = world
    assert evidence(subject_of_sides(store, (base, new), POLICY), signer).content == bundle


@settings(max_examples=150)
@given(st.data())
def test_any_changed_byte_is_found(bundle, data):
    place = data.draw(st.integers(0, len(bundle) - 1))
    assert _is_found(bundle[:place] + bytes([bundle[place] ^ data.draw(st.integers(1, 255))]) + bundle[place + 1 :])


@settings(max_examples=150)
@given(st.data())
def test_any_changed_byte_between_the_files_is_found(bundle, data):
    """Names, dates, attributes and sizes of the archive, which a reader may show and a hash of a file does not hold."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        heads = [range(one.header_offset, one.header_offset + 30 + len(one.filename)) for one in archive.infolist()]
        places = [*(place for head in heads for place in head), *range(archive.start_dir, len(bundle))]
    place = data.draw(st.sampled_from(places))
    assert _is_found(bundle[:place] + bytes([bundle[place] ^ data.draw(st.integers(1, 255))]) + bundle[place + 1 :])


def test_bytes_before_behind_and_cut_are_found(bundle):
    assert _is_found(b"x" + bundle) and _is_found(bundle + b"x")
    assert all(_is_found(bundle[:length]) for length in range(0, len(bundle), 997))


def _is_found(content):
    try:
        report = verify(content, "x.zip")
    except FileRefused:
        return True
    return not report.holds and not any(check.part is EvidencePart.FIGURE for check in report.checks)


def _numbers(value, path=()):
    """Paths of all numbers of JSON."""
    match value:
        case bool():
            return
        case int() | float():
            yield path
        case dict() | list():
            for key, one in value.items() if isinstance(value, dict) else enumerate(value):
                yield from _numbers(one, (*path, key))


@pytest.fixture(scope="module")
def own(files):
    """The claims of the samples, computed once."""
    from odviz.analysis.claims import claims

    contents = read_contents(files, "x.zip")
    return claims(contents.sides, contents.policy, contents.find)


@settings(max_examples=150)
@given(st.data())
def test_any_claimed_number_that_is_changed_is_found_with_hashes_redone(files, own, data):
    document = json.loads(files["claims.json"])["claims"]
    *parents, last = data.draw(st.sampled_from(sorted(_numbers(document), key=str)))
    place = document
    for key in parents:
        place = place[key]
    factor = data.draw(st.sampled_from([1 + 1e-3, 1 - 1e-3, 2.0, -1.0]))
    if last == "n":
        place[last] += 1
    else:
        place[last] = place[last] * factor or 1e-3
    try:
        claimed = from_json(type(own), to_json(document))
    except ValueError:  # no interval holds it
        return
    assert any(check.outcome is CheckOutcome.DIFFERS for check in check_claims(claimed, own))


def test_rounding_of_another_processor_is_no_difference(own):
    def rounded(one):
        value = one.estimate
        numbers = {name: None if getattr(value, name) is None else getattr(value, name) * (1 + ROUNDING / 10)
                   for name in ("value", "low", "high")}  # fmt: skip
        return replace(one, estimate=replace(value, **numbers))

    claimed = replace(own, figures=tuple(map(rounded, own.figures)))
    assert not [one for one in check_claims(claimed, own) if one.outcome is CheckOutcome.DIFFERS]


def test_what_is_left_out_or_claimed_twice_is_found(own):
    fewer = replace(own, figures=own.figures[1:])
    (check,) = [one for one in check_claims(fewer, own) if one.outcome is CheckOutcome.DIFFERS]
    assert (check.part, check.claimed) == (EvidencePart.FIGURE, "nothing")
    twice = replace(own, figures=(*own.figures, own.figures[0]))
    assert sum(one.outcome is CheckOutcome.DIFFERS for one in check_claims(twice, own)) == 2
    assert [one.part for one in check_claims(replace(own, gate=None), own) if one.outcome is CheckOutcome.DIFFERS]


def _better(statement):
    figure = next(one for one in statement["claims"]["figures"] if one["objective"] == "latency")
    figure["estimate"].update({name: figure["estimate"][name] * 0.9 for name in ("value", "low", "high")})


def _passes(statement):
    statement["claims"]["gate"]["verdict"] = "pass"


def _measured_here(statement):
    statement["benchmarks"][0]["elsewhere"] = True


@pytest.mark.parametrize(
    ("change", "part"),
    [(_better, EvidencePart.FIGURE), (_passes, EvidencePart.GATE), (_measured_here, EvidencePart.FIGURE)],
)
def test_a_changed_claim_is_found_with_hashes_redone_and_signed(files, world, change, part):
    report = verify(packed(changed(files, "claims.json", change), world[3]), "x.zip", world[4])
    assert report.signature.state is SignatureState.VALID_NAMED_KEY and part in found(report)


def _faster(arrays):
    arrays["wall_ns"] = arrays["wall_ns"] * 99 // 100


def _one_right(arrays):
    wrong = int(np.flatnonzero(arrays["1-scores"] == 0)[0])
    arrays["1-scores"][wrong] = 1


def _one_other_output(arrays):
    arrays["1-output-0"][0] = np.roll(arrays["1-output-0"][0], 1)


@pytest.mark.parametrize(
    ("part", "change", "parts"),
    [
        ("times.npz", _faster, {EvidencePart.FIGURE, EvidencePart.GATE}),
        ("predictions.npz", _one_right, {EvidencePart.FIGURE, EvidencePart.GATE, EvidencePart.SCORES}),
        ("predictions.npz", _one_other_output, {EvidencePart.SCORES}),
    ],
)
def test_a_changed_sample_is_found_with_hashes_redone(files, part, change, parts):
    report = verify(packed(resampled(files, part, change)), "x.zip")
    assert report.signature.state is SignatureState.INVALID and parts <= found(report)


def test_another_policy_machine_or_file_is_found_with_hashes_redone(files):
    files = {name: content for name, content in files.items() if name != "public_key.pem"}
    laxer = files["policy.toml"].replace(b"0.01", b"0.2")
    assert found(verify(packed({**files, "policy.toml": laxer}), "x.zip")) == {EvidencePart.GATE}
    (environment,) = (name for name in files if name.endswith("environment.json"))
    other = changed(files, environment, lambda one: one.update(cpu="another"))
    assert found(verify(packed(other), "x.zip")) == {EvidencePart.ENVIRONMENT}
    assert differing(verify(packed({**files, "figures.csv": b"1"}), "x.zip")) == [(EvidencePart.FILE, "figures.csv")]


def test_what_a_signature_proves(world, files, tmp_path):
    _, _, _, signer, public = world
    create_key(tmp_path / "other.pem")
    other = load_signer(tmp_path / "other.pem")
    unsigned = {name: content for name, content in files.items() if name != "public_key.pem"}
    forged = {**unsigned, "public_key.pem": other.public_key}

    def state(content, key=None):
        check = check_signature(unpack(content, "x.zip"), key)
        return check.state, check.outcome is CheckOutcome.HOLDS

    assert state(packed(files, signer)) == (SignatureState.VALID_KEY_INSIDE, True)
    assert state(packed(files, signer), public) == (SignatureState.VALID_NAMED_KEY, True)
    assert state(packed(forged, other)) == (SignatureState.VALID_KEY_INSIDE, True)
    assert state(packed(forged, other), public) == (SignatureState.OTHER_KEY, False)
    assert state(packed(files, other), public) == (SignatureState.INVALID, False)
    assert state(packed(unsigned)) == (SignatureState.UNSIGNED, True)
    assert state(packed(unsigned), public) == (SignatureState.UNSIGNED, False)
    assert state(packed(files)) == (SignatureState.INVALID, False)
    assert state(packed({**files, "public_key.pem": b"x"}, signer)) == (SignatureState.INVALID, False)
    assert not verify(packed(forged, other), "x.zip", public).holds


def test_without_labels_scores_are_taken_as_they_are(world):
    store, _, new, *_ = world
    bare = replace(new, data=replace(new.data, known=NO_ITEMS))
    report = verify(evidence(subject_of_sides(store, (bare,))).content, "x.zip")
    assert report.holds and {one.obstacle for one in report.of(CheckOutcome.NOT_POSSIBLE)} == {Obstacle.NO_LABELS}


def test_another_machines_benchmark_stays_one(world, tmp_path):
    store, base, *_ = world
    with open_store("sqlite://") as elsewhere:
        arrival = transfer.import_benchmark(elsewhere, transfer.export_benchmark(store, base.data.record.id), "x")
        side = Side(replace(load_benchmark_data(elsewhere, arrival.id), known=known()), "fp32")
        content = evidence(subject_of_sides(elsewhere, (side,))).content
    statement = from_json(ClaimsFile, unpack(content, "x").files["claims.json"])
    provenances = {one.estimate.provenance for one in statement.claims.figures}
    assert provenances == {Provenance.IMPORTED, Provenance.MODELLED} and verify(content, "x.zip").holds


def test_a_device_comes_along(world):
    store, base, new, *_ = world
    policy = Policy("Pi", (Clause("latency", 0.1, True, device="raspberry-pi-4"),))
    files = dict(unpack(evidence(subject_of_sides(store, (base, new), policy)).content, "x").files)
    profile = "devices/raspberry-pi-4.toml"
    assert not found(verify(packed(files), "x.zip"))
    files[profile] = files[profile].replace(b"title = ", b"title = 'Mine' # ", 1)
    assert found(verify(packed(files), "x.zip")) == {EvidencePart.DEVICE}


def test_a_bundle_needs_what_has_ended_and_two_sides_that_differ(world):
    store, base, *_ = world
    with pytest.raises(InputError):
        evidence(subject_of_sides(store, (base, base), POLICY))
