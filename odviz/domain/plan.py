"""What is to be measured, and how far: frozen before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from odviz.domain.errors import InputError
from odviz.domain.recipe import Recipe
from odviz.domain.target import Scenario

REPAID = 2.5
"""A launch is timed for at least this many times as long as it took to start."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to measure.

    Attributes:
        launches: how many fresh processes each variant is timed in; their spread enters the interval.
        rounds: blocks of each variant in a launch while the machine is at full speed; in a round every variant runs
            one block.
        discard: inferences at the head of a block that are not kept.
        confidence: stop when launches agree on every p50 that a front or the recommendation can depend on: 95 %
            interval between them within ± this share.
        time_s: stop after this many seconds of timing even so; starting processes does not count.
        timeout_s: longest a single child may be silent.
        memory_limit_bytes: address space a child may use; 0 for no limit.
    """

    launches: int = 5
    rounds: int = 10
    discard: int = 2
    confidence: float = 0.02
    time_s: float = 120.0
    timeout_s: float = 120.0
    memory_limit_bytes: int = 8 << 30

    def __post_init__(self) -> None:
        """Refuse what cannot be measured.

        Raises:
            InputError: a count below one, a time or confidence that is not positive.
        """
        for name in ("launches", "rounds"):
            if getattr(self, name) < 1:
                raise InputError(f"{name.replace('_', ' ')} must be at least 1, not {getattr(self, name)}.")
        for name in ("confidence", "time_s", "timeout_s"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name.removesuffix('_s')} must be more than 0, not {getattr(self, name)}.")
        if self.discard < 0:
            raise InputError(f"discard must not be negative: {self.discard}.")


THOROUGH = Effort()
QUICK = Effort(launches=4, rounds=4, confidence=0.1, time_s=15.0)
"""In stored benchmarks of two networks, 4 launches of 8 rounds knew a p50 to ± 4 to 13 %, 3 of 30 to ± 5 to 23 %."""


@dataclass(frozen=True, slots=True)
class BenchmarkPlan:
    """One benchmark: every model × recipe × runtime that fits together.

    Attributes:
        task: name of the task.
        models: names of the models.
        recipes: the recipes; the uncompressed parent is always measured beside them.
        runtimes: names of the runtimes.
        threads: threads inside one inference.
        effort: how hard to measure.
        scenario: how inferences arrive.
        seed: of every shuffle and resample; not negative, because numpy takes no other.
        stress: names of the stress tests that are run after everything else.
        stress_settings: what a person chose of them, as typed, by name (`odviz.stress.settings`).
    """

    task: str
    models: tuple[str, ...]
    recipes: tuple[Recipe, ...]
    runtimes: tuple[str, ...]
    threads: int = 1
    effort: Effort = THOROUGH
    scenario: Scenario = Scenario.SINGLE_STREAM
    seed: int = 0
    stress: tuple[str, ...] = ()
    stress_settings: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what would fail only when everything has been measured.

        Raises:
            InputError: no thread, or a negative seed.
        """
        if self.threads < 1:
            raise InputError(f"threads must be at least 1, not {self.threads}.")
        if self.seed < 0:
            raise InputError(f"seed must not be negative: {self.seed}.")
