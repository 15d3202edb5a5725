import errno
import os
from pathlib import Path

import pytest

from odviz.domain.errors import FileRefused, InputError, StoreError, UnknownName
from odviz.library.devices import device_files, load_device, user_files
from odviz.library.sources import user
from odviz.services import user_devices
from odviz.services.user_devices import NameOwner
from tests.unit.services.user_data import KEY, toml


def refuse(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_device_is_kept_as_it_came_and_read_like_any_other():
    path = user_devices.save("my-till", toml())
    assert path.parent == user().devices and path.read_text("utf-8") == toml()
    assert load_device("my-till").title == "My till"
    assert user_files() == {"my-till": path} and user_devices.owner_of("my-till") is NameOwner.USER
    assert user_devices.content_of("my-till") == toml().encode()


def test_a_name_that_is_taken_is_replaced_only_when_asked_to():
    user_devices.save("my-till", toml())
    with pytest.raises(InputError, match="my-till"):
        user_devices.save("my-till", toml().replace("My till", "Newer"))
    assert load_device("my-till").title == "My till"
    user_devices.save("my-till", toml().replace("My till", "Newer"), replace=True)
    assert load_device("my-till").title == "Newer"


@pytest.mark.parametrize("replace", [True, False])
def test_a_shipped_device_is_never_hidden(replace):
    assert user_devices.owner_of("raspberry-pi-4") is NameOwner.ODVIZ
    with pytest.raises(InputError, match="raspberry-pi-4"):
        user_devices.save("raspberry-pi-4", toml(), replace=replace)
    assert not user_files()


@pytest.mark.parametrize("at", ["write", "replace"])
def test_a_full_disk_leaves_what_was_there(monkeypatch, at):
    path = user_devices.save("my-till", toml())
    monkeypatch.setattr(*{"write": (os, "fsync", refuse), "replace": (Path, "replace", refuse)}[at])
    with pytest.raises(StoreError, match="No space left on device"):
        user_devices.save("my-till", toml().replace("My till", "Newer"), replace=True)
    assert path.read_text("utf-8") == toml() and list(path.parent.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_said():
    user().devices.parent.mkdir(parents=True)
    user().devices.write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        user_devices.save("my-till", toml())


def test_a_device_is_removed_and_a_shipped_one_is_not():
    path = user_devices.save("my-till", toml())
    assert user_devices.remove("my-till") == path and not path.exists()
    for name in ("my-till", "raspberry-pi-4", "../my-till"):
        with pytest.raises(UnknownName):
            user_devices.remove(name)
        with pytest.raises(UnknownName):
            user_devices.content_of(name)
    assert "raspberry-pi-4" in device_files()


def test_a_file_that_cannot_be_deleted_or_read_is_said(monkeypatch):
    user_devices.save("my-till", toml())
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(StoreError, match=r"my-till\.toml cannot be deleted"):
        user_devices.remove("my-till")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FileRefused, match="cannot be read"):
        user_devices.content_of("my-till")


def test_a_file_that_is_too_large_is_not_read():
    user().devices.mkdir(parents=True)
    (user().devices / "large.toml").write_bytes(b"#" * (2 << 20))
    with pytest.raises(FileRefused, match="larger"):
        user_devices.content_of("large")


@pytest.mark.parametrize(
    ("file", "name"),
    [("My Till.TOML", "my-till"), ("../../etc/x.toml", "x"), ("C:\\a\\b.c.toml", "b-c"), ("<b>.toml", "b")],
)
def test_a_file_gives_its_name(file, name):
    assert user_devices.read_upload(file, b"\xef\xbb\xbftitle = 1") == (name, "title = 1")


@pytest.mark.parametrize(
    ("file", "content", "word"),
    [
        ("..toml", b"", "cannot name a device"),
        ("", b"", "cannot name a device"),
        ("a.toml", b"\xff\xfe", "UTF-8"),
        ("a.toml", b"#" * (2 << 20), "larger"),
    ],
)
def test_a_file_that_is_none_is_refused(file, content, word):
    with pytest.raises(FileRefused, match=word):
        user_devices.read_upload(file, content)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("My till", "x" * 121, "120"),
        ("lenet-5", "x" * 121, "120"),
        ("My till", "a\\u0000b", "character"),
        ('backend = "cpu"', 'backend = "\\u202ecpu"', "character"),
        (toml()[toml().index("[[points]]") :], "", KEY),
        ("[[points]]", toml()[toml().index("[[points]]") :] + "[[points]]", "lenet-5"),
    ],
)
def test_a_profile_that_the_page_could_not_show_is_refused(old, new, word):
    assert old in toml()
    with pytest.raises(FileRefused, match=word) as caught:
        user_devices.validate("my-till", toml().replace(old, new))
    assert caught.value.place.startswith("my-till.toml")


@pytest.mark.parametrize(
    "points", [[("MyNet", 1.0, 1.0), ("mynet", 2.0, 1.0)], [(f"net{number}", 1.0, 1.0) for number in range(301)]]
)
def test_points_of_one_network_and_more_than_anybody_has_are_refused(points):
    with pytest.raises(FileRefused) as caught:
        user_devices.validate("my-till", toml(points))
    assert caught.value.field == "points"


def test_every_shipped_profile_would_be_accepted():
    for name in ("raspberry-pi-4", "stm32u575"):
        text = device_files()[name].read_text("utf-8")
        assert user_devices.validate(f"my-{name}", text).targets


def test_the_example_of_the_docs_is_a_device():
    text = (Path(__file__).parents[3] / "docs" / "devices.md").read_text("utf-8")
    device = user_devices.validate("my-tablet", text.split("```toml\n")[1].split("```")[0])
    assert device.title == "My till tablet" and device.points[0].macs == pytest.approx(569e6)
