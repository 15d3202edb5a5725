import os
from pathlib import Path

import pytest

from odviz.domain.errors import FileRefused
from odviz.library.files import atomic_write, printable, read_bytes, read_text

MOST = 1 << 20


def test_a_file_and_a_link_to_one_are_read(tmp_path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfwords")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert read_text(tmp_path / "b", MOST, "list") == "words"
    assert read_bytes(tmp_path / "a", MOST, "list") == b"\xef\xbb\xbfwords"


def test_pipes_devices_and_folders_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zeros").symlink_to("/dev/zero")
    for name in ("pipe", "zeros", "."):
        with pytest.raises(FileRefused, match="folder, pipe or device"):
            read_bytes(tmp_path / name, MOST, "list")


def test_no_more_is_read_than_allowed(tmp_path):
    with pytest.raises(FileRefused, match="larger than a list"):
        read_bytes(Path("/proc/self/maps"), 10, "list")  # its size is 0 for `stat`
    (tmp_path / "large").write_bytes(b"#" * (MOST + 1))
    with pytest.raises(FileRefused, match=r"1 MB"):
        read_bytes(tmp_path / "large", MOST, "list")


def test_missing_and_binary_files_are_refused_by_name(tmp_path):
    with pytest.raises(FileRefused, match="absent"):
        read_text(tmp_path / "absent", MOST, "list")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(FileRefused, match=r"binary.*UTF-8"):
        read_text(tmp_path / "binary", MOST, "list")


def test_a_name_that_is_not_unicode_is_escaped():
    assert printable("bad\udcff") == "bad\\udcff"
    assert printable("größe") == "größe"


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "a"
    path.write_text("old")
    with atomic_write(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    with pytest.raises(ValueError, match="stop"), atomic_write(path) as file:
        file.write(b"half")
        raise ValueError("stop")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]
