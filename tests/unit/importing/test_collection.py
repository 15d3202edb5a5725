"""Folders and archives of data: what is listed, and what is refused."""

import stat
import zipfile

import pytest

from odviz.domain.errors import FileRefused
from odviz.importing import collection as module
from odviz.importing.collection import collection
from odviz.importing.readers import READERS, read
from tests.unit.importing.data_files import laid, taking, zipped


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", "C:\\x", "..\\x", "a/" * 30 + "x"])
def test_paths_that_lead_outside_are_refused(tmp_path, name):
    with pytest.raises(FileRefused, match="outside"):
        collection(zipped(tmp_path / "d.zip", {name: b"1"}))


def test_links_in_an_archive_are_refused_and_in_a_folder_left_out(tmp_path):
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(FileRefused, match="link"):
        collection(tmp_path / "d.zip")
    folder = laid(tmp_path / "folder", {"a": b"1"})
    (folder / "b").symlink_to("/etc/passwd")
    (folder / "c").symlink_to("/etc")
    found = collection(folder)
    assert [str(entry.path) for entry in found.entries] == ["a"] and "2 links" in found.remarks[0]


def test_limits(tmp_path, monkeypatch):
    path = zipped(tmp_path / "d.zip", {"a": b"12", "b": b"34"})
    for limit, most in (("MOST_FILES", 1), ("LARGEST_EXPANDED", 3), ("LARGEST_ENTRY", 1)):
        with monkeypatch.context() as patch, pytest.raises(FileRefused):
            patch.setattr(module, limit, most)
            collection(path)


def test_an_entry_is_no_longer_than_it_says(tmp_path):
    path = tmp_path / "d.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(1 << 20))
    content = path.read_bytes()
    path.write_bytes(content.replace((1 << 20).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    (entry,) = collection(path).entries
    with pytest.raises(FileRefused, match="damaged"):
        entry.read()


def test_unusual_archives_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "lzma.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a", b"1" * 100)
    locked = zipped(tmp_path / "locked.zip", {"a": b"1"})
    content = bytearray(locked.read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    locked.write_bytes(content)
    (tmp_path / "cut.zip").write_bytes(bytes(content[:20]))
    for name, words in (("lzma", "unusual"), ("locked", "password"), ("cut", "not a zip archive")):
        with pytest.raises(FileRefused, match=words):
            collection(tmp_path / f"{name}.zip")


def test_archives_in_archives_stay_closed(tmp_path):
    inner = zipped(tmp_path / "inner.zip", {"a": b"1"}).read_bytes()
    found = collection(zipped(tmp_path / "d.zip", {"x/inner.zip": inner, "b": b"1"}))
    assert [str(entry.path) for entry in found.entries] == ["b"] and "1 archive" in found.remarks[0]


def test_names_that_a_mac_wrote_are_read_as_they_look(tmp_path):
    path = zipped(tmp_path / "d.zip", {"AXXpfel/1": b"1"})  # a Mac writes UTF-8 and does not say so
    path.write_bytes(path.read_bytes().replace(b"AXXpfel", "A\u0308pfel".encode()))
    (entry,) = collection(path).entries
    assert entry.path.parts[0] == "Äpfel" and entry.read() == b"1"


def test_nothing_and_what_no_reader_takes(tmp_path):
    with pytest.raises(FileRefused, match="no file"):
        collection(zipped(tmp_path / "d.zip", {".hidden": b"1", "__MACOSX/x": b"1"}))
    with pytest.raises(FileRefused) as error:
        read(zipped(tmp_path / "d.zip", {"a.xyz": b"1"}), taking(3))
    assert all(reader.title in str(error.value) for reader in READERS)


def test_each_kind_of_file_has_one_reader():
    suffixes = [suffix for reader in READERS for suffix in reader.suffixes]
    assert len(suffixes) == len(set(suffixes)) and all(suffix == suffix.lower() for suffix in suffixes)
