"""Whether int8 products overflow on this machine's CPU, and the range of weights that follows."""

from __future__ import annotations

import platform
from pathlib import Path

from odviz.compression.base import Option
from odviz.domain.environment import VNNI_FLAGS

REDUCE_RANGE = Option(
    "reduce-range",
    "7-bit weights, which no CPU overflows; auto asks this machine's CPU whether it needs them.",
    "yes",
    ("yes", "no", "auto"),
    formats=frozenset({"onnx"}),
)
"""The option of methods that compute with 8-bit weights in ONNX Runtime; see `narrow`."""

_X86 = frozenset(("x86_64", "amd64", "i386", "i686"))


def saturates() -> bool:
    """Whether 8-bit weights can overflow the 16-bit sums of this CPU's u8 × s8 kernels.

    x86 without VNNI multiplies by VPMADDUBSW, which adds two products in 16 bits: 2 × 255 × 127 does not fit,
    2 × 255 × 64 (7-bit weights) does. ARM widens before it adds. A CPU with unknown flags is treated as an old x86.
    """
    if platform.machine().lower() not in _X86:
        return False
    try:
        cpuinfo = Path("/proc/cpuinfo").read_text()
    except OSError:
        return True
    flags = next((line for line in cpuinfo.splitlines() if line.startswith("flags")), "")
    return VNNI_FLAGS.isdisjoint(flags.split())


def narrow(choice: str) -> tuple[bool, tuple[str, ...]]:
    """Whether to use 7-bit weights, by the value of `REDUCE_RANGE`.

    Returns:
        The decision, and notes for the variant; none for "yes", which is correct on every CPU.
    """
    if choice == "yes":
        return True, ()
    if choice == "auto" and saturates():
        return True, ("7-bit weights, because this machine's CPU overflows on 8.",)
    return False, ("8-bit weights overflow on x86 CPUs without VNNI: predictions may be wrong there.",)
