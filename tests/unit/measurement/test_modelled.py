from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from odviz.domain.errors import FileRefused
from odviz.domain.estimate import Provenance
from odviz.domain.model import GraphFacts
from odviz.domain.target import Precision
from odviz.library.paths import data_dir
from odviz.measurement.modelled import modelled_energy, prices

PJ = 1e-12
FACTS = GraphFacts(
    file_bytes=8_000,
    compressed_bytes=7_000,
    parameters=2_000,
    nonzero_parameters=2_000,
    macs=1_000_000,
    peak_activation_bytes=800,
    quantized_ops=0.0,
    compute_ops=5,
    operators={"Conv": 5, "Relu": 5},
)


def test_ends_in_closed_form() -> None:
    estimate = modelled_energy(FACTS, Precision.FP32)
    low = 1e6 * (1.31 + 0.38) + (1000 + 100) * 14
    high = 1e6 * (3.7 + 0.9 + 20) + 1000 * 2600 + 10 * 100 * 100
    assert estimate.low == pytest.approx(low * PJ)
    assert estimate.high == pytest.approx(high * PJ)


def test_estimate_is_a_range_without_a_value() -> None:
    estimate = modelled_energy(FACTS, Precision.FP32)
    assert estimate.value is None and estimate.n == 0
    assert (estimate.provenance, estimate.unit, estimate.level) == (Provenance.MODELLED, "J", 1.0)


def test_int8_includes_operators_left_in_fp32() -> None:
    none, half, whole = (modelled_energy(replace(FACTS, quantized_ops=q), Precision.INT8) for q in (0.0, 0.5, 1.0))
    assert whole.low < half.low < none.low and whole.high < half.high < none.high
    assert none == modelled_energy(FACTS, Precision.FP32)
    assert whole.low == pytest.approx((1e6 * (0.07 + 0.03) + 1100 * 14) * PJ)


@pytest.mark.parametrize("precision", [Precision.INT4, Precision.FP, Precision.FP32])
def test_weight_only_quantization_saves_no_arithmetic(precision: Precision) -> None:
    assert modelled_energy(replace(FACTS, quantized_ops=1.0), precision) == modelled_energy(FACTS, Precision.FP32)


def test_fp16_may_be_widened_to_fp32() -> None:
    half, full = modelled_energy(FACTS, Precision.FP16), modelled_energy(FACTS, Precision.FP32)
    assert half.low < full.low and half.high == pytest.approx(full.high, rel=1e-12)


def test_activations_larger_than_sram_move_through_dram() -> None:
    fits = modelled_energy(replace(FACTS, peak_activation_bytes=1 << 20), Precision.FP32)
    spills = modelled_energy(replace(FACTS, peak_activation_bytes=(1 << 20) + 8), Precision.FP32)
    assert spills.high > 10 * fits.high
    assert spills.low == pytest.approx(fits.low, rel=1e-3)


def test_unknown_activations_still_give_a_range() -> None:
    assert modelled_energy(replace(FACTS, peak_activation_bytes=None), Precision.FP32).low > 0


def test_built_in_table_is_complete() -> None:
    assert prices()["DRAM 64-bit (DDR3/4)"].high == pytest.approx(2600 * PJ)
    assert all(0 < price.low <= price.high for price in prices().values())
    assert "bf16 mult" not in prices()  # known in one process only


@pytest.mark.parametrize(
    "content", [None, "", "operation\nint8 add\n", "operation,pJ_45nm_0.9V,pJ_7nm\nint8 add,x,y\n"]
)
def test_malformed_table_is_rejected(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_text(content)
    with pytest.raises(FileRefused, match=r"table\.csv"):
        prices(path)


@pytest.mark.parametrize(
    "content", ["operation,pJ_7nm,pJ_45nm_0.9V\n", "operation,pJ_45nm_0.9V,pJ_7nm\nint8 add,0.03,0.007\n"]
)
def test_incomplete_table_is_rejected(tmp_path: Path, content: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(content)
    with pytest.raises(FileRefused, match=r"SRAM 1MB 64-bit|no row"):
        prices(path)


@pytest.mark.parametrize(
    ("old", "new"), [(",1.31,", ",nan,"), (",1.31,", ",0,"), (",1.31,", ",inf,"), (",1.31,", ",1-2-3,")]
)
def test_price_that_is_not_positive_is_rejected(tmp_path: Path, old: str, new: str) -> None:
    text = (data_dir() / "energy_per_op.csv").read_text("utf-8")
    assert old in text
    (tmp_path / "table.csv").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(FileRefused, match=r"table\.csv, line 11|fp32 mult"):
        prices(tmp_path / "table.csv")
