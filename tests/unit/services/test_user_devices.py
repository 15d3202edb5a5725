import errno
import os
from pathlib import Path

import pytest

from odviz.domain.errors import FileRefused, InputError, StoreError, UnknownName
from odviz.library.devices import device_files, folders, load_device
from odviz.services import user_devices
from odviz.services.user_devices import Taken
from tests.unit.services.user_data import KEY, toml


def folder():
    folders()[1].mkdir(parents=True, exist_ok=True)
    return folders()[1]


def refuse(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_device_is_kept_as_it_came_and_read_like_any_other():
    path = user_devices.save("my-till", toml())
    assert path.parent == folders()[1] and path.read_text("utf-8") == toml()
    assert load_device("my-till").title == "My till"
    assert user_devices.own_files() == {"my-till": path} and user_devices.taken("my-till") is Taken.OWN
    assert user_devices.content_of("my-till") == toml().encode()


def test_a_name_that_is_taken_is_replaced_only_when_asked_to():
    user_devices.save("my-till", toml())
    with pytest.raises(InputError, match="'my-till' is the name of a device of yours already: replace it, or"):
        user_devices.save("my-till", toml().replace("My till", "Newer"))
    assert load_device("my-till").title == "My till"
    user_devices.save("my-till", toml().replace("My till", "Newer"), replace=True)
    assert load_device("my-till").title == "Newer"


@pytest.mark.parametrize("replace", [True, False])
def test_a_shipped_device_is_never_hidden(replace):
    assert user_devices.taken("raspberry-pi-4") is Taken.SHIPPED
    with pytest.raises(InputError, match="a device that odviz ships already: choose another name"):
        user_devices.save("raspberry-pi-4", toml(), replace=replace)
    assert not user_devices.own_files()


@pytest.mark.parametrize("at", ["write", "replace"])
def test_a_full_disk_leaves_what_was_there(monkeypatch, at):
    path = user_devices.save("my-till", toml())
    monkeypatch.setattr(*{"write": (os, "fsync", refuse), "replace": (Path, "replace", refuse)}[at])
    with pytest.raises(StoreError, match=r"could not be kept in .*: No space left on device\. Nothing was changed"):
        user_devices.save("my-till", toml().replace("My till", "Newer"), replace=True)
    assert path.read_text("utf-8") == toml() and list(path.parent.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_said():
    folders()[1].parent.mkdir(parents=True)
    folders()[1].write_text("in the way")
    with pytest.raises(StoreError, match="could not be kept"):
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


def test_broken_files_are_told_apart():
    user_devices.save("my-till", toml())
    (folder() / "bad.toml").write_bytes(b"\xff")
    (folder() / "large.toml").write_bytes(b"#" * (2 << 20))
    found = user_devices.broken()
    assert set(found) == {"bad", "large"} and "bad.toml" in found["bad"] and "larger" in found["large"]
    with pytest.raises(FileRefused, match="larger"):
        user_devices.content_of("large")


@pytest.mark.parametrize(
    ("file", "name"),
    [("My Till.TOML", "my-till"), ("../../etc/x.toml", "x"), ("C:\\a\\b.c.toml", "b-c"), ("<b>.toml", "b")],
)
def test_a_file_gives_its_name(file, name):
    assert user_devices.read_upload(file, b"\xef\xbb\xbftitle = 1") == (name, "title = 1")


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("..toml", b"", "has no name that a device could have"),
        ("", b"", "The file has no name"),
        ("a.toml", b"\xff\xfe", "not text in UTF-8"),
        ("a.toml", b"#" * (2 << 20), "larger than a device profile can be"),
    ],
)
def test_a_file_that_is_none_is_refused(file, content, words):
    with pytest.raises(FileRefused, match=words):
        user_devices.read_upload(file, content)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("My till", "x" * 121, "is longer than 120 characters"),
        ("lenet-5", "x" * 121, "is longer than 120 characters"),
        ("My till", "a\\u0000b", "a character that cannot be shown"),
        ('backend = "cpu"', 'backend = "\\u202ecpu"', "a character that cannot be shown"),
        (toml()[toml().index("[[points]]") :], "", f"nothing is published under {KEY}"),
        ("[[points]]", toml()[toml().index("[[points]]") :] + "[[points]]", "two .* for lenet-5 on"),
    ],
)
def test_a_profile_that_the_page_could_not_show_is_refused(old, new, words):
    assert old in toml()
    with pytest.raises(FileRefused, match=words):
        user_devices.accept("my-till", toml().replace(old, new))


def test_points_that_differ_by_capitals_alone_are_refused():
    with pytest.raises(FileRefused, match=r"two \[\[points\]\] for mynet on"):
        user_devices.accept("my-till", toml([("MyNet", 1.0, 1.0), ("mynet", 2.0, 1.0)]))


def test_more_points_than_anybody_has_are_refused():
    with pytest.raises(FileRefused, match=r"has 301 \[\[points\]\]; 300 is the most"):
        user_devices.accept("my-till", toml([(f"net{at}", 1.0, 1.0) for at in range(301)]))


def test_every_shipped_profile_would_be_accepted():
    for name in ("raspberry-pi-4", "stm32u575"):
        text = device_files()[name].read_text("utf-8")
        assert user_devices.accept(f"my-{name}", text).targets


def test_the_example_of_the_docs_is_a_device():
    text = (Path(__file__).parents[3] / "docs" / "devices.md").read_text("utf-8")
    device = user_devices.accept("my-tablet", text.split("```toml\n")[1].split("```")[0])
    assert device.title == "My till tablet" and device.points[0].macs == pytest.approx(569e6)
