"""Policies of the gate as TOML."""

import pytest

from odviz.domain.errors import FileRefused, UnknownName
from odviz.domain.gate import Clause, Policy
from odviz.library.policy_toml import load_policy, parse_policy, policy_names, policy_text
from odviz.objectives import OBJECTIVES

NAMES = OBJECTIVES.names()
CLAUSE = "title = 'x'\n[[clauses]]\n"


@pytest.mark.parametrize("name", policy_names())
def test_shipped_policies_are_read(name):
    policy = load_policy(name, NAMES)
    assert policy.title and policy.note and len(policy.clauses) >= 2


def test_there_are_shipped_policies():
    assert {"no-worse", "raspberry-pi", "smaller-file"} == set(policy_names())


def test_what_is_written_is_read():
    clauses = (
        Clause("accuracy", 0.01, is_relative=False, variant='a "b" \\ é'),
        Clause("latency", 1e-05, is_relative=True, device="pi", target="cpu"),
        Clause("size", 0.0, is_relative=True),
    )
    for policy in (Policy("Title", clauses), Policy("Title", clauses, "two\nlines")):
        assert parse_policy(policy_text(policy), "here", NAMES) == policy


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "clauses"),
        ("title = 'x'\nclauses = 3", "clauses"),
        ("clause = 1", "clause"),
        ("[[clauses]]\nobjective='latency'\nrelative=0.1", "title"),
        (CLAUSE + "objective = 'latenzy'\nrelative = 0.1", "objective"),
        (CLAUSE + "relative = 0.1", "objective"),
        (CLAUSE + "objective = 'latency'", "relative"),
        (CLAUSE + "objective = 'latency'\nrelative = 0.1\nabsolute = 1", "relative"),
        (CLAUSE + "objective = 'latency'\nrelative = '10 %'", "relative"),
        (CLAUSE + "objective = 'latency'\nabsolute = -1", "absolute"),
        (CLAUSE + "objective = 'latency'\nabsolute = nan", "absolute"),
        (CLAUSE + "objective = 'latency'\nabsolute = inf", "absolute"),
        (CLAUSE + "objective = 'latency'\nabsolute = true", "absolute"),
        (CLAUSE + "objective = 'latency'\nrelative = 0.1\ntarget = 'cpu'", "target"),
        (CLAUSE + "objective = 'latency'\nrelative = 0.1\nmargin = 2", "margin"),
    ],
)
def test_what_is_no_policy_is_refused_where_it_is_wrong(text, field):
    with pytest.raises(FileRefused) as refused:
        parse_policy(text, "policy.toml", NAMES)
    assert refused.value.field == field and refused.value.place.startswith("policy.toml")


def test_a_policy_is_named_or_a_file(tmp_path):
    with pytest.raises(UnknownName) as unknown:
        load_policy("no-wurse", NAMES)
    assert "no-worse" in unknown.value.known
    with pytest.raises(FileRefused):
        load_policy(str(tmp_path / "none.toml"), NAMES)
    file = tmp_path / "own.toml"
    file.write_text(CLAUSE + "objective = 'size'\nabsolute = 1000")
    assert load_policy(str(file), NAMES).clauses == (Clause("size", 1000, is_relative=False),)
