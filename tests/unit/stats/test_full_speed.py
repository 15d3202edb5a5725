import math

import pytest

from odviz.domain.result import Block
from odviz.stats.full_speed import (
    LEAST,
    SENSITIVITY,
    SENSITIVITY_SD,
    TOLERANCE,
    full_speed_ns,
    posterior,
    sensitivity,
    steady,
)

FULL = 300_000


def block(number, reference_ns, wall_ns=1_000_000):
    return Block(0, number, (wall_ns,), wall_ns, reference_ns=reference_ns)


def test_blocks_of_a_slowed_machine_are_left_out_and_the_slowdown_is_told():
    fast = [block(number, FULL) for number in range(LEAST)]
    slow = [block(number + LEAST, 2 * FULL, 1_700_000) for number in range(LEAST + 2)]
    timed = steady({"net": [*slow, *fast]})["net"]
    assert timed.blocks == fast and timed.at_full_speed and timed.slowdown == 2


@pytest.mark.parametrize(("ratio", "kept"), [(TOLERANCE - 0.01, True), (TOLERANCE + 0.01, False)])
def test_the_tolerance_decides(ratio, kept):
    fast = [block(number, FULL) for number in range(40)]
    doubtful = block(40, int(FULL * ratio))
    assert (doubtful in steady({"net": [*fast, doubtful]})["net"].blocks) == kept


def test_full_speed_is_that_of_all_variants_together():
    fast = [block(number, FULL) for number in range(5)]
    slow = [block(number, 2 * FULL) for number in range(5)]
    timed = steady({"lucky": fast, "unlucky": slow})
    assert len(timed["unlucky"].blocks) == 5 and not timed["unlucky"].at_full_speed
    assert timed["lucky"].blocks == fast and timed["lucky"].at_full_speed


def test_launches_without_a_block_at_full_speed_are_corrected_by_what_the_others_show():
    def timed(launch, number, reference_ns, wall_ns):
        return Block(launch, number, (wall_ns,), wall_ns, reference_ns=reference_ns)

    mixed = [timed(0, 0, FULL, 1_000_000), *(timed(0, number, 2 * FULL, 2_000_000) for number in range(1, 9))]
    slow = [timed(1, number, 2 * FULL, 2_000_000) for number in range(9)]
    steady_blocks = steady({"net": [*mixed, *slow]}, FULL)["net"]
    assert not steady_blocks.at_full_speed and steady_blocks.timed == [*mixed, *slow]
    mean, sd = sensitivity(mixed, FULL)
    assert SENSITIVITY < mean < 1 and 0 < sd < SENSITIVITY_SD  # between what networks have and this launch's 1.0
    wall_ns = round(2_000_000 * 2**-mean)
    assert [block.wall_ns for block in steady_blocks.blocks] == [(1_000_000,), *[(wall_ns,)] * 9]
    assert steady_blocks.correction_sd == pytest.approx(sd * math.log(2) / 2)  # one of two launches is corrected


def test_a_prior_that_measurements_contradict_gives_way():
    mean, sd = posterior([3.0] * 4, 1.0, 0.1, 0.2)
    assert mean == pytest.approx(3.0, abs=0.01) and sd == pytest.approx(0.1, rel=0.01)
    assert posterior([], 1.0, 0.1, 0.2) == (1.0, 0.1)
    assert posterior([1.0], 1.0, 0.1, 0.1) == pytest.approx((1.0, 0.1 / math.sqrt(2)))


def test_full_speed_in_two_of_three_launches_is_too_little():
    slow = [Block(launch, number, (9,), 9, reference_ns=2 * FULL) for launch in range(3) for number in range(3)]
    fast = [Block(launch, 3 + number, (5,), 5, reference_ns=FULL) for launch in (0, 1, 2) for number in range(2)]
    assert steady({"net": [*slow, *fast]})["net"].at_full_speed
    assert not steady({"net": [*slow, *fast[:4]]})["net"].at_full_speed


def test_blocks_without_a_reference_all_count():
    blocks = [block(number, 0) for number in range(4)]
    timed = steady({"net": blocks})["net"]
    assert timed.blocks == blocks and timed.at_full_speed and timed.slowdown is None
    assert full_speed_ns(blocks) == 0


def test_a_single_block_is_at_full_speed():
    assert steady({"net": [block(0, FULL)]})["net"].at_full_speed
