import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from odviz.domain.errors import StoreError
from odviz.library import scratch as module
from odviz.library.owner import Owner
from odviz.library.scratch import scratch, temporary_folder

KILLED = "import os, sys; from pathlib import Path; from odviz.library.scratch import scratch\n"
KILLED += "with scratch(Path(sys.argv[1])) as folder: (folder / 'made').touch(); print(folder); os._exit(9)"


def left_behind(parent):
    out = subprocess.run([sys.executable, "-c", KILLED, str(parent)], stdout=subprocess.PIPE, text=True, check=False)
    folder = Path(out.stdout.strip())
    assert out.returncode == 9 and (folder / "made").exists()
    return folder


def of(owner, parent):
    """A folder of an owner, as it is named."""
    folder = parent / f"{module._name(owner)}x"
    folder.mkdir()
    return folder


def test_a_folder_is_private_and_removed_on_the_way_out(tmp_path):
    with pytest.raises(ZeroDivisionError), scratch(tmp_path) as folder:
        (folder / "file").touch()
        assert folder.parent == tmp_path and folder.stat().st_mode & 0o777 == 0o700
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_what_a_killed_program_left_is_removed_and_what_is_in_use_is_kept(tmp_path):
    left = left_behind(tmp_path)
    others = [tmp_path / "odviz-lease", tmp_path / "odviz-a+b+c+d", tmp_path / "odviz-++", tmp_path / "else"]
    for folder in others:
        folder.mkdir()
    with scratch(tmp_path) as mine, scratch(tmp_path):
        assert mine.exists() and not left.exists()
    assert sorted(tmp_path.iterdir()) == sorted(others)


def test_folders_of_another_machine_are_removed_by_their_age(tmp_path):
    there = of(Owner("another+machine/å", 1, "boot/7"), tmp_path)
    module.sweep(tmp_path)
    assert there.exists()
    os.utime(there, (0, 0))
    module.sweep(tmp_path)
    assert not there.exists()


def test_a_folder_whose_owner_has_a_process_id_that_was_given_again_is_removed(tmp_path):
    here = Owner.here()
    former = of(Owner(here.host, here.pid, "another boot/1"), tmp_path)
    module.sweep(tmp_path)
    assert not former.exists()


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "kept").mkdir()
    here = Owner.here()
    (tmp_path / f"{module._name(Owner(here.host, 2**22 + 1, 'boot/1'))}x").symlink_to(tmp_path / "kept")
    module.sweep(tmp_path)
    assert (tmp_path / "kept").exists()


def test_temporary_files_that_cannot_be_written_are_an_error_with_the_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(StoreError, match="missing"), temporary_folder():
        pass
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(StoreError, match="No space left"), temporary_folder(), Path("/dev/full").open("w") as full:
        full.write("x")
    assert not list(tmp_path.iterdir())
