import os

import pytest

from odviz.domain.device import Kind
from odviz.domain.errors import FileRefused, UnknownName
from odviz.library.devices import device_files, folder_problems, folders, load_device, parse_device, read_device
from odviz.library.published import read_published

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
    assert (device.kind is Kind.MICROCONTROLLER) == ("flash_bytes" in device.facts)


def test_a_device_is_one_file():
    own = folders()[1]
    own.mkdir(parents=True)
    (own / "my-board.toml").write_text(GOOD, encoding="utf-8")
    device = load_device("my-board")
    assert device.title == "My board" and device.facts["ram_bytes"].checked
    assert device.points[0].latency_s == pytest.approx(0.08) and device.points[0].own
    assert device.points[0].macs == pytest.approx(568.74e6)


def test_ones_own_file_goes_before_the_shipped_one():
    own = folders()[1]
    own.mkdir(parents=True)
    (own / "stm32u575.toml").write_text(GOOD, encoding="utf-8")
    assert load_device("stm32u575").title == "My board"


def test_unknown_device_names_what_exists():
    with pytest.raises(UnknownName, match="raspberry-pi-4"):
        load_device("raspbery-pi-4")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "My board"', "", "title is missing"),
        ('title = "My board"', "title = 3", "title is 3; it must be text"),
        ('kind = "board"', 'kind = "toaster"', "kind is 'toaster'.*board, phone"),
        ("threads = 2", "threads = -1", "target 1: threads is -1"),
        ("threads = 2", "threads = true", "threads is True"),
        ("threads = 2", "thread = 2", "target 1: thread is not known here"),
        ("threads = 2", "threads = 1025", "threads is 1025; it must be a whole number up to 1024"),
        ("threads = 2", f"threads = 0x{'f' * 5000}", "more digits than any figure"),
        ('precision = "fp32"', 'precision = "purple"', "precision is 'purple'; it must be one of fp32, fp16, fp, int8"),
        ("value = 1e9", f"value = 1{'0' * 400}", "more digits than any figure"),
        ("value = 1e9", f"value = 1{'0' * 5000}", "more digits than any figure"),
        ("latency_ms = 80.0", f"latency_ms = 0x{'f' * 5000}", "more digits than any figure"),
        ("latency_ms = 80.0", "latency_ms = nan", "latency_ms is nan; it must be from 0.000001 to 100,000,000"),
        ("latency_ms = 80.0", "latency_ms = true", "'True', which is not a number"),
        ('model = "mobilenet_v1_1.0_224"', 'model = ["a"]', "point 1: model is .'a'.; it must be text"),
        ('title = "My board"', f"title = {'[' * 5000}", "nested too deeply"),
        ("value = 1e9", "value = 0", "facts.ram_bytes: value is 0"),
        ("value = 1e9", "value = nan", "value is nan"),
        ("value = 1e9", 'value = "1 GB"', "it must be a number"),
        ("value = 1e9", "value = 1e308", r"value is 1e\+308; it must be a number from 16 to 1,000,000,000,000,000"),
        ("value = 1e9", "value = 1e-300", "value is 1e-300; it must be a number from"),
        ("latency_ms = 80.0", "latency_ms = 1e-300", "latency_ms is 1e-300; it must be from 0.000001"),
        ("gmacs = 0.56874", "gmacs = 5e-324", "gmacs is 5e-324; it must be from 0.000000001 to 1,000,000"),
        ("gmacs = 0.56874", "gmacs = 1e7", "gmacs is 10000000.0; it must be from"),
        ("checked = true", "", "checked must be true"),
        ("[facts.ram_bytes]", "[facts.ram]", "facts: ram is not known here.*ram_bytes"),
        ("latency_ms = 80.0", "latency_ms = 0", "point 1: latency_ms is 0; it must be from 0.000001"),
        ("latency_ms = 80.0", "latency_ms = -4", "must be from 0"),
        ("latency_ms = 80.0", 'latency_ms = "fast"', "'fast', which is not a number"),
        ('target = "my-board-tflite-cpu2-fp32"\nmodel', 'target = "other"\nmodel', "'other' is none of this device's"),
        ("[[targets]]", "[targets]", r"targets must be written as \[\[targets\]\]"),
        ('kind = "board"', "kind = board", "is not TOML"),
    ],
)
def test_what_makes_no_sense_is_said_with_its_place(old, new, said):
    assert old in GOOD
    with pytest.raises(FileRefused, match=said) as error:
        parse_device("my-board", GOOD.replace(old, new), "my-board.toml")
    assert "my-board.toml" in str(error.value)


def test_a_profile_needs_a_target_and_no_target_twice():
    head = 'title = "a"\nkind = "board"\nprocessor = "b"\n'
    with pytest.raises(FileRefused, match="no \\[\\[targets\\]\\]"):
        parse_device("x", head, "x.toml")
    target = '[[targets]]\nkey = "k"\nruntime = "r"\nbackend = "cpu"\nprecision = "fp32"\n'
    with pytest.raises(FileRefused, match="twice: k, k"):
        parse_device("x", head + target + target, "x.toml")


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
    own = folders()[1]
    own.mkdir(parents=True)
    (own / os.fsdecode(b"bad\xff.toml")).write_text(GOOD, encoding="utf-8")
    with pytest.raises(FileRefused, match="cannot name a device") as error:
        load_device("bad\\udcff")
    str(error.value).encode()


def test_a_profile_that_is_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(
        FileRefused, match=r"device profile .*pipe\.toml cannot be read: it is a folder, pipe or device"
    ):
        read_device(tmp_path / "pipe.toml")


def test_folders_that_are_gone_are_said(monkeypatch, tmp_path):
    assert folder_problems() == ()
    folders()[1].parent.mkdir(parents=True)
    folders()[1].write_text("in the way")
    assert "Devices of your own are not listed" in folder_problems()[0]
    for name in ("models", "data"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("ODVIZ_ROOT", str(tmp_path))
    assert f"{tmp_path / 'data' / 'devices'} holds no device profile" in folder_problems()[0]
