import pytest

from odviz.domain.device import Fact
from odviz.library.device_facts import FACT_TYPES


def test_every_fact_is_described():
    for fact_type in FACT_TYPES.values():
        assert fact_type.title and fact_type.description
        assert fact_type.write(fact_type.plausible.low) and fact_type.write(fact_type.plausible.high)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("ram_bytes", 8 * 2**30, "8 GB"),
        ("flash_bytes", 2 * 2**20, "2 MB"),
        ("cores", 4.0, "4"),
        ("clock_hz", 1.8e9, "1.8 GHz"),
        ("clock_hz", 4.8e8, "480 MHz"),
        ("copy_bytes_per_s", 2.33e9, "2.33 GB/s"),
        ("idle_w", 2.7, "2.7 W"),
        ("idle_w", 0.012, "12 mW"),
        ("battery_j", 15.5 * 3600, "15.5 Wh"),
        ("price_usd", 55.0, "55 USD"),
    ],
)
def test_amounts_are_in_the_unit_that_people_use(name, value, text):
    assert FACT_TYPES[name].write(value) == text


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("the label", ""),
        ("https://example.org/a.", "https://example.org/a"),
        ("by me (https://example.org/a); page 3", "https://example.org/a"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_the_first_address_of_a_source_is_its_link(source, link):
    assert Fact(1.0, source, True).link == link
