import math
from dataclasses import replace

import numpy as np
import pytest

from odviz.domain.errors import InputError
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.published import Processor, PublishedRow
from odviz.projection.calibration import calibrate
from odviz.projection.conformal import FLOOR
from odviz.projection.features import Features, features_of


def rows(count=24, target="board-cpu-fp32", families=6, scale=1.0, seed=0, **more):
    draw = np.random.default_rng(seed)
    made = []
    for index in range(count):
        macs = float(np.exp(draw.uniform(np.log(2e7), np.log(2e9))))
        seconds = scale * (1e-3 + 1e-10 * macs) * float(np.exp(draw.normal(0, 0.05)))
        name = f"{'abcdefghijkl'[index % families]}{index}"
        made.append(
            PublishedRow(target, name, seconds, macs=macs, parameters=macs / 50, source="S", source_url="u", **more)
        )
    return made


@pytest.fixture(scope="module")
def known():
    return calibrate(rows())["board-cpu-fp32"]


def test_prediction_is_near_and_says_where_it_comes_from(known):
    found = known.predict(Features(3e8, parameters=6e6))
    assert found.provenance is Provenance.PROJECTED
    assert found.value == pytest.approx(1e-3 + 3e-2, rel=0.15)
    assert found.value / found.low == pytest.approx(found.high / found.value)
    assert found.high / found.value >= FLOOR
    assert (found.n, found.level, found.unit) == (24, 0.9, "s")
    assert "24 networks" in found.source and "board-cpu-fp32" in found.scope


def test_known_family_is_narrower_only_near_its_sizes(known):
    inside, far = Features(3e8, parameters=6e6), Features(3e5, parameters=6e3)

    def width(features, name):
        found = known.predict(features, name)
        return found.high / found.low

    assert width(inside, "a99") < width(inside, "zebra") == width(inside, "")
    assert width(far, "a99") == width(far, "zebra")


@pytest.mark.parametrize("macs", [2e5, 2e11])
def test_interval_widens_outside_the_calibrated_range(known, macs):
    inside, outside = known.predict(Features(3e8, parameters=6e6)), known.predict(Features(macs, parameters=macs / 50))
    assert outside.high / outside.low > 1.5 * inside.high / inside.low
    assert "outside the calibrated" in outside.scope


def test_interval_widens_where_another_count_is_beyond_what_was_seen(known):
    usual = known.predict(Features(3e8, parameters=6e6))
    found = known.predict(Features(3e8, parameters=1e15))
    assert found.high / found.value > 10 * usual.high / usual.value
    assert found.scope.endswith("more parameters than any network it was fitted on, so the interval is wider")
    columns = known.sample.columns
    near, far = (known.sample.widening(Features(3e8, parameters=count), columns) for count in (1e10, 1e11))
    assert math.exp(far - near) == pytest.approx(1.5, rel=0.01)  # per decade, as for the MACs


@pytest.mark.parametrize(
    ("processor", "above", "below", "beyond"),
    [
        (Processor.CPU, 1.5, 1.3, 2.0),
        (Processor.MICROCONTROLLER, 1.5, 1.3, 2.0),
        (Processor.ACCELERATOR, 3.0, 2.0, 2.0),
    ],
)
def test_interval_widens_by_side_and_faster_where_nothing_was_tried(processor, above, below, beyond):
    sample = calibrate(rows(processor=processor))["board-cpu-fp32"].sample
    low, high = sample.macs_range

    def rate(nearer, farther):
        near, far = (sample.widening(Features(macs), frozenset(["macs"])) for macs in (nearer, farther))
        return math.exp(far - near)

    assert rate(high * 1e2, high * 1e3) == pytest.approx(above)
    assert rate(low * 0.5, low * 0.05) == pytest.approx(below)
    assert rate(low * 1e-2, low * 1e-3) == pytest.approx(beyond)


@pytest.mark.parametrize(
    "features",
    [
        Features(3e8, parameters=3e7),  # many for its MACs, but larger networks have as many
        Features(3e8, parameters=1e3),  # fewer than any: they cost less than was seen
        Features(3e8, activations=1e15),  # not known of the target's networks, and not used
        Features(3e8, parameters=0),
    ],
)
def test_interval_is_as_wide_as_ever_where_other_counts_were_seen_or_are_few(known, features):
    assert known.sample.widening(features, known.sample.columns & features.known) == 0


@pytest.mark.parametrize("macs", [2e5, 2e11])
def test_a_network_with_more_or_less_of_everything_is_widened_once(known, macs):
    alone, both = Features(macs), Features(macs, parameters=macs / 50)
    assert known.sample.widening(alone, frozenset({"macs"})) == pytest.approx(
        known.sample.widening(both, known.sample.columns)
    )


def test_counts_that_are_not_known_are_done_without(known):
    assert known.predict(Features(3e8)).value == pytest.approx(3.1e-2, rel=0.2)


def test_too_few_networks_are_shown_and_not_projected():
    few = calibrate(rows(7))["board-cpu-fp32"]
    assert not few.projects and few.validation is None
    assert "Measured points only" in few.why_not
    with pytest.raises(InputError, match="7 networks"):
        few.predict(Features(1e8))
    assert few.published("a0").provenance is Provenance.PUBLISHED


@pytest.mark.parametrize(
    ("sizes", "enough"),
    [((4, 4), True), ((7, 1), False), ((17, 3), False), ((6, 1, 1), True), ((4, 3), False), ((1,) * 8, True)],
)
def test_projects_where_two_families_can_be_left_out(sizes, enough):
    names = [f"{'abcdefgh'[family]}{index}" for family, size in enumerate(sizes) for index in range(size)]
    made = [replace(row, model=name) for row, name in zip(rows(len(names)), names, strict=True)]
    found = calibrate(made)["board-cpu-fp32"]
    assert found.projects is enough is not bool(found.why_not)
    assert (found.validation is not None) is enough
    if not enough:
        assert "8 networks of 3 families, or of 2 with 4 in each" in found.why_not
        with pytest.raises(InputError, match="Measured points only"):
            found.predict(Features(1e8))


def test_one_of_anything_is_singular():
    assert "has 1 network with known MACs in 1 family;" in calibrate(rows(1))["board-cpu-fp32"].why_not


def test_sources_without_a_version_have_no_empty_brackets():
    made = [*rows(1), *rows(1, source_version="v2")]
    assert calibrate(made)["board-cpu-fp32"].sources == "S; S (v2)"


def test_one_family_alone_projects_nothing():
    assert not calibrate(rows(20, families=1))["board-cpu-fp32"].projects


def test_exact_published_measurement_keeps_its_source(known):
    found = known.published("a0")
    seconds = known.row("a0").latency_s
    assert (found.low, found.value, found.high) == (seconds / FLOOR, seconds, seconds * FLOOR)  # boards differ
    assert found.source == "u" and "± 5 %" in found.scope
    assert known.published("nothing") is None


def test_energy_is_published_power_times_time(known):
    assert known.energy(known.published("a0")) is None
    powered = calibrate([replace(row, power_w=5.0, energy_scope="AC wall, avg 5.1 W") for row in rows()])
    latency = Estimate(2.0, 1.0, 4.0, "s", Provenance.PROJECTED)
    found = powered["board-cpu-fp32"].energy(latency)
    assert (found.low, found.value, found.high) == pytest.approx((5, 10, 20))
    assert found.unit == "J" and "AC wall" in found.scope and "5.1" not in found.scope


def test_the_spread_of_power_joins_the_interval_of_energy():
    watts = [4.0, 5.0, 6.25] * 8
    powered = calibrate([replace(row, power_w=w, energy_scope="board") for row, w in zip(rows(), watts, strict=True)])
    exact = Estimate(2.0, 2.0, 2.0, "s", Provenance.PROJECTED)
    found = powered["board-cpu-fp32"].energy(exact)
    assert (found.low, found.value, found.high) == pytest.approx((8.0, 10.0, 12.5))


def test_powers_that_include_different_things_are_not_put_together():
    made = [replace(row, power_w=9.0, energy_scope="AC wall") for row in rows()[:3]]
    made += [replace(row, power_w=2.0, energy_scope="board, DC", source="B") for row in rows()[3:]]
    found = calibrate(made)["board-cpu-fp32"].energy(Estimate(1.0, 1.0, 1.0, "s", Provenance.PROJECTED))
    assert found.value == pytest.approx(2.0) and found.n == 21 and found.source == "B"
    assert found.scope.startswith("board, DC")


def test_energy_that_was_measured_for_a_network_goes_before_the_usual_power():
    first, second, *rest = rows()
    wall = {"power_w": 5.0, "energy_scope": "AC wall"}
    made = [replace(first, **wall), replace(second, energy_j=0.7, energy_scope="rail", user_supplied=True), *rest]
    found = calibrate(made)["board-cpu-fp32"]
    energy = found.published_energy(first.model)
    assert energy.value == pytest.approx(5.0 * first.latency_s) and energy.provenance is Provenance.PUBLISHED
    assert energy.scope.startswith("AC wall") and energy.low == pytest.approx(energy.value / FLOOR)
    own = found.published_energy(second.model)
    assert (own.value, own.provenance) == (0.7, Provenance.OWN)
    assert found.published_energy(rest[0].model) is None and found.published_energy("nothing") is None


def test_int8_target_with_few_families_borrows_its_float_sibling():
    floats = rows(30)
    ints = [
        replace(row, target="board-cpu-int8", latency_s=row.latency_s / 3) for row in floats if row.model[0] in "ab"
    ]
    found = calibrate([*floats, *ints])["board-cpu-int8"]
    assert found.validation.borrowed == 30
    probe = features_of(floats[2])  # a family that was never measured in int8
    assert found.predict(probe).value == pytest.approx(floats[2].latency_s / 3, rel=0.15)
    assert found.predict(probe).n == len(ints)


def test_relatives_lent_in_floating_point_leave_with_their_family():
    """Family b was measured far slower in floating point alone: predicted as new, it must not know."""
    made = rows(40, families=2)
    floats = [replace(row, latency_s=row.latency_s * (9 if row.model[0] == "b" else 1)) for row in made]
    ints = [replace(row, target="board-cpu-int8") for row in made[:8]]
    sample = calibrate([*floats, *ints])["board-cpu-int8"].sample
    off = sample.by_family(sample.columns).log_error
    assert len(sample.lent) == 40
    assert np.abs(off[[each.family == "b" for each in sample.own]]).max() < 0.3


def test_a_board_never_borrows_from_another():
    others = [replace(row, target="other-cpu-fp32") for row in rows()]
    made = calibrate([*others, *rows(8, target="board-cpu-int8", families=2)])
    assert made["board-cpu-int8"].sample.lent == ()


def test_validation_counts_what_there_is(known):
    found = known.validation
    assert (found.points, found.families) == (24, 6)
    assert found.median_error < 0.15 < found.factor
    assert 0 <= found.coverage <= 1 and found.factor >= FLOOR
