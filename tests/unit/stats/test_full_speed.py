import pytest

from odviz.domain.result import Block
from odviz.stats.full_speed import LEAST, SENSITIVITY, TOLERANCE, full_speed_ns, steady

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


def test_a_variant_with_too_few_blocks_at_full_speed_keeps_all_corrected_and_says_so():
    blocks = [block(0, FULL), block(1, FULL), *(block(number, 2 * FULL) for number in range(2, 9))]
    timed = steady({"net": blocks})["net"]
    assert not timed.at_full_speed and timed.blocks[:2] == blocks[:2]
    assert [selected.round for selected in timed.blocks] == list(range(9))
    assert timed.blocks[2].wall_ns == (round(1_000_000 / 2**SENSITIVITY),)


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
