import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from odviz.cli.context import emit_json, note, say, table, write_file, write_text
from odviz.domain.errors import StoreError

CODE = "import sys; sys.argv[0] = 'odviz'; from odviz.cli import main; main()"


def odviz(*words, to):
    """A command in a process of its own, whose output goes to a file or a pipe."""
    command = [sys.executable, "-c", CODE, *words]
    return subprocess.run(command, check=False, stdout=to, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def output(monkeypatch):
    """A function that makes standard output one of this encoding, and gives its bytes."""

    def become(encoding, errors="strict"):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding, errors))
        return lambda: (sys.stdout.flush(), raw.getvalue())[1]

    return become


@pytest.mark.parametrize(("encoding", "errors"), [("latin-1", "strict"), ("ascii", "surrogateescape")])
def test_what_the_terminal_cannot_show_is_replaced(output, encoding, errors):
    written = output(encoding, errors)
    say("● on the front")
    table("Größe ≤ 1", ("◐",), [("µs",)])
    assert b"? on the front\n" in written() and b"\n?" in written()


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_json_is_the_same_json_in_every_encoding(output, encoding):
    written, value = output(encoding), {"said": '● 💥 µs – "x\\'}
    emit_json(value)
    assert json.loads(written().decode(encoding)) == value


def test_an_infinite_bound_is_json_too(output):
    written = output("utf-8")
    emit_json([float("inf"), -float("inf")])

    def refuse(word):
        raise AssertionError(word)

    assert json.loads(written(), parse_constant=refuse) == ["inf", "-inf"]


def test_output_that_is_closed_is_said(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    for write in (lambda: say("a"), lambda: emit_json(1), lambda: table("a", ("b",), [])):
        with pytest.raises(StoreError, match="nowhere to go: standard output is closed"):
            write()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [("benchmarks",), ("benchmarks", "--json"), ("devices", "show", "host")])
def test_a_full_disk_is_a_sentence_and_its_own_exit_code(words):
    with Path("/dev/full").open("w") as full:
        ended = odviz(*words, to=full)
    assert ended.stderr == "odviz: The output cannot be written: No space left on device.\n"
    assert ended.returncode == 5


def test_a_reader_that_has_seen_enough_is_no_failure():
    read, write = os.pipe()
    os.close(read)
    ended = odviz("devices", "list", to=write)
    os.close(write)
    assert "cannot be written" not in ended.stderr


@pytest.mark.parametrize("char", ["\x1b", "\x07", "\x9b", "\u202e"])
def test_no_text_steers_the_terminal(output, capsys, char):
    written = output("utf-8")
    say(f"a{char}b")
    table(f"t{char}", ("c",), [(f"d{char}e",)])
    emit_json({"f": f"g{char}h"})
    note(f"i{char}j")
    assert char not in written().decode() + capsys.readouterr().err
    assert json.loads(written().decode().partition("{")[2].join(("{", ""))) == {"f": f"g{char}h"}


@pytest.mark.skipif(os.name != "posix", reason="permissions and links of POSIX")
def test_a_file_is_written_through_a_link_and_can_be_read_as_usual(tmp_path):
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    mask = os.umask(0o027)
    try:
        write_file(tmp_path / "link.csv", b"a")
        write_text(tmp_path / "link.csv", "b\n\n")
    finally:
        os.umask(mask)
    assert (tmp_path / "link.csv").is_symlink() and (tmp_path / "real.csv").read_bytes() == b"b\n"
    assert (tmp_path / "real.csv").stat().st_mode & 0o777 == 0o640
    (tmp_path / "real.csv").chmod(0o600)
    write_file(tmp_path / "link.csv", b"c")
    assert (tmp_path / "real.csv").stat().st_mode & 0o777 == 0o600 and len(list(tmp_path.iterdir())) == 2


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_pipe_is_written_to_and_stays_one(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_file(pipe, b"a")
        assert os.read(reader, 9) == b"a" and pipe.is_fifo()
    finally:
        os.close(reader)


def test_what_needs_no_database_and_no_figures_waits_for_neither():
    code = "import sys, odviz.cli, odviz.cli.serve; print(*{'numpy', 'sqlalchemy', 'rich'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "\n"
