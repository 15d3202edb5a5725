"""What machine figures were taken on: a snapshot that is kept with every run."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from odviz import __version__
from odviz.runtimes import RUNTIMES

CPUINFO = Path("/proc/cpuinfo")
CPU = Path("/sys/devices/system/cpu")

FLAGS = (
    "avx", "avx2", "fma", "f16c", "avx512f", "avx512_vnni", "avx_vnni", "avx512_fp16", "amx_int8",
    "asimd", "asimdhp", "asimddp", "i8mm", "sve",
)  # fmt: skip
"""CPU features that decide which kernels a runtime picks; `avx512_vnni`, `avx_vnni`, `asimddp` and `i8mm` are the
integer dot products without which int8 gains little (and, on x86, saturates)."""

DOT_PRODUCT = frozenset({"avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm"})

_PACKAGES = ("numpy", "onnx", "onnxruntime", "ai-edge-litert", "ai-edge-quantizer", "tflite-runtime")
_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))


@dataclass(frozen=True, slots=True)
class Environment:
    """One machine at one moment.

    Attributes:
        taken: when (UTC).
        cpu: model name.
        architecture: instruction set ("x86_64").
        flags: those of `FLAGS` the CPU has.
        int8_dot_product: whether any of them multiplies 8-bit integers in one step.
        logical_cores: that exist.
        usable_cores: that this process may run on.
        frequency_hz: of the first core now; None where it is not told.
        governor: of the first core; empty where it is not told.
        load_1m: processes that were running or waiting, mean of a minute; None where it is not told.
        memory_bytes: physical memory.
        virtual: what hides the hardware ("KVM", "container"); empty when nothing is known to.
        system: operating system and its version.
        python: version.
        odviz: version.
        packages: versions of runtimes and of what makes model files.
        runtimes: version of each usable runtime by runtime name.
        thread_variables: settings of thread pools in the environment.
    """

    taken: datetime
    cpu: str
    architecture: str
    flags: tuple[str, ...]
    int8_dot_product: bool
    logical_cores: int
    usable_cores: int
    frequency_hz: float | None
    governor: str
    load_1m: float | None
    memory_bytes: int
    virtual: str
    system: str
    python: str
    odviz: str
    packages: dict[str, str]
    runtimes: dict[str, str]
    thread_variables: dict[str, str]


def snapshot() -> Environment:
    """Look at this machine now; what a system does not tell is left empty."""
    import psutil

    fields = cpu_fields(_read(CPUINFO))
    flags = tuple(flag for flag in FLAGS if flag in fields["flags"].split())
    cores = os.cpu_count() or 1
    return Environment(
        taken=datetime.now(UTC),
        cpu=fields["model"] or platform.processor() or platform.machine(),
        architecture=platform.machine(),
        flags=flags,
        int8_dot_product=not DOT_PRODUCT.isdisjoint(flags),
        logical_cores=cores,
        usable_cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else cores,
        frequency_hz=_frequency(fields["mhz"]),
        governor=governor(),
        load_1m=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        memory_bytes=int(psutil.virtual_memory().total),
        virtual=_virtual(fields["flags"]),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        odviz=__version__,
        packages={name: found for name in _PACKAGES if (found := _version(name))},
        runtimes={runtime.name: there.version for runtime in RUNTIMES if (there := runtime.available())},
        thread_variables={name: value for name, value in sorted(os.environ.items()) if name.endswith("_NUM_THREADS")},
    )


def cpu_fields(cpuinfo: str) -> dict[str, str]:
    """Model, flags and MHz of the first core in the text of `/proc/cpuinfo`, x86's or ARM's; "" for what is missing."""
    names = {"model name": "model", "flags": "flags", "Features": "flags", "cpu MHz": "mhz", "Hardware": "model"}
    fields = dict.fromkeys(names.values(), "")
    for line in cpuinfo.splitlines():
        key, _, value = line.partition(":")
        name = names.get(key.strip())
        if name and not fields[name]:
            fields[name] = value.strip()
    return fields


def governor() -> str:
    """Frequency governor of the first core ("performance", "powersave"); empty where it is not told."""
    return _read(CPU / "cpu0/cpufreq/scaling_governor").strip()


def _frequency(mhz: str) -> float | None:
    khz = _read(CPU / "cpu0/cpufreq/scaling_cur_freq").strip()
    if khz.isdigit():
        return int(khz) * 1e3
    return float(mhz) * 1e6 if mhz else None


def _virtual(flags: str) -> str:
    """A hint, not a proof: the CPUID bit that hypervisors set, and the marks that container runtimes leave."""
    found = []
    if "hypervisor" in flags.split():
        found.append(_read(Path("/sys/class/dmi/id/sys_vendor")).strip() or "virtual machine")
    if any(mark.exists() for mark in _CONTAINER_MARKS) or os.environ.get("KUBERNETES_SERVICE_HOST"):
        found.append("container")
    return ", ".join(found)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
