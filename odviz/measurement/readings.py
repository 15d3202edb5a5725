"""Results of the meters of one process, as a worker sends them; imports nothing, because every worker imports it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MemoryReading:
    """Resident memory of one process, bytes.

    Attributes:
        baseline_bytes: after the runtime has loaded and run a small network.
        peak_bytes: highest while the model was loaded and run; the difference is the model's own memory.
        method: how the peak was read.
    """

    baseline_bytes: int
    peak_bytes: int
    method: str


@dataclass(frozen=True, slots=True)
class EnergyReading:
    """Energy of one inference.

    Attributes:
        joules: energy per inference above idle, one value per window.
        meter: name of the meter.
        scope: what the meter includes.
    """

    joules: tuple[float, ...]
    meter: str
    scope: str


@dataclass(frozen=True, slots=True)
class BlockTimes:
    """Times of the inferences of one block, nanoseconds.

    Attributes:
        wall_ns: wall time of each kept inference, at most `odviz.measurement.timing.KEPT`.
        cpu_ns: mean CPU time of an inference, over all threads.
        timed: number of timed inferences.
        reference_ns: the longer of the two runs of the reference loop.
    """

    wall_ns: tuple[int, ...]
    cpu_ns: int
    timed: int
    reference_ns: int


@dataclass(frozen=True, slots=True)
class Answered:
    """Latencies of requests that arrived at times of their own.

    Attributes:
        latency_ns: from each arrival to its answer, nanoseconds; the last requests may have had none.
        reference_ns: the longer of two runs of the reference loop, before the first and after the last request.
    """

    latency_ns: tuple[int, ...]
    reference_ns: int


@dataclass(frozen=True, slots=True)
class OperatorReading:
    """Time of one operator in one inference.

    Attributes:
        operator: its type, as the runtime names it.
        name: of the operator.
        reads: types of the numbers that it reads ("uint8"), in order.
        time_s: seconds, without what the profiler adds.
    """

    operator: str
    name: str
    reads: tuple[str, ...]
    time_s: float


@dataclass(frozen=True, slots=True)
class ProfileReading:
    """Where the time of one inference goes.

    Attributes:
        blocks: of inferences without the profiler, one a round.
        operators: in the order in which they run; empty if the runtime has no profiler.
        call_s: seconds of an inference of a network that computes almost nothing.
        node_s: seconds that each operator more costs; 0 if the runtime has no profiler.
        counted: sum of the operators over the time that they were in, as the profiler counted it; longer sums are
            scaled down.
    """

    blocks: tuple[BlockTimes, ...]
    operators: tuple[OperatorReading, ...]
    call_s: float
    node_s: float
    counted: float = 1.0


@dataclass(frozen=True, slots=True)
class RateReading:
    """What a processor reached in a short probe; see `odviz.domain.why.Roofline`."""

    float_macs: float
    integer_macs: float
    copied_bytes: float
