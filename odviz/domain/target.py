"""Who runs a variant, and how: the key of every calibration and every result."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from odviz.domain.model import Variant
from odviz.domain.recipe import Recipe

HOST = "host"
"""The device name of the machine that measured."""

UNCOMPRESSED = "fp32"
"""The precision of a network that no recipe changed."""


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
    precision: str

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
        Target(target.device, target.runtime, target.backend, target.threads, UNCOMPRESSED),
        point.scenario,
    )
