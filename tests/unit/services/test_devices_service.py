import os

import pytest

from odviz.domain.device import DeviceKind
from odviz.domain.errors import UnknownName
from odviz.library.sources import user
from odviz.services import devices
from odviz.services.devices import Unlisted
from odviz.services.target_reports import check_profile
from tests.unit.library.test_library_devices import GOOD


def test_the_host_is_first_and_measured():
    assert devices.names()[0] == "host"
    host = devices.profile("host")
    assert host.kind is DeviceKind.HOST and host.default is None and host.facts["ram_bytes"].value > 0


def test_a_user_device_is_listed_and_read():
    folder = user().devices
    folder.mkdir(parents=True)
    (folder / "my-board.toml").write_text(GOOD, encoding="utf-8")
    assert "my-board" in devices.names() and devices.profile("my-board").title == "My board"


def test_a_check_reports_what_is_wrong_with_a_file():
    folder = user().devices
    folder.mkdir(parents=True)
    (folder / "bad.toml").write_text("title = 3", encoding="utf-8")
    (folder / "empty.toml").write_text(GOOD[: GOOD.index("[[points]]")], encoding="utf-8")
    assert "bad.toml" in check_profile("bad").problem
    profiles, unlisted = devices.profiles()
    names = [device.name for device in profiles]
    assert "bad" not in names and {"empty", "raspberry-pi-4"} <= set(names)
    assert [(entry.name, entry.user_supplied) for entry in unlisted] == [("bad", True)]
    assert "my-board-tflite-cpu2-fp32" in check_profile("empty").problem
    good = check_profile("nrf5340")
    assert good.problem == "" and good.targets[0].published == 4 and good.targets[0].validation.points == 4
    few = check_profile("coral-raspberry-pi-4")
    assert few.problem == "" and few.targets[0].published == 6 and few.targets[0].validation is None
    with pytest.raises(UnknownName):
        check_profile("nothing")


def test_a_file_called_like_the_host_is_refused_and_the_host_is_listed_once():
    folder = user().devices
    folder.mkdir(parents=True)
    (folder / "host.toml").write_text(GOOD, encoding="utf-8")
    assert devices.names().count("host") == 1
    profiles, (entry,) = devices.profiles()
    assert [device.name for device in profiles].count("host") == 1 and profiles[0].kind is DeviceKind.HOST
    assert entry.name == "host" and check_profile("host").problem == entry.reason


def test_a_file_whose_name_is_not_unicode_is_unlisted():
    folder = user().devices
    folder.mkdir(parents=True)
    (folder / os.fsdecode(b"bad\xff.toml")).write_text(GOOD, encoding="utf-8")
    _, (entry,) = devices.profiles()
    assert entry.name == "bad\\udcff"
    for text in (entry.reason, *devices.names(), *(name for name, _ in devices.cache_key())):
        text.encode()  # a page hashes and sends them


def test_a_missing_folder_of_built_in_devices_is_reported(monkeypatch, tmp_path):
    before = devices.cache_key()
    for name in ("models", "data"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("ODVIZ_ROOT", str(tmp_path))
    profiles, (entry,) = devices.profiles()
    assert [device.name for device in profiles] == ["host"]
    assert entry == Unlisted("", entry.reason, False) and str(tmp_path) in entry.reason
    assert devices.cache_key() != before
