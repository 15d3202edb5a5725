"""Snapshot of the machine, stored with every benchmark."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from odviz import __version__
from odviz.domain.environment import CPU_FLAGS, DOT_PRODUCT_FLAGS, Environment
from odviz.formats import FORMATS
from odviz.runtimes import RUNTIMES

CPUINFO = Path("/proc/cpuinfo")
CPU = Path("/sys/devices/system/cpu")

_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))


def snapshot() -> Environment:
    """Describe this machine; fields that the system does not report are empty."""
    import psutil

    fields = cpu_fields(_read(CPUINFO))
    flags = tuple(flag for flag in CPU_FLAGS if flag in fields["flags"].split())
    cores = os.cpu_count() or 1
    return Environment(
        taken=datetime.now(UTC),
        cpu=fields["model"] or platform.processor() or platform.machine(),
        architecture=platform.machine(),
        flags=flags,
        int8_dot_product=not DOT_PRODUCT_FLAGS.isdisjoint(flags),
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
        packages={name: installed for name in _packages() if (installed := _version(name))},
        runtimes={runtime.name: status.version for runtime in RUNTIMES if (status := runtime.available())},
        thread_variables={name: value for name, value in sorted(os.environ.items()) if name.endswith("_NUM_THREADS")},
    )


def _packages() -> list[str]:
    """Packages that write model files; the versions of runtimes are listed separately."""
    return sorted({package for format in FORMATS for package in format.packages})


def cpu_fields(cpuinfo: str) -> dict[str, str]:
    """Model, flags and MHz of the first core from the text of `/proc/cpuinfo` (x86 or ARM); "" if missing."""
    names = {"model name": "model", "flags": "flags", "Features": "flags", "cpu MHz": "mhz", "Hardware": "model"}
    fields = dict.fromkeys(names.values(), "")
    for line in cpuinfo.splitlines():
        key, _, value = line.partition(":")
        name = names.get(key.strip())
        if name and not fields[name]:
            fields[name] = value.strip()
    return fields


def governor() -> str:
    """Frequency governor of the first core ("performance", "powersave"); empty if unknown."""
    return _read(CPU / "cpu0/cpufreq/scaling_governor").strip()


def _frequency(mhz: str) -> float | None:
    khz = _read(CPU / "cpu0/cpufreq/scaling_cur_freq").strip()
    if khz.isdigit():
        return int(khz) * 1e3
    return float(mhz) * 1e6 if mhz else None


def _virtual(flags: str) -> str:
    """Virtual machine and container, from the hypervisor bit of CPUID and the marks of container runtimes."""
    kinds = []
    if "hypervisor" in flags.split():
        kinds.append(_read(Path("/sys/class/dmi/id/sys_vendor")).strip() or "virtual machine")
    if any(mark.exists() for mark in _CONTAINER_MARKS) or os.environ.get("KUBERNETES_SERVICE_HOST"):
        kinds.append("container")
    return ", ".join(kinds)


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
