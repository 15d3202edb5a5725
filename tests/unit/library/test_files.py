import os
from pathlib import Path

import pytest

from odviz.domain.errors import FileRefused
from odviz.library.files import read_bytes, read_text, shown

MOST = 1 << 20


def test_a_file_and_a_link_to_one_are_read(tmp_path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfwords")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert read_text(tmp_path / "b", MOST, "list") == "words"
    assert read_bytes(tmp_path / "a", MOST, "list") == b"\xef\xbb\xbfwords"


def test_what_would_be_waited_for_or_never_ends_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zeros").symlink_to("/dev/zero")
    for name in ("pipe", "zeros", "."):
        with pytest.raises(FileRefused, match="it is a folder, pipe or device; name a file"):
            read_bytes(tmp_path / name, MOST, "list")


def test_a_file_that_says_it_is_empty_and_is_not_is_read_no_further_than_allowed(tmp_path):
    with pytest.raises(FileRefused, match=r"is larger than a list can be \(0 MB\)"):
        read_bytes(Path("/proc/self/maps"), 10, "list")  # its size is 0 for `stat`
    (tmp_path / "large").write_bytes(b"#" * (MOST + 1))
    with pytest.raises(FileRefused, match=r"large is larger than a list can be \(1 MB\)"):
        read_bytes(tmp_path / "large", MOST, "list")


def test_what_is_missing_or_no_text_is_said(tmp_path):
    with pytest.raises(FileRefused, match=r"The list .*absent cannot be read: No such file or directory\."):
        read_text(tmp_path / "absent", MOST, "list")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(FileRefused, match="not text in UTF-8; save it so"):
        read_text(tmp_path / "binary", MOST, "list")


def test_a_name_that_no_text_can_hold_is_shown_by_its_bytes():
    assert shown("bad\udcff") == "bad\\udcff"
    assert shown("größe") == "größe"
