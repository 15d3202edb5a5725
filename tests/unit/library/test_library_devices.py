import os

import pytest

from odviz.domain.device import DeviceKind, Platform, RuntimeFamily, processor_of
from odviz.domain.errors import FileRefused, UnknownName
from odviz.library.device_toml import parse_device
from odviz.library.devices import device_files, folder_errors, load_device, read_device
from odviz.library.published import read_published
from odviz.library.sources import built_in, user

GOOD = """
title = "My board"
kind = "board"
processor = "2× Cortex-A55"
[[targets]]
key = "my-board-tflite-cpu2-fp32"
runtime = "TFLite 2.14"
backend = "cpu"
threads = 2
precision = "fp32"
[facts.ram_bytes]
value = 1e9
source = "the label"
checked = true
[[points]]
target = "my-board-tflite-cpu2-fp32"
model = "mobilenet_v1_1.0_224"
latency_ms = 80.0
gmacs = 0.56874
source = "measured by me"
"""
WANTED = (
    "raspberry-pi-zero-2-w",
    "raspberry-pi-3b-plus",
    "raspberry-pi-4",
    "raspberry-pi-5",
    "jetson-orin-nano",
    "jetson-agx-orin",
    "phone-snapdragon-855-plus",
    "phone-snapdragon-8-gen-2",
    "phone-dimensity-9300",
    "galaxy-s24",
    "galaxy-s25",
    "iphone-12",
    "macbook-m1",
    "laptop-ryzen-5625u",
    "stm32h747",
    "stm32l4r5",
    "stm32h7a3",
    "stm32u575",
    "stm32h743",
    "nrf5340",
)


def test_every_wanted_device_is_shipped():
    assert set(WANTED) <= set(device_files())


@pytest.mark.parametrize("name", WANTED)
def test_shipped_profile_points_into_the_published_table(name):
    device = load_device(name)
    published = {row.target for row in read_published()}
    assert device.name == name and device.default is device.targets[0]
    assert {target.key for target in device.targets} <= published
    assert all(target.target.device == name for target in device.targets)
    assert device.facts["ram_bytes"].value > 0 and all(fact.source for fact in device.facts.values())
    assert (device.kind is DeviceKind.MICROCONTROLLER) == ("flash_bytes" in device.facts)


OWNED = (
    "rockchip-rk3588",
    "esp32-s3",
    "jetson-nano",
    "pixel-3",
    "odroid-n2-plus",
    "coral-raspberry-pi-4",
)
"""Devices that people own, of which some facts are not known."""


@pytest.mark.parametrize("name", [name for name in device_files() if name not in WANTED])
def test_targets_of_every_profile_are_published_on_the_processor_that_it_names(name):
    device = load_device(name)
    published = {row.target: row.processor for row in read_published()}
    for target in device.targets:
        assert published[target.key] is processor_of(device.kind, target.target.backend)
    assert all(fact.source for fact in device.facts.values())


def test_devices_that_people_own_are_shipped():
    assert set(OWNED) <= set(device_files())
    assert "rpi4-ncnn-cpu4-int8" in {target.key for target in load_device("raspberry-pi-4").targets}


def test_a_device_is_one_file():
    folder = user().devices
    folder.mkdir(parents=True)
    (folder / "my-board.toml").write_text(GOOD, encoding="utf-8")
    device = load_device("my-board")
    assert device.title == "My board" and device.facts["ram_bytes"].checked
    assert device.points[0].latency_s == pytest.approx(0.08) and device.points[0].user_supplied
    assert device.points[0].macs == pytest.approx(568.74e6)


def test_ones_own_file_goes_before_the_shipped_one():
    folder = user().devices
    folder.mkdir(parents=True)
    (folder / "stm32u575.toml").write_text(GOOD, encoding="utf-8")
    assert load_device("stm32u575").title == "My board"


def test_unknown_device_names_what_exists():
    with pytest.raises(UnknownName, match="raspberry-pi-4"):
        load_device("raspbery-pi-4")


@pytest.mark.parametrize(
    ("old", "new", "place", "field", "accepted"),
    [
        ('title = "My board"', "", "", "title", "text"),
        ('title = "My board"', "title = 3", "", "title", "text"),
        ('title = "My board"', 'title = " "', "", "title", "text"),
        ('kind = "board"', 'kind = "toaster"', "", "kind", "board, phone"),
        ('kind = "board"', 'kind = "board"\nplatform = "dos"', "", "platform", "android, ios"),
        ('backend = "cpu"', 'backend = "cpu"\nfamily = "abacus"', ", target 1", "family", "tflite"),
        ('kind = "board"', 'kind = "host"', "", "kind", "board, phone"),
        ("threads = 2", "threads = -1", ", target 1", "threads", "1024"),
        ("threads = 2", "threads = true", ", target 1", "threads", "1024"),
        ("threads = 2", "thread = 2", ", target 1", "thread", "threads"),
        ("threads = 2", "threads = 1025", ", target 1", "threads", "1024"),
        ('precision = "fp32"', 'precision = "purple"', ", target 1", "precision", "fp32, fp16, fp, int8"),
        ("latency_ms = 80.0", "latency_ms = nan", ", point 1", "latency_ms", "100,000,000"),
        ("latency_ms = 80.0", "latency_ms = true", ", point 1", "latency_ms", "number"),
        ("latency_ms = 80.0", "latency_ms = 1e-300", ", point 1", "latency_ms", "0.000001"),
        ("latency_ms = 80.0", "latency_ms = 0", ", point 1", "latency_ms", "0.000001"),
        ("latency_ms = 80.0", "latency_ms = -4", ", point 1", "latency_ms", "0.000001"),
        ("latency_ms = 80.0", 'latency_ms = "fast"', ", point 1", "latency_ms", "number"),
        ("latency_ms = 80.0", "", ", point 1", "latency_ms", "time"),
        ('model = "mobilenet_v1_1.0_224"', 'model = ["a"]', ", point 1", "model", "text"),
        ('model = "mobilenet_v1_1.0_224"', 'model = ""', ", point 1", "model", ""),
        ("gmacs = 0.56874", "gmacs = 5e-324", ", point 1", "gmacs", "0.000000001"),
        ("gmacs = 0.56874", "gmacs = 1e7", ", point 1", "gmacs", "1,000,000"),
        ("value = 1e9", "value = 0", ", facts.ram_bytes", "value", "16"),
        ("value = 1e9", "value = nan", ", facts.ram_bytes", "value", "16"),
        ("value = 1e9", 'value = "1 GB"', ", facts.ram_bytes", "value", "number"),
        ("value = 1e9", "value = true", ", facts.ram_bytes", "value", "number"),
        ("value = 1e9", "value = 1e308", ", facts.ram_bytes", "value", "1,000,000,000,000,000"),
        ("value = 1e9", "value = 1e-300", ", facts.ram_bytes", "value", "16"),
        ("checked = true", "", ", facts.ram_bytes", "checked", "true"),
        ("[facts.ram_bytes]", "[facts.ram]", ", facts", "ram", "ram_bytes"),
        (
            'target = "my-board-tflite-cpu2-fp32"\nmodel',
            'target = "other"\nmodel',
            ", point 1",
            "target",
            "my-board-tfl",
        ),
        ("[[targets]]", "[targets]", "", "targets", "[[targets]]"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place_and_what_is_accepted(old, new, place, field, accepted):
    assert old in GOOD
    with pytest.raises(FileRefused) as caught:
        parse_device("my-board", GOOD.replace(old, new), "my-board.toml")
    error = caught.value
    assert (error.place, error.field) == (f"my-board.toml{place}", field)
    assert error.place in str(error) and error.field in str(error) and accepted in str(error)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("threads = 2", f"threads = 0x{'f' * 5000}", "digits"),
        ("value = 1e9", f"value = 1{'0' * 400}", "digits"),
        ("value = 1e9", f"value = 1{'0' * 5000}", "digits"),
        ("latency_ms = 80.0", f"latency_ms = 0x{'f' * 5000}", "digits"),
        ('title = "My board"', f"title = {'[' * 5000}", "nested"),
        ('kind = "board"', "kind = board", "TOML"),
        ("[facts.ram_bytes]", "[facts]\nram_bytes = 3\n[facts.cores]", "table"),
        ('kind = "board"', 'kind = "board"\nfacts = 3', "TOML"),
    ],
)
def test_what_no_reader_can_hold_is_refused(old, new, word):
    assert old in GOOD
    with pytest.raises(FileRefused, match=word) as caught:
        parse_device("my-board", GOOD.replace(old, new), "my-board.toml")
    assert caught.value.place.startswith("my-board.toml")


def test_a_profile_needs_a_target_and_no_target_twice():
    head = 'title = "a"\nkind = "board"\nprocessor = "b"\n'
    target = '[[targets]]\nkey = "k"\nruntime = "r"\nbackend = "cpu"\nprecision = "fp32"\n'
    for text in (head, head + target + target):
        with pytest.raises(FileRefused) as caught:
            parse_device("x", text, "x.toml")
        assert caught.value.field == "targets"
    assert parse_device("x", head + target, "x.toml").targets


def test_platform_and_family_are_the_usual_ones_unless_they_are_named():
    board = parse_device("b", GOOD, "f.toml")
    assert (board.platform, board.default.family) == (Platform.LINUX, RuntimeFamily.OTHER)
    phone = GOOD.replace('kind = "board"', 'kind = "phone"')
    assert parse_device("p", phone, "f.toml").platform is Platform.ANDROID
    named = phone.replace("processor", 'platform = "ios"\nprocessor').replace("backend", 'family = "tflite"\nbackend')
    iphone = parse_device("p", named, "f.toml")
    assert (iphone.platform, iphone.default.family) == (Platform.IOS, RuntimeFamily.TFLITE)


@pytest.mark.parametrize("name", ["host", "a/b", "..", ""])
def test_names_that_cannot_be_a_device(name):
    with pytest.raises(FileRefused, match="cannot name a device"):
        parse_device(name, GOOD, "f.toml")


def test_a_file_as_a_windows_editor_writes_it_is_read(tmp_path):
    path = tmp_path / "my-board.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_device(path).title == "My board"


def test_unreadable_and_huge_files_are_refused(tmp_path):
    with pytest.raises(FileRefused, match="cannot be read"):
        read_device(tmp_path / "absent.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileRefused, match="UTF-8"):
        read_device(tmp_path / "binary.toml")
    (tmp_path / "huge.toml").write_bytes(b"#" * (2 << 20))
    with pytest.raises(FileRefused, match="larger"):
        read_device(tmp_path / "huge.toml")


def test_files_are_listed_by_a_name_that_any_text_can_hold(tmp_path):
    folder = user().devices
    folder.mkdir(parents=True)
    (folder / os.fsdecode(b"bad\xff.toml")).write_text(GOOD, encoding="utf-8")
    with pytest.raises(FileRefused, match="cannot name a device") as error:
        load_device("bad\\udcff")
    str(error.value).encode()


def test_a_profile_that_is_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(FileRefused, match=r"pipe\.toml"):
        read_device(tmp_path / "pipe.toml")


def test_folders_that_cannot_be_read_are_reported(monkeypatch, tmp_path):
    assert folder_errors() == ()
    user().devices.parent.mkdir(parents=True)
    user().devices.write_text("in the way")
    (error,) = folder_errors()
    assert str(user().devices) in str(error)
    for name in ("models", "data"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("ODVIZ_ROOT", str(tmp_path))
    assert str(built_in().devices) in str(folder_errors()[0])
