"""`odviz gate`."""

import json
from xml.etree import ElementTree

import pytest


@pytest.fixture
def policy(tmp_path):
    def write(*clauses):
        file = tmp_path / "policy.toml"
        file.write_text("\n".join(["title = 'Mine'", *(f"[[clauses]]\n{clause}" for clause in clauses)]))
        return str(file)

    return write


FASTER = "objective = 'latency'\nrelative = 0.1"
AS_ACCURATE = "objective = 'accuracy'\nabsolute = 0.01"
UNDECIDED = "objective = 'accuracy'\nabsolute = 0.12"


@pytest.mark.parametrize(
    ("clauses", "code", "verdict"),
    [
        ([FASTER], 0, "pass"),
        ([FASTER, AS_ACCURATE], 1, "fail"),
        ([FASTER, UNDECIDED], 6, "inconclusive"),
    ],
)
def test_the_exit_code_is_the_verdict(odviz, benchmark, policy, clauses, code, verdict):
    sides = f"{benchmark}:fp32", f"{benchmark}:int8"
    exit_code, out, _ = odviz("gate", policy(*clauses), *sides, "--json")
    document = json.loads(out)
    assert (exit_code, document["verdict"], len(document["decisions"])) == (code, verdict, len(clauses))
    exit_code, out, _ = odviz("gate", policy(*clauses), *sides)
    assert exit_code == code and out.startswith(verdict.upper()) and "If the true change were" in out


def test_junit_has_a_case_for_each_decision(odviz, benchmark, policy, tmp_path):
    file = tmp_path / "gate.xml"
    clauses = policy(FASTER, AS_ACCURATE, UNDECIDED)
    code, *_ = odviz("gate", clauses, f"{benchmark}:fp32", f"{benchmark}:int8", "--junit", str(file))
    suite = ElementTree.parse(file).getroot().find("testsuite")
    assert code == 1 and (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    assert [[child.tag for child in case] for case in suite] == [["system-out"], ["failure"], ["error"]]
    assert "items" in suite[2][0].get("message")


def test_a_clause_is_decided_on_its_device(odviz, benchmark):
    code, out, _ = odviz("gate", "raspberry-pi", f"{benchmark}:fp32", f"{benchmark}:int8", "--json")
    assert code in (1, 6) and {one["clause"]["device"] for one in json.loads(out)["decisions"]} == {
        "",
        "raspberry-pi-4",
    }


def test_what_cannot_be_decided_is_refused(odviz, benchmark, policy, tmp_path):
    side = f"{benchmark}:fp32"
    for words, expected in (
        (("no-wurse", side, f"{benchmark}:int8"), 2),
        ((policy(FASTER), side, side), 2),
        ((policy(FASTER), side, f"{benchmark}:int8", "--junit", str(tmp_path / "no" / "x.xml")), 5),
    ):
        code, out, err = odviz("gate", *words)
        assert code == expected and not out and err
