"""Who runs a variant, and how: the key of every calibration and every result."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from odviz.domain.model import Variant
from odviz.domain.recipe import Recipe

HOST = "host"
"""The device name of the machine that measured."""


class Precision(StrEnum):
    """Number type in which a network computes; `FP` where a source says no more than floats."""

    FP32 = "fp32"
    FP16 = "fp16"
    FP = "fp"
    INT8 = "int8"
    INT16X8 = "int16x8"
    INT4 = "int4"

    @property
    def is_integer(self) -> bool:
        """Whether quantized operators compute in whole numbers."""
        return self in (Precision.INT8, Precision.INT16X8, Precision.INT4)


class Scenario(StrEnum):
    """How inferences arrive, as in MLPerf Inference."""

    SINGLE_STREAM = "SingleStream"


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """Device × runtime × backend × threads × precision."""

    device: str
    runtime: str
    backend: str
    threads: int
    precision: Precision

    @property
    def key(self) -> str:
        """A unique written form: ``device/runtime/backend/2t/int8``."""
        return f"{self.device}/{self.runtime}/{self.backend}/{self.threads}t/{self.precision}"


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Variant × target × scenario: what a figure is a figure of."""

    variant: Variant
    target: Target
    scenario: Scenario = Scenario.SINGLE_STREAM

    @property
    def key(self) -> str:
        """A unique written form."""
        return f"{self.variant.key} on {self.target.key} {self.scenario}"

    @property
    def label(self) -> str:
        """What a table shows for it where the task is clear."""
        return f"{self.variant.model} {self.variant.recipe.label} · {self.target.runtime}"


def parent_of(point: OperatingPoint) -> OperatingPoint:
    """The uncompressed dense network on the same runtime: the reference of differences and speed-ups."""
    variant, target = point.variant, point.target
    return OperatingPoint(
        Variant(variant.task, variant.model, Recipe(), variant.format),
        Target(target.device, target.runtime, target.backend, target.threads, Precision.FP32),
        point.scenario,
    )
