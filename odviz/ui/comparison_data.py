"""Comparisons for the page Compare, cached between reruns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from odviz.analysis.comparison import compare, recommended
from odviz.analysis.on_device import find_target
from odviz.analysis.pair_details import PairDetails, pair_details
from odviz.analysis.unlike import RECOMMENDED, Side
from odviz.domain.comparison import BenchmarkComparison, PointComparison
from odviz.domain.gate import Policy
from odviz.domain.target import HOST
from odviz.report.commands import side_argument
from odviz.report.comparison_report import Measured
from odviz.services import devices as device_profiles
from odviz.services import naming
from odviz.services.evidence_subject import EvidenceSubject, subject_of_sides
from odviz.store import BenchmarkRecord
from odviz.ui.data import DataKey, key_of, loaded, store

_MANY = 32


class ComparedSide(NamedTuple):
    """One side of a comparison, as the page Compare chooses it.

    Attributes:
        record: of the benchmark.
        text: part of the labels of the variants that are meant, or `RECOMMENDED`; empty for all.
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


def evidence_subject(chosen: Sequence[ComparedSide], policy: Policy) -> EvidenceSubject:
    """What a policy says of the new side compared with the base, for an evidence bundle.

    Args:
        chosen: the base and the new side.
        policy: that is decided.

    Raises:
        Damaged: a record of a benchmark cannot be read.
    """
    sides = [_side(key_of(side.record), side.text, side.device, side.target) for side in chosen]
    return subject_of_sides(store(), sides, policy)


def _side(version: DataKey, text: str, device: str, way: str) -> Side:
    benchmark_data, result = loaded(version)
    side = Side(benchmark_data, text, *find_target(device or HOST, way), result)
    return recommended(replace(side, text="")) if text == RECOMMENDED else side


@st.cache_resource(show_spinner="Comparing …", max_entries=_MANY)
def _comparison(
    versions: tuple[DataKey, DataKey],
    texts: tuple[str, str],
    devices: tuple[str, str],
    ways: tuple[str, str],
    profiles: tuple[str, str],  # noqa: ARG001 - what else the result depends on
) -> BenchmarkComparison:
    return compare(*map(_side, versions, texts, devices, ways))


def details(base: ComparedSide, new: ComparedSide, pair: PointComparison, grouping: str) -> PairDetails | None:
    """Items and groups of two points; None if they are not of the same items, or are the same.

    Args:
        base: the side of the one that is compared with.
        new: the other side.
        pair: the points.
        grouping: title of a grouping of the test items; empty for none.
    """
    return _details(
        (key_of(base.record), key_of(new.record)), tuple(point.key for point in pair.scored), grouping, pair
    )


@st.cache_resource(show_spinner="Comparing items …", max_entries=_MANY)
def _details(
    versions: tuple[DataKey, DataKey],
    scored: tuple[str, ...],  # noqa: ARG001 - tells pairs apart
    grouping: str,
    _pair: PointComparison,
) -> PairDetails | None:
    base, new = (loaded(version)[0] for version in versions)
    chosen = next((one for one in new.items.ways if one.title == grouping), None)
    return pair_details(base, new, _pair, chosen, naming.classes(new.record.plan.task))
