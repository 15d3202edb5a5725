"""What of a network decides how long it takes, and the families that networks come in."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

import numpy as np

from odviz.arrays import Floats
from odviz.domain.model import GraphFacts, MacKind
from odviz.domain.published import Counts, PublishedRow

COLUMNS = tuple(field.name for field in fields(Counts))
"""Fields of `Counts` in the order of a matrix's columns."""

_row = attrgetter(*COLUMNS)
"""The counts of a network in that order."""

KINDS = tuple(kind.value for kind in MacKind)
"""Parts of the MACs; all six together are the MACs, but for rounding."""

_ALIASES = (
    (r"^(mlperf_tiny_vww|fdmobilenet|st_fdmobilenet|mobilenet_v1|mobilenetv1|mobilenet$|mobilenet_ssd)", "mobilenet1"),
    (r"^(mobilenet_v2|mobilenetv2)", "mobilenet2"),
    (r"^(mobilenet_v3|mobilenetv3)", "mobilenet3"),
    (r"^(mobilenet_v4|mobilenetv4)", "mobilenet4"),
    (r"^(mlperf_tiny_ic|(wide|legacy_|nf_|se|gc|ec|eca|lambda_)+resnet)", "resnet"),
    (r"^mlperf_tiny_kws", "ds-cnn"),
    (r"^mlperf_tiny_ad", "autoencoder"),
    (r"^(yolo-fastest|fastestdet)", "yolo-fastest"),
    (r"^efficientnet_lite", "efficientnet-lite"),
    (r"^mcunet-vww", "mcunet-vww"),
)


@dataclass(frozen=True, slots=True)
class Features(Counts):
    """Counts from which a latency can be predicted.

    Attributes:
        macs: multiply-accumulates, which are known.
    """

    macs: float

    def __post_init__(self) -> None:
        """Refuse counts that no network has.

        Raises:
            ValueError: MACs that are not positive and finite, or another count that is negative or not finite.
        """
        if not (self.macs > 0 and math.isfinite(self.macs)):
            raise ValueError(f"a network has more than 0 MACs, not {self.macs}")
        for name in COLUMNS[1:]:
            value = getattr(self, name)
            if value is not None and not (value >= 0 and math.isfinite(value)):
                raise ValueError(f"{name} must not be negative: {value}")
        for name in KINDS:
            if (getattr(self, name) or 0.0) > self.macs:
                raise ValueError(f"{getattr(self, name)} {name} are more than all {self.macs}")

    @property
    def known(self) -> frozenset[str]:
        """Names of the counts that are known. A count of zero layers, activations or parameters is as good as none."""
        return frozenset(
            name for name in COLUMNS if getattr(self, name) or (name in KINDS and getattr(self, name) is not None)
        )


def features_of(row: PublishedRow) -> Features | None:
    """The counts of a published network; None where its MACs are not known."""
    return Features(**{name: getattr(row, name) for name in COLUMNS}) if row.macs else None


def features_of_graph(facts: GraphFacts) -> Features | None:
    """The counts of a model file; None where it has no MACs.

    Zeros in the weights are counted like any other number: dense kernels multiply them too. A weight takes part in at
    least one MAC, so that parameters beyond the MACs are tables of which an inference reads a few rows.
    """
    if not facts.macs:
        return None
    parameters = min(facts.parameters, facts.macs)
    return Features(
        macs=facts.macs,
        activations=facts.activations,
        compute_layers=facts.compute_ops,
        parameters=parameters,
        **{kind.value: getattr(facts, kind) for kind in MacKind},
    )


def matrix(features: Sequence[Features]) -> Floats:
    """Counts as an array (networks, len(COLUMNS)), NaN where not known."""
    return np.array([_row(counts) for counts in features], dtype=np.float64)  # of None it makes NaN


def family_of(model: str) -> str:
    """The family that a network's name belongs to: networks that differ in width, resolution or depth alone.

    Names of one family start with the same letters ("resnet18", "resnet50"), but for the aliases listed above.
    """
    name = model.lower().strip()
    for pattern, family in _ALIASES:
        if re.match(pattern, name):
            return family
    letters = re.match(r"[a-z]+", name)
    return letters[0] if letters else name
