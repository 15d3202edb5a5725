"""Comparisons for the page Compare, cached between reruns."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from odviz.analysis.comparison import compare
from odviz.analysis.on_device import find_target
from odviz.analysis.unlike import Side
from odviz.domain.comparison import BenchmarkComparison
from odviz.domain.target import HOST
from odviz.report.commands import side_argument
from odviz.report.comparison_report import Measured
from odviz.services import devices as device_profiles
from odviz.store import BenchmarkRecord
from odviz.ui.data import DataKey, key_of, loaded

_MANY = 32


class ComparedSide(NamedTuple):
    """One side of a comparison, as the page Compare chooses it.

    Attributes:
        record: of the benchmark.
        text: part of the labels of the variants that are meant; empty for all.
        device: name of another machine; empty for the one that measured.
        target: key of the way to run networks on it; empty for the best-backed one.
    """

    record: BenchmarkRecord
    text: str = ""
    device: str = ""
    target: str = ""

    @property
    def typed(self) -> str:
        """The side as the terminal takes it."""
        return side_argument(self.record.id, self.text, self.device, self.target)


def measured(base: ComparedSide, new: ComparedSide) -> list[Measured]:
    """The benchmarks of both sides, each once, with every figure."""
    versions = dict.fromkeys(key_of(side.record) for side in (base, new))
    return [loaded(version) for version in versions]


def comparison(base: ComparedSide, new: ComparedSide) -> BenchmarkComparison:
    """Variants of two benchmarks, or of one, figure by figure.

    Raises:
        InputError: nothing can be paired.
    """
    sides = base, new
    versions = key_of(base.record), key_of(new.record)
    texts, ways = (base.text, new.text), (base.target, new.target)
    profiles = [side.device and repr(device_profiles.profile(side.device)) for side in sides]
    return _comparison(versions, texts, (base.device, new.device), ways, (profiles[0], profiles[1]))


@st.cache_resource(show_spinner="Comparing …", max_entries=_MANY)
def _comparison(
    versions: tuple[DataKey, DataKey],
    texts: tuple[str, str],
    devices: tuple[str, str],
    ways: tuple[str, str],
    profiles: tuple[str, str],  # noqa: ARG001 - what else the result depends on
) -> BenchmarkComparison:
    sides = []
    for version, text, device, way in zip(versions, texts, devices, ways, strict=True):
        benchmark_data, result = loaded(version)
        sides.append(Side(benchmark_data, text, *find_target(device or HOST, way), result))
    return compare(*sides)
