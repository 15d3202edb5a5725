import math
import tomllib
from dataclasses import replace

import pytest

from odviz.domain.device import DeviceKind, Platform, RuntimeFamily
from odviz.domain.errors import InputError
from odviz.services.device_draft import Draft, enough, file_stem, problems, to_toml
from odviz.services.user_devices import validate
from odviz.services.user_measurements import Measurement

DRAFT = Draft(
    title="My till",
    processor="4× A55",
    ram_bytes=2e9,
    runtime="TFLite 2.14",
    family=RuntimeFamily.TFLITE,
    threads=4,
    source="by me, https://example.org/a, 2026",
    measurements=(Measurement("lenet-5", 0.42), Measurement("net", 12.5, 56.9, 4.2, 3.1, "board, DC")),
)


def test_a_draft_becomes_a_profile_that_the_reader_accepts():
    assert problems(DRAFT) == ()
    device = validate(DRAFT.name, to_toml(DRAFT, "2026-11-24"))
    assert (device.name, device.title, device.kind) == ("my-till", "My till", DeviceKind.BOARD)
    assert device.facts["ram_bytes"].value == 2e9 and not device.facts["ram_bytes"].checked
    assert device.default.key == "user-my-till-tflite-2-14-cpu4-fp32" and device.default.target.threads == 4
    assert (device.platform, device.default.family) == (Platform.LINUX, RuntimeFamily.TFLITE)
    lenet, net = device.points
    assert lenet.latency_s == pytest.approx(0.42e-3) and lenet.macs > 1e5 and lenet.power_w is None
    assert (net.macs, net.parameters, net.power_w) == (pytest.approx(56.9e6), pytest.approx(4.2e6), 3.1)
    assert net.source_url == "https://example.org/a" and net.energy_scope == "board, DC"


def test_a_phone_runs_android_unless_it_is_said_to_run_ios():
    phone = replace(DRAFT, kind=DeviceKind.PHONE)
    assert validate(phone.name, to_toml(phone, "2026-11-24")).platform is Platform.ANDROID
    phone = replace(phone, platform=Platform.IOS)
    assert validate(phone.name, to_toml(phone, "2026-11-24")).platform is Platform.IOS


@pytest.mark.parametrize(
    "words",
    [
        '"; [x]\nkey = "evil"',
        "back\\slash \\u0041",
        "'''",
        "a\x00b\x7f\u202e",
        "half \ud800",
        "日本語 é ½",
        "# no comment",
    ],
)
def test_whatever_is_typed_stays_text(words):
    draft = replace(DRAFT, title=f"a {words}", processor=words, runtime=words, note=words, source=words)
    device = validate(draft.name, to_toml(draft, "2026-11-24"))
    kept = " ".join("".join(char if char.isprintable() else " " for char in words.replace("\ud800", "?")).split())
    assert (device.title, device.processor, device.note) == (f"a {kept}", kept, kept)
    assert len(device.targets) == 1 and device.points[0].source == kept


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "…"}, "title"),
        ({"title": "HOST"}, "title"),
        ({"title": "a" * 121}, "title"),
        ({"processor": "\x00"}, "processor"),
        ({"runtime": ""}, "runtime"),
        ({"source": ""}, "source"),
        ({"note": "n" * 601}, "note"),
        ({"ram_bytes": math.inf}, "ram_bytes"),
        ({"flash_bytes": 1e18}, "flash_bytes"),
        ({"ram_bytes": 1e-300}, "ram_bytes"),
        ({"kind": DeviceKind.MICROCONTROLLER, "ram_bytes": None}, "ram_bytes"),
        ({"measurements": ()}, "measurements"),
    ],
)
def test_what_is_wrong_is_reported_and_no_profile_is_made(changes, field):
    draft = replace(DRAFT, **changes)
    (problem,) = problems(draft)
    assert (problem.field, problem.row) == (field, 0)
    with pytest.raises(InputError) as caught:
        to_toml(draft, "2026-11-24")
    assert str(caught.value) == problem.message


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\x.toml", "c-x-toml"),
        ("<b>É_1.5</b>", "b-e-1-5-b"),
        ("日本語", "日本語"),
        ("..", ""),
        ("💥", ""),
        ("x" * 99, "x" * 40),
        ("a" * 39 + " b", "a" * 39),
    ],
)
def test_a_title_becomes_a_name_that_is_a_file_anywhere(title, name):
    assert file_stem(title) == name


@pytest.mark.parametrize(
    ("count", "families", "words", "suffices"),
    [
        (0, 1, "8 networks of 3 families", False),
        (1, 1, "1 network of 1 family", False),
        (8, 1, "8 networks of 1 family", False),
        (9, 3, "9 networks of 3 families", True),
    ],
)
def test_networks_and_families_decide_whether_others_can_be_projected(count, families, words, suffices):
    rows = tuple(Measurement(f"net{'abc'[number % families]}_{number}", 1.0, 5.0) for number in range(count))
    sentence = enough(replace(DRAFT, measurements=rows))
    assert words in sentence and ("enough" in sentence) is suffices


def test_numbers_are_numbers_of_toml():
    draft = replace(DRAFT, measurements=(Measurement("net", 1e-6, 1e9),), ram_bytes=1e15)
    profile = tomllib.loads(to_toml(draft, "2026-11-24"))
    assert profile["points"][0]["latency_ms"] == 1e-6 and profile["points"][0]["gmacs"] == 1e6
    assert profile["facts"]["ram_bytes"]["value"] == 1e15
