"""This machine: what it is, what it can measure, and whether what was shipped to it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from odviz.domain.target import HOST
from odviz.library.integrity import FileCheck, verify
from odviz.library.paths import data_dir, models_dir
from odviz.measurement import doctor
from odviz.measurement.doctor import Finding
from odviz.measurement.environment import snapshot


@dataclass(frozen=True, slots=True)
class Host:
    """The machine that measures, as a device to choose.

    Attributes:
        name: as typed.
        processor: model name of its CPU.
        cores: that can be used.
        memory_bytes: physical memory.
        system: operating system and its version.
        int8_dot_product: whether it multiplies 8-bit integers in one step.
    """

    name: str
    processor: str
    cores: int
    memory_bytes: int
    system: str
    int8_dot_product: bool


@cache
def host() -> Host:
    """This machine; looked at once, for it does not change while odviz runs on it."""
    now = snapshot()
    return Host(HOST, now.cpu, now.usable_cores, now.memory_bytes, now.system, now.int8_dot_product)


def examine() -> tuple[Finding, ...]:
    """What this machine can and cannot measure, and why."""
    return doctor.examine()


def check_files() -> tuple[FileCheck, ...]:
    """Every shipped file against its recorded sha256; paths start with their folder.

    Raises:
        IntegrityError: a manifest cannot be read.
    """
    return tuple(
        FileCheck(f"{folder.name}/{check.path}", check.problem)
        for folder in (models_dir(), data_dir())
        for check in verify(folder)
    )
