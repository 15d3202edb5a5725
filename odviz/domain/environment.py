"""The machine that measured, and other dependencies of the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Self

CPU_FLAGS = (
    "avx", "avx2", "fma", "f16c", "avx512f", "avx512_vnni", "avx_vnni", "avx512_fp16", "amx_int8",
    "asimd", "asimdhp", "asimddp", "i8mm", "sve",
)  # fmt: skip
"""CPU features that decide which kernels a runtime picks, as `/proc/cpuinfo` names them."""

VNNI_FLAGS = frozenset({"avx512_vnni", "avx_vnni"})
"""x86 features that add 8-bit products in 32 bits; without them u8 × s8 products are added in 16 bits and saturate."""

DOT_PRODUCT_FLAGS = VNNI_FLAGS | {"amx_int8", "asimddp", "i8mm"}
"""CPU features that multiply and add 8-bit integers in one step; without one of them int8 gains little."""


@dataclass(frozen=True, slots=True)
class Environment:
    """One machine at one moment. A field that an older odviz did not record has its default.

    Attributes:
        taken: when (UTC).
        cpu: model name.
        architecture: instruction set ("x86_64").
        flags: those of `CPU_FLAGS` the CPU has; None if they were not recorded.
        int8_dot_product: whether it has one of `DOT_PRODUCT_FLAGS`.
        logical_cores: number of logical cores.
        usable_cores: number of cores that this process may run on.
        frequency_hz: of the first core now; None if the system does not tell it.
        governor: of the first core; empty if the system does not tell it.
        load_1m: processes that were running or waiting, mean of a minute; None if the system does not tell it.
        memory_bytes: physical memory.
        virtual: what hides the hardware ("KVM", "container"); empty if nothing is known to.
        system: operating system and its version.
        python: version.
        odviz: version.
        packages: versions of runtimes and of the packages that make model files.
        runtimes: version of each usable runtime by runtime name.
        thread_variables: settings of thread pools in the process's environment.
    """

    taken: datetime | None = None
    cpu: str = ""
    architecture: str = ""
    flags: tuple[str, ...] | None = None
    int8_dot_product: bool = False
    logical_cores: int = 0
    usable_cores: int = 0
    frequency_hz: float | None = None
    governor: str = ""
    load_1m: float | None = None
    memory_bytes: int = 0
    virtual: str = ""
    system: str = ""
    python: str = ""
    odviz: str = ""
    packages: Mapping[str, str] = field(default_factory=dict)
    runtimes: Mapping[str, str] = field(default_factory=dict)
    thread_variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def processor(self) -> str:
        """What runtimes choose their kernels by: instruction set, model name and flags, separated by spaces."""
        return " ".join(part for part in (self.architecture, self.cpu, *(self.flags or ())) if part)


@dataclass(frozen=True, slots=True)
class BenchmarkEnvironment(Environment):
    """The machine that runs a benchmark, and what else the benchmark's figures depend on.

    Attributes:
        data_sha256: fingerprint of the test set; empty if it was not recorded.
        made_of: a version or sha256 of each thing that the points' files are made of, by a name for people.
        full_speed_ns: time of the reference loop at the machine's full speed, as earlier benchmarks found it; 0 before
            the first one.
    """

    data_sha256: str = ""
    made_of: Mapping[str, str] = field(default_factory=dict)
    full_speed_ns: float = 0.0

    @classmethod
    def of(cls, machine: Environment, data_sha256: str, made_of: Mapping[str, str], full_speed_ns: float = 0.0) -> Self:
        """Add what a benchmark depends on to a snapshot of the machine."""
        snapshot = {item.name: getattr(machine, item.name) for item in fields(Environment)}
        return cls(**snapshot, data_sha256=data_sha256, made_of=made_of, full_speed_ns=full_speed_ns)
