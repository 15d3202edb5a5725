"""Whether a network goes into a device: RAM and flash as ranges, against what the device has.

On a microcontroller one block of RAM, the tensor arena, holds every activation, and what the interpreter notes down
about each tensor and operator; weights stay in flash. The range of the arena:

========  =====================================================  =======================================================
end       activations                                            notes
========  =====================================================  =======================================================
low       0.7 × the peak: compilers that let a depthwise         none
          convolution overwrite its input
high      1.4 × the peak: a greedy planner's gaps, and buffers   1 KiB per operator and 4 KiB more
          that kernels ask for; all weights as floats where
          the file unpacks them as it runs (DEQUANTIZE)
========  =====================================================  =======================================================

The notes: TensorFlow Lite Micro's own test counts 112 bytes per tensor, 40 for its quantization, 80 per operator, with
54 tensors for 15 operators (commit cd6a929e30b, TestKeywordModelMemoryThreshold): 630 bytes per operator. The RAM that
ST published for its H747 (data/published) lies inside the range for eight networks whose peak is counted by hand
(tests/unit/projection/test_memory.py), and so does what TensorFlow Lite Micro itself took on x86 (its Python package,
0.dev20261023) for all 56 files of odviz's own that it loads. The largest gaps it left were 1.31 × the peak, in a
transformer. Runtime code in flash: 20–50 kB
(applied-ee.github.io/embedded/docs/edge-ai/inference-frameworks/tflite-micro).

On a machine with an operating system the low end is the file and the peak of its activations, the high end three times
that (weights repacked for the kernels, buffers) and 64 MB of runtime; a measurement on the host is better than either.
"""

from __future__ import annotations

from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.model import GraphFacts

_IN_PLACE, _GAPS = 0.7, 1.4
_PER_OPERATOR, _INTERPRETER = 1024, 4096
_FLOAT = 4
_CODE_LOW, _CODE_HIGH = 20_000, 50_000
_REPACKED, _RUNTIME = 3, 64_000_000

ROOMY = 0.8
"""Share of a microcontroller's memory that a network may take and still leave room for the program around it."""

SHARED = 0.5
"""The same for a machine whose memory other programs share."""


def arena(facts: GraphFacts) -> Estimate | None:
    """Bytes of RAM on a microcontroller, as a range; None where the graph's shapes are not fixed."""
    peak = facts.peak_activation_bytes
    if peak is None:
        return None
    notes = _PER_OPERATOR * sum(facts.operators.values()) + _INTERPRETER
    unpacked = _FLOAT * facts.parameters if facts.operators.get("DEQUANTIZE") else 0
    high = _GAPS * peak + notes + unpacked
    return _range(_IN_PLACE * peak, high, "tensor arena", "peak of live activations in file order")


def flash(facts: GraphFacts) -> Estimate:
    """Bytes of flash on a microcontroller, as a range: the file and the runtime's code."""
    return _range(
        facts.file_bytes + _CODE_LOW, facts.file_bytes + _CODE_HIGH, "model file and runtime code", "file length"
    )


def process_memory(facts: GraphFacts) -> Estimate | None:
    """Bytes of RAM under an operating system, as a range; None where the graph's shapes are not fixed."""
    if facts.peak_activation_bytes is None:
        return None
    least = facts.file_bytes + facts.peak_activation_bytes
    return _range(least, _REPACKED * least + _RUNTIME, "weights, activations and runtime", "file length and peak")


def _range(low: float, high: float, scope: str, source: str) -> Estimate:
    return Estimate(None, low, high, "B", Provenance.MODELLED, level=1.0, scope=scope, source=source)


def verdict(need: Estimate | None, have: float | None, share: float) -> Fit:
    """Whether a need goes into what there is.

    Args:
        need: bytes; None where not known.
        have: bytes that the device has; None where not known.
        share: how much of that may be taken for "fits".
    """
    if need is None or have is None:
        return Fit.UNKNOWN
    if need.low > have:
        return Fit.DOES_NOT_FIT
    return Fit.FITS if need.high <= share * have else Fit.TIGHT
