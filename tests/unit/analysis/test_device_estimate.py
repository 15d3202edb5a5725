from dataclasses import replace

import pytest

from odviz.analysis.device_calibration import calibration
from odviz.analysis.device_estimate import estimate_on
from odviz.domain.device import Fit
from odviz.domain.estimate import Provenance
from odviz.domain.model import GraphFacts
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.library.sources import user
from odviz.services import devices
from tests.unit.library.test_library_devices import GOOD

SMALL = GraphFacts(30_000, 28_000, 24_000, 24_000, 2_660_000, 60_000, 0.0, 10, {"CONV_2D": 10}, 300_000, 62_000)
HUGE = GraphFacts(9 << 20, 9 << 20, 9 << 20, 9 << 20, 10**9, 8 << 20, 1.0, 30, {"CONV_2D": 30}, 0, 10**7)
MOBILENET = replace(SMALL, macs=569_000_000)


def predict(name, facts=SMALL, recipe="fp32", **more):
    device = devices.profile(name)
    return estimate_on(device, device.default, facts, parse_recipe(recipe), **more)


def test_a_float_network_on_a_board_with_data():
    estimate = predict("raspberry-pi-4")
    assert estimate.latency.provenance is Provenance.PROJECTED
    assert estimate.latency.low < estimate.latency.value < estimate.latency.high
    assert estimate.energy.provenance is Provenance.PROJECTED and "wall" in estimate.energy.scope
    assert estimate.ram_fit is Fit.FITS and estimate.flash is None and estimate.reason == ""


def test_int8_moves_to_the_int8_target_of_the_same_runtime():
    assert predict("raspberry-pi-4", recipe="int8-static").target.key == "rpi4-tflite-cpu4-int8"
    assert predict("raspberry-pi-4", recipe="prune-structured:50 + int8-static").target.key == "rpi4-tflite-cpu4-int8"
    assert predict("raspberry-pi-4", recipe="prune-structured:50").target.key == "rpi4-tflite-cpu4-fp32"


@pytest.mark.parametrize(
    ("name", "recipe", "word"),
    [
        ("raspberry-pi-4", "int8-dynamic", "int8-dynamic"),
        ("raspberry-pi-4", "int8-weight-only", "int8-weight-only"),
        ("raspberry-pi-4", "fp16", "fp32, int8"),
        ("macbook-m1", "int8-static", "fp32"),
        ("stm32u575", "fp32", "int8"),
        ("esp32-s3", "int8-static", "Measured points"),
    ],
)
def test_without_data_there_is_a_reason_and_no_point(name, recipe, word):
    estimate = predict(name, recipe=recipe)
    assert estimate.latency is None and word in estimate.reason
    if name in (
        "raspberry-pi-4",
        "stm32u575",
    ):  # its power was published, so other variants have energies that a range would belie
        assert estimate.energy is None
    else:
        assert estimate.energy.value is None and estimate.energy.provenance is Provenance.MODELLED


def test_an_exact_published_measurement_replaces_the_projection():
    estimate = predict("raspberry-pi-4", MOBILENET, model="mobilenet_v1_1.0_224")
    assert estimate.latency.provenance is Provenance.PUBLISHED
    assert estimate.latency.value == pytest.approx(0.074859)
    assert estimate.latency.source.startswith("https://")


def test_another_network_of_the_same_name_is_not_the_published_one():
    assert predict("raspberry-pi-4", SMALL, model="mobilenet_v1_1.0_224").latency.provenance is Provenance.PROJECTED


def test_a_pruned_network_is_not_the_published_one():
    estimate = predict("raspberry-pi-4", MOBILENET, "prune-structured:50", model="mobilenet_v1_1.0_224")
    assert estimate.latency.provenance is Provenance.PROJECTED


def test_without_a_published_power_energy_is_a_range():
    estimate = predict("raspberry-pi-5")
    assert estimate.latency.value and estimate.energy.value is None


def test_a_network_that_is_too_large_for_a_microcontroller():
    small, large = predict("stm32h747", recipe="int8-static"), predict("stm32h747", HUGE, "int8-static")
    assert (small.ram_fit, small.flash_fit) == (Fit.FITS, Fit.FITS)
    assert (large.ram_fit, large.flash_fit) == (Fit.DOES_NOT_FIT, Fit.DOES_NOT_FIT)


def test_points_of_the_user_are_used():
    folder = user().devices
    folder.mkdir(parents=True)
    (folder / "my-board.toml").write_text(GOOD, encoding="utf-8")
    device = devices.profile("my-board")
    estimate = estimate_on(device, device.default, MOBILENET, Recipe(), "mobilenet_v1_1.0_224")
    assert estimate.latency.value == pytest.approx(0.08)


def test_points_of_the_user_leave_a_published_target_what_it_borrows():
    device = devices.profile("raspberry-pi-4")
    target = replace(device.default, key="pixel3-tflite-cpu4-int8")
    published = calibration(device, target)
    user_row = replace(published.rows[0], target="elsewhere")
    calibrated = calibration(replace(device, points=(user_row,)), target)
    assert len(calibrated.sample.lent) == len(published.sample.lent) > 0
    for figure in ("points", "families", "borrowed", "median_error", "p90_error", "factor", "coverage"):
        assert getattr(calibrated.validation, figure) == getattr(published.validation, figure)
