"""A measurement of a network on another machine: published, or added by a device profile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from odviz.domain.estimate import Provenance


class Processor(StrEnum):
    """What a target computes on."""

    CPU = "cpu"
    MICROCONTROLLER = "microcontroller"
    ACCELERATOR = "accelerator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Counts of one network at batch 1; None where they are not known.

    Attributes:
        macs: multiply-accumulates, all kinds.
        depthwise_macs: those in depthwise convolutions.
        activations: numbers written by all convolutions and products.
        compute_layers: how many convolutions and products there are.
        parameters: learned numbers.
        conv3x3_macs: MACs of 3 × 3 convolutions of stride 1, neither grouped nor depthwise.
        conv_macs: those of other convolutions wider than 1 × 1.
        pointwise_macs: those of 1 × 1 convolutions, and of products of more than one row.
        grouped_macs: those of convolutions in groups, but for depthwise ones.
        dense_macs: those of products of one row, which use each weight once.
    """

    macs: float | None = None
    depthwise_macs: float | None = None
    activations: float | None = None
    compute_layers: float | None = None
    parameters: float | None = None
    conv3x3_macs: float | None = None
    conv_macs: float | None = None
    pointwise_macs: float | None = None
    grouped_macs: float | None = None
    dense_macs: float | None = None


@dataclass(frozen=True, slots=True)
class PublishedRow(Counts):
    """One network on one target, SI units; None where the source does not say.

    Attributes:
        target: key of the target in the published table ("rpi4-tflite-cpu4-fp32").
        model: the network, as the source or the table names it.
        latency_s: one inference at batch 1.
        peak_memory_bytes: as the source counts it.
        power_w: mean power while inferring.
        energy_j: of one inference.
        energy_scope: what the power and energy include.
        source: who published it.
        source_url: where.
        source_version: commit or release of the source.
        licence: of the source; figures are facts, and only figures are carried over.
        processor: what the target computes on.
        user_supplied: whether a device profile added it, so that it may never have been published.
    """

    target: str
    model: str
    latency_s: float
    peak_memory_bytes: float | None = None
    power_w: float | None = None
    energy_j: float | None = None
    energy_scope: str = ""
    source: str = ""
    source_url: str = ""
    source_version: str = ""
    licence: str = ""
    processor: Processor = Processor.CPU
    user_supplied: bool = False

    @property
    def provenance(self) -> Provenance:
        """What its figures are."""
        return Provenance.OWN if self.user_supplied else Provenance.PUBLISHED
