import os
from dataclasses import replace

import pytest

from odviz.analysis.device_calibration import calibration
from odviz.analysis.device_estimate import estimate_on
from odviz.domain.device import DeviceKind, Fit
from odviz.domain.errors import UnknownName
from odviz.domain.estimate import Provenance
from odviz.domain.model import GraphFacts
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.library.sources import user
from odviz.services import devices
from odviz.services.devices import Unlisted
from odviz.services.target_reports import check_profile
from tests.unit.library.test_library_devices import GOOD

SMALL = GraphFacts(30_000, 28_000, 24_000, 24_000, 2_660_000, 60_000, 0.0, 10, {"CONV_2D": 10}, 300_000, 62_000)
HUGE = GraphFacts(9 << 20, 9 << 20, 9 << 20, 9 << 20, 10**9, 8 << 20, 1.0, 30, {"CONV_2D": 30}, 0, 10**7)
MOBILENET = replace(SMALL, macs=569_000_000)


def outlook(name, facts=SMALL, recipe="fp32", **more):
    device = devices.profile(name)
    return estimate_on(device, device.default, facts, parse_recipe(recipe), **more)


def test_the_host_is_first_and_measured():
    assert devices.names()[0] == "host"
    host = devices.profile("host")
    assert host.kind is DeviceKind.HOST and host.default is None and host.facts["ram_bytes"].value > 0


def test_a_float_network_on_a_backed_board():
    found = outlook("raspberry-pi-4")
    assert found.latency.provenance is Provenance.PROJECTED
    assert found.latency.low < found.latency.value < found.latency.high
    assert found.energy.provenance is Provenance.PROJECTED and "wall" in found.energy.scope
    assert found.ram_fit is Fit.FITS and found.flash is None and found.reason == ""


def test_int8_moves_to_the_int8_target_of_the_same_runtime():
    assert outlook("raspberry-pi-4", recipe="int8-static").target.key == "rpi4-tflite-cpu4-int8"
    assert outlook("raspberry-pi-4", recipe="prune-structured:50 + int8-static").target.key == "rpi4-tflite-cpu4-int8"
    assert outlook("raspberry-pi-4", recipe="prune-structured:50").target.key == "rpi4-tflite-cpu4-fp32"


@pytest.mark.parametrize(
    ("name", "recipe", "said"),
    [
        ("raspberry-pi-4", "int8-dynamic", "Nobody published how int8-dynamic"),
        ("raspberry-pi-4", "int8-weight-only", "Nobody published"),
        ("raspberry-pi-4", "fp16", "published in fp32, int8 only"),
        ("macbook-m1", "int8-static", "published in fp32 only"),
        ("stm32u575", "fp32", "published in int8 only"),
        ("stm32u575", "int8-static", "Measured points only"),
    ],
)
def test_what_cannot_be_backed_says_so_and_has_no_point(name, recipe, said):
    found = outlook(name, recipe=recipe)
    assert found.latency is None and said in found.reason
    if name == "raspberry-pi-4":  # its power was published, so other variants have energies that a range would belie
        assert found.energy is None
    else:
        assert found.energy.value is None and found.energy.provenance is Provenance.MODELLED


def test_an_exact_published_measurement_goes_before_a_projection():
    found = outlook("raspberry-pi-4", MOBILENET, model="mobilenet_v1_1.0_224")
    assert found.latency.provenance is Provenance.PUBLISHED
    assert found.latency.value == pytest.approx(0.074859)
    assert found.latency.source.startswith("https://")


def test_another_network_of_the_same_name_is_not_the_published_one():
    assert outlook("raspberry-pi-4", SMALL, model="mobilenet_v1_1.0_224").latency.provenance is Provenance.PROJECTED


def test_a_pruned_network_is_not_the_published_one():
    found = outlook("raspberry-pi-4", MOBILENET, "prune-structured:50", model="mobilenet_v1_1.0_224")
    assert found.latency.provenance is Provenance.PROJECTED


def test_no_power_published_no_point_of_energy():
    found = outlook("raspberry-pi-5")
    assert found.latency.value and found.energy.value is None


def test_a_network_that_is_too_large_for_a_microcontroller():
    small, large = outlook("stm32h747", recipe="int8-static"), outlook("stm32h747", HUGE, "int8-static")
    assert (small.ram_fit, small.flash_fit) == (Fit.FITS, Fit.FITS)
    assert (large.ram_fit, large.flash_fit) == (Fit.DOES_NOT_FIT, Fit.DOES_NOT_FIT)


def test_ones_own_points_are_used_and_shown():
    folder = user().devices
    folder.mkdir(parents=True)
    (folder / "my-board.toml").write_text(GOOD, encoding="utf-8")
    device = devices.profile("my-board")
    found = estimate_on(device, device.default, MOBILENET, Recipe(), "mobilenet_v1_1.0_224")
    assert found.latency.value == pytest.approx(0.08)
    assert "my-board" in devices.names()


def test_ones_own_points_do_not_take_away_what_a_published_target_borrows():
    device = devices.profile("raspberry-pi-4")
    target = replace(device.default, key="pixel3-tflite-cpu4-int8")
    published = calibration(device, target)
    own = replace(published.rows[0], target="elsewhere")
    known = calibration(replace(device, points=(own,)), target)
    assert len(known.sample.lent) == len(published.sample.lent) > 0
    assert known.validation == published.validation


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
    good = check_profile("stm32u575")
    assert good.problem == "" and good.targets[0].published == 4 and good.targets[0].validation is None
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
