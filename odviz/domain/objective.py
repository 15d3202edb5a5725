"""What is traded against what, and the limits a person sets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from odviz.domain.errors import InputError


class Objective(StrEnum):
    """One axis of a front. Accuracy is better higher; everything else is better lower."""

    ACCURACY = "accuracy"
    LATENCY = "latency"
    MEMORY = "memory"
    ENERGY = "energy"
    SIZE = "size"

    @property
    def unit(self) -> str:
        """SI unit its figures are kept in."""
        return {"accuracy": "1", "latency": "s", "energy": "J"}.get(self.value, "B")

    @property
    def higher_is_better(self) -> bool:
        """Which way the arrow points."""
        return self is Objective.ACCURACY


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits; None where there is none.

    Attributes:
        deadline_s: longest median latency.
        accuracy_floor: least accuracy, as a share.
        memory_bytes: most memory.
        energy_j: most energy per inference.
        size_bytes: largest file.
    """

    deadline_s: float | None = None
    accuracy_floor: float | None = None
    memory_bytes: float | None = None
    energy_j: float | None = None
    size_bytes: float | None = None

    def __post_init__(self) -> None:
        """Refuse limits that nothing could meet.

        Raises:
            InputError: a limit that is not positive, or an accuracy outside 0 to 1.
        """
        if self.accuracy_floor is not None and not 0 <= self.accuracy_floor <= 1:
            raise InputError(f"An accuracy floor lies between 0 and 100 %, not {self.accuracy_floor:.0%}.")
        for name in ("deadline_s", "memory_bytes", "energy_j", "size_bytes"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise InputError(f"The limit {name.rsplit('_', 1)[0]!r} must be more than 0, not {value}.")

    @property
    def limits(self) -> dict[Objective, float]:
        """Those that are set, in the units of their objectives."""
        return {each: limit for each in Objective if (limit := self.limit(each)) is not None}

    def limit(self, objective: Objective) -> float | None:
        """The limit on one objective, in its unit."""
        return {
            Objective.ACCURACY: self.accuracy_floor,
            Objective.LATENCY: self.deadline_s,
            Objective.MEMORY: self.memory_bytes,
            Objective.ENERGY: self.energy_j,
            Objective.SIZE: self.size_bytes,
        }[objective]
