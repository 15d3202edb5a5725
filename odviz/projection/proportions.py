"""The terms of a latency, and what each usually costs on a CPU, a microcontroller and an accelerator.

Seconds = Σ cost × term, with costs that cannot be negative. The terms are a constant for the call, the MACs, the
activations written, the layers, the parameters, and √(MACs × layers): a layer with fewer MACs keeps the machine less
busy, so that its time falls more slowly than its MACs. No term falls when a count rises, and so no latency does: the
MACs stand for all kinds, and depthwise ones, which are slower everywhere, for what they cost beyond.

Where the MACs are known by kind, each kind has a term of its own in place of these two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from odviz.arrays import Floats
from odviz.domain.published import Processor
from odviz.projection.features import COLUMNS, KINDS

_MACS, _DEPTHWISE, _ACTIVATIONS, _LAYERS, _PARAMETERS = range(5)


@dataclass(frozen=True)
class Proportions:
    """Usual costs, in dense MACs; a fit lets each be off by a factor of about e to the `spread`.

    Attributes:
        call: of one inference, however small.
        mac: of a MAC where depthwise ones are known apart.
        mixed_mac: of a MAC where they are not.
        depthwise: of a depthwise MAC, beyond `mac`.
        activation: of a number written.
        layer: of a layer.
        parameter: of a parameter.
        unfilled: of √(MACs × layers).
        kinds_parameter: of a parameter where the kinds are known; those of products of one row are in `_KINDS`.
        spread: of the logarithm of a cost about its usual proportion to the others.
    """

    call: float
    mac: float
    mixed_mac: float
    depthwise: float
    activation: float
    layer: float
    parameter: float
    unfilled: float
    kinds_parameter: float
    spread: float


_KINDS: Mapping[str, float] = {
    "depthwise_macs": 4.0,
    "conv3x3_macs": 0.7,
    "conv_macs": 1.0,
    "pointwise_macs": 1.0,
    "grouped_macs": 1.5,
    "dense_macs": 3.0,
}
"""Usual cost of a MAC of each kind.

3 × 3 convolutions of stride 1 are computed with fewer products (Winograd); products of one row wait for memory.
"""

CPU = Proportions(
    call=2e5,
    mac=1.0,
    mixed_mac=1.5,
    depthwise=3.0,
    activation=50.0,
    layer=1e5,
    parameter=10.0,
    unfilled=3e3,
    kinds_parameter=3.0,
    spread=1.0,
)
"""Round numbers near what most CPUs of the table show, some 20 µs for a call and 10 µs for a layer on a Pi 4."""

MICROCONTROLLER = replace(
    CPU,
    call=1e5,
    mac=1.2,
    depthwise=4.8,
    activation=8.0,
    layer=5e3,
    parameter=0.5,
    unfilled=0.0,
    kinds_parameter=0.5,
    spread=0.5,
)
"""One core in order, without caches worth the name: writing is cheap, and a small layer is as fast as a large one."""


@dataclass(frozen=True)
class Design:
    """Which terms a fit uses.

    Attributes:
        columns: positions of the counts that are used.
        by_kind: whether the MACs are told apart by kind.
        proportions: usual costs.
    """

    columns: tuple[int, ...]
    by_kind: bool
    proportions: Proportions

    def terms(self, counts: Floats) -> Floats:
        """Terms, (networks, terms), of counts (networks, columns); none is negative or falls when a count rises."""
        return np.stack([term for term, _ in self._pairs(counts)], axis=1)

    @property
    def usual(self) -> Floats:
        """Usual cost of each term, in dense MACs, (terms,)."""
        return np.array([usual for _, usual in self._pairs(np.ones((1, len(COLUMNS))))])

    def _pairs(self, counts: Floats) -> list[tuple[Floats, float]]:
        usual, macs = self.proportions, counts[:, _MACS]
        pairs = [(np.ones(len(counts)), usual.call)]
        if self.by_kind:
            pairs += [(counts[:, COLUMNS.index(name)], _KINDS[name]) for name in KINDS]
        elif _DEPTHWISE in self.columns:
            pairs += [(macs, usual.mac), (counts[:, _DEPTHWISE], usual.depthwise)]
        else:
            pairs.append((macs, usual.mixed_mac))
        if _ACTIVATIONS in self.columns:
            pairs.append((counts[:, _ACTIVATIONS], usual.activation))
        if _LAYERS in self.columns:
            pairs.append((counts[:, _LAYERS], usual.layer))
            if usual.unfilled:
                pairs.append((np.sqrt(macs * counts[:, _LAYERS]), usual.unfilled))
        if _PARAMETERS in self.columns:
            pairs.append((counts[:, _PARAMETERS], usual.kinds_parameter if self.by_kind else usual.parameter))
        return pairs


def designs(columns: tuple[int, ...], processor: Processor) -> tuple[Design, ...]:
    """The ways in which the terms are formed: from the counts, and by kind too where all kinds are known."""
    usual = MICROCONTROLLER if processor is Processor.MICROCONTROLLER else CPU
    by_kind = {COLUMNS.index(name) for name in KINDS} <= set(columns)
    return tuple(Design(columns, kinds, usual) for kinds in ((False, True) if by_kind else (False,)))
