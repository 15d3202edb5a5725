"""`odviz evidence`."""

import json
import stat

import pytest

POLICY = "title = 'Mine'\n[[clauses]]\nobjective = 'latency'\nrelative = 0.1\n"


@pytest.fixture
def signed(odviz, benchmark, tmp_path):
    """A signed bundle of a gate, with the public key."""
    (tmp_path / "policy.toml").write_text(POLICY)
    key, out = tmp_path / "key.pem", tmp_path / "x.zip"
    assert odviz("evidence", "key", str(key))[0] == 0
    words = ("--policy", str(tmp_path / "policy.toml"), "--base", f"{benchmark}:fp32", "--key", str(key))
    assert odviz("evidence", "make", f"{benchmark}:int8", str(out), *words)[0] == 0
    return out, tmp_path / "key.pub.pem"


def test_what_holds_exits_with_0(odviz, signed, monkeypatch):
    out, public = signed
    monkeypatch.setenv("ODVIZ_DATABASE", "sqlite:////nowhere/at/all.db")  # none is opened
    code, text, _ = odviz("evidence", "verify", str(out), "--public-key", str(public))
    assert code == 0 and text.startswith("Everything holds") and "Clauses and verdict" in text
    code, text, _ = odviz("evidence", "verify", str(out), "--json")
    report = json.loads(text)
    assert code == 0 and report["signature"]["state"] == "valid-key-inside" and len(report["checks"]) > 10


def test_what_differs_exits_with_1_and_what_cannot_be_read_with_2(odviz, signed, tmp_path):
    out, public = signed
    odviz("evidence", "key", str(tmp_path / "other.pem"))
    assert odviz("evidence", "verify", str(out), "--public-key", str(tmp_path / "other.pub.pem"))[0] == 1
    content = out.read_bytes()
    out.write_bytes(content + b"x")
    code, text, _ = odviz("evidence", "verify", str(out), "--public-key", str(public))
    assert code == 1 and "packed anew" in text
    out.write_bytes(content[: len(content) // 2])
    code, text, err = odviz("evidence", "verify", str(out))
    assert code == 2 and not text and err
    assert odviz("evidence", "verify", str(out), "--public-key", str(out))[0] == 2


def test_a_private_key_is_for_its_user_alone_and_never_overwritten(odviz, tmp_path):
    key = tmp_path / "key.pem"
    assert odviz("evidence", "key", str(key))[0] == 0
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_bytes()
    assert odviz("evidence", "key", str(key))[0] == 2 and key.read_bytes() == before
    assert odviz("evidence", "key", str(tmp_path / "no" / "key.pem"))[0] == 5


def test_what_cannot_be_made_is_refused(odviz, benchmark, tmp_path):
    out = str(tmp_path / "x.zip")
    public = tmp_path / "key.pub.pem"
    odviz("evidence", "key", str(tmp_path / "key.pem"))
    for words, expected in (
        ((benchmark, out, "--policy", "no-worse"), 2),
        ((benchmark, out, "--key", str(public)), 2),
        (("0000", out), 2),
        ((benchmark, str(tmp_path / "no" / "x.zip")), 5),
    ):
        code, _, err = odviz("evidence", "make", *words)
        assert code == expected and err
    code, _, err = odviz("evidence", "make", benchmark, out, "--with-model")
    assert code == 0 and "left out" in err
