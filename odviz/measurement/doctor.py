"""Probes of what this machine can measure."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from odviz import confinement
from odviz.domain.environment import DOT_PRODUCT_FLAGS, Environment
from odviz.measurement.environment import governor, snapshot
from odviz.measurement.memory import BY_KERNEL, Gauge
from odviz.measurement.meters import METERS
from odviz.runtimes import RUNTIMES
from odviz.stats.latency import NOISY
from odviz.units import percent

_STEADY = "performance"
_FINE_NS = 1_000
_PROBE_S = 0.3


class Usability(StrEnum):
    """Result of a probe."""

    YES = "yes"
    LIMITED = "limited"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of one probe, for people.

    Attributes:
        topic: what was probed ("Energy: RAPL (powercap)").
        verdict: whether it can be used.
        detail: what was observed, and what would help.
    """

    topic: str
    verdict: Usability
    detail: str


def examine() -> tuple[Finding, ...]:
    """Probe this machine, in under a second; other load distorts the result."""
    host = snapshot()
    return (
        *_runtimes(), _int8(host), _memory(), *_energy(), _governor(), _virtual(host), _clock(), _noise(), *_confined()
    )  # fmt: skip


def _runtimes() -> list[Finding]:
    findings = []
    for runtime in RUNTIMES:
        status = runtime.available()
        verdict = Usability.YES if status else Usability.NO
        findings.append(Finding(f"Runtime: {runtime.title}", verdict, status.reason or f"Version {status.version}."))
    return findings


def _int8(host: Environment) -> Finding:
    topic = "Integer dot products"
    if host.int8_dot_product:
        have = ", ".join(sorted(DOT_PRODUCT_FLAGS.intersection(host.flags or ())))
        return Finding(topic, Usability.YES, f"{host.cpu} has {have}: int8 variants can show their full speed.")
    return Finding(
        topic,
        Usability.LIMITED,
        f"{host.cpu} has none (VNNI, dotprod or i8mm): int8 gains less here than on newer processors, and on x86 some "
        "int8 products saturate, so the same file may predict differently elsewhere.",
    )


def _memory() -> Finding:
    method = Gauge().method
    if method == BY_KERNEL:
        return Finding("Memory", Usability.YES, "The kernel reports exact peaks (VmHWM, reset through clear_refs).")
    return Finding("Memory", Usability.LIMITED, f"/proc/self/clear_refs cannot be written here; instead: {method}.")


def _energy() -> list[Finding]:
    findings = []
    for meter in METERS:
        reason = meter.unavailable()
        detail = (
            f"{reason} Only ratios of energy are known instead, from first principles."
            if reason
            else f"Measures {meter.scope}."
        )
        findings.append(Finding(f"Energy: {meter.title}", Usability.NO if reason else Usability.YES, detail))
    return findings


def _governor() -> Finding:
    name = governor()
    if name == _STEADY:
        return Finding("Frequency", Usability.YES, "The governor is 'performance': the clock holds still.")
    if name:
        return Finding(
            "Frequency",
            Usability.LIMITED,
            f"The governor is {name!r}: the clock follows the load. `sudo cpupower frequency-set -g performance` "
            "steadies it.",
        )
    return Finding("Frequency", Usability.LIMITED, "This system does not tell how its clock is governed.")


def _virtual(host: Environment) -> Finding:
    if not host.virtual:
        return Finding("Bare metal", Usability.YES, "No hypervisor or container was noticed.")
    return Finding(
        "Bare metal",
        Usability.LIMITED,
        f"This is not bare metal ({host.virtual}): other guests may take time that is not seen from here; trust ratios "
        "more than absolute times.",
    )


def _clock() -> Finding:
    step = clock_step_ns(time.perf_counter_ns)
    verdict = Usability.YES if step <= _FINE_NS else Usability.LIMITED
    return Finding("Clock", verdict, f"The finest step seen of the wall clock is {step} ns.")


def _confined() -> tuple[Finding, Finding]:
    held = confinement.supported()
    return (
        _promise("Model files: network", held.network, "Processes that read your files cannot reach the network."),
        _promise("Model files: folders", held.files, "They can write to temporary folders and odviz's cache only."),
    )


def _promise(topic: str, reason: str, promise: str) -> Finding:
    """A promise that holds, or why it does not."""
    if reason:
        return Finding(topic, Usability.NO, f"{reason} Add files from people whom you trust only.")
    return Finding(topic, Usability.YES, promise)


def clock_step_ns(clock: Callable[[], int], tries: int = 1000) -> int:
    """Smallest nonzero difference between two readings in nanoseconds: resolution and cost of a reading."""
    smallest = 0
    for _ in range(tries):
        start = clock()
        while (end := clock()) == start:
            pass
        smallest = min(smallest or end - start, end - start)
    return smallest


def _noise() -> Finding:
    ratio, spread = _busy_loop()
    detail = f"A busy loop of {_PROBE_S:.1g} s took {ratio:.2f} × its CPU time, with a spread of {percent(spread, 1)}"
    if ratio > NOISY:
        return Finding("Quiet", Usability.LIMITED, f"{detail}: something else is running here; close it and try again.")
    return Finding("Quiet", Usability.YES, f"{detail}.")


def _busy_loop() -> tuple[float, float]:
    """Wall over CPU time of pure computation, and the relative quartile range of its parts."""
    parts: list[int] = []
    wall, cpu = time.perf_counter_ns(), time.process_time_ns()
    while time.perf_counter_ns() - wall < _PROBE_S * 1e9:
        start = time.perf_counter_ns()
        sum(range(20_000))
        parts.append(time.perf_counter_ns() - start)
    ratio = (time.perf_counter_ns() - wall) / max(1, time.process_time_ns() - cpu)
    low, median, high = statistics.quantiles(parts, n=4)
    return ratio, (high - low) / median
