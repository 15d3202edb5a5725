"""The host: what it is, what it can measure, and whether the built-in files on it are unchanged."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from odviz.domain.target import HOST
from odviz.library.integrity import FileCheck, verify
from odviz.library.sources import built_in
from odviz.measurement import doctor
from odviz.measurement.doctor import Finding
from odviz.measurement.environment import snapshot


@dataclass(frozen=True, slots=True)
class Host:
    """The machine that measures.

    Attributes:
        name: as typed.
        processor: model name of its CPU.
        cores: that can be used.
        memory_bytes: physical memory.
        system: operating system and its version.
        int8_dot_product: whether its CPU has instructions for dot products of 8-bit integers.
    """

    name: str
    processor: str
    cores: int
    memory_bytes: int
    system: str
    int8_dot_product: bool


@cache
def host() -> Host:
    """This machine; read once, for it does not change while odviz runs."""
    environment = snapshot()
    return Host(
        HOST,
        environment.cpu,
        environment.usable_cores,
        environment.memory_bytes,
        environment.system,
        environment.int8_dot_product,
    )


def examine() -> tuple[Finding, ...]:
    """What this machine can and cannot measure, and why."""
    return doctor.examine()


def check_files() -> tuple[FileCheck, ...]:
    """Every built-in file compared with its manifest; paths start with their folder.

    Raises:
        IntegrityError: a manifest cannot be read.
    """
    source = built_in()
    return tuple(
        FileCheck(f"{folder.path.name}/{check.path}", check.problem)
        for folder in (source.models, source.datasets)
        for check in verify(folder.path)
    )
