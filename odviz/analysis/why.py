"""What the time of a variant's operators points at: roles, bounds, suspected causes and what confirms them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from odviz.domain.estimate import Estimate
from odviz.domain.model import GraphFacts
from odviz.domain.why import (
    Bound,
    LayerWork,
    OperatorRole,
    RemovedLayer,
    Roofline,
    SpeedCause,
    SpeedChange,
    TimeProfile,
)

CONVERSIONS = frozenset((
    "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "Cast", "ReorderInput", "ReorderOutput",
    "Transpose", "QUANTIZE", "DEQUANTIZE", "CAST", "TRANSPOSE", "FAKE_QUANT",
))  # fmt: skip
"""Operators that change types, or the order in memory."""

_BYTES = frozenset(("int8", "uint8"))
_FLOATS = frozenset(("float", "float16", "double", "float32", "float64"))

FASTER = 0.05
"""Share of the time that a change must take away for certain."""

ALIKE = 0.10
"""Share of the time by which two p50s differ at most if they are taken for the same."""

_SOME, _MUCH = 0.15, 0.4
"""Shares of the time from which operators are suspected of being some, or most, of the reason."""


def role(operator: str, reads: Iterable[str]) -> OperatorRole:
    """What an operator does with numbers, from its type and the types of what it reads."""
    if operator in CONVERSIONS:
        return OperatorRole.CONVERSION
    kinds = tuple(reads)
    if kinds and (kinds[0] in _BYTES or (operator in _ON_THE_FLY and _BYTES & set(kinds))):
        return OperatorRole.INTEGER
    return OperatorRole.FLOAT if _FLOATS & set(kinds) else OperatorRole.OTHER


_ON_THE_FLY = frozenset((
    "DynamicQuantizeMatMul", "QAttention", "DynamicQuantizeLSTM", "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED",
    "BATCH_MATMUL",
))  # fmt: skip
"""Operators that read floats and round them themselves, before they multiply integers."""

PRODUCTS = frozenset(("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "BATCH_MATMUL", "Conv", "MatMul", "Gemm"))
"""Operators that multiply and add, as formats name them."""

_DYNAMIC = frozenset(("DynamicQuantizeLinear", "ConvInteger", "MatMulInteger"))


@dataclass(frozen=True, slots=True)
class ProfileEvidence:
    """What is known of a variant before anything is tried.

    Attributes:
        own: its profile.
        parent: that of the uncompressed network; None for that itself, or where it does not run.
        speedup: the parent's time over its own; None without a parent.
        facts: of its file.
        parent_facts: of the uncompressed file; None without one.
        threads: inside one inference.
        bound: what limits it.
        has_plain: whether its runtime computes in a plain way, too.
    """

    own: TimeProfile
    parent: TimeProfile | None
    speedup: Estimate | None
    facts: GraphFacts
    parent_facts: GraphFacts | None
    threads: int
    bound: Bound
    has_plain: bool

    @property
    def added_conversions(self) -> float:
        """Share of its time in conversions, beyond that of the uncompressed network in its own time."""
        return self.own.share(OperatorRole.CONVERSION) - (
            self.parent.share(OperatorRole.CONVERSION) if self.parent else 0.0
        )

    @property
    def removed_macs(self) -> float:
        """Share of the multiply-accumulates that are no longer computed."""
        before = self.parent_facts.macs if self.parent_facts else 0
        return 1 - self.facts.macs / before if before else 0.0

    @property
    def zeros(self) -> float:
        """Share of the learned numbers that are zero."""
        return 1 - self.facts.nonzero_parameters / self.facts.parameters if self.facts.parameters else 0.0

    @property
    def kernels(self) -> tuple[float, float] | None:
        """Seconds in integer operators, and seconds that floats take for the same; None where that is not known.

        The float time is that of the uncompressed network without what stayed float in the variant.
        """
        if self.parent is None or self.removed_macs > FASTER:
            return None
        own, parent = self.own, self.parent
        floats_s = (parent.share(OperatorRole.FLOAT) * parent.operators_s) - (
            own.share(OperatorRole.FLOAT) * own.operators_s
        )
        integers_s = own.share(OperatorRole.INTEGER) * own.operators_s
        return (integers_s, floats_s) if integers_s > 0 and floats_s > 0 else None

    @property
    def signed(self) -> bool:
        """Whether what lies between layers is rounded to signed numbers."""
        return any(
            one.reads[-1:] == ("int8",)
            if one.operator == "QuantizeLinear"
            else one.role is OperatorRole.INTEGER and one.reads[:1] == ("int8",)
            for one in self.own.operators
        )

    def has(self, *operators: str) -> bool:
        """Whether one of these operators runs."""
        return any(one.operator in operators for one in self.own.operators)

    def adds(self, operator: str) -> bool:
        """Whether an operator runs more often than in the uncompressed network."""
        return self.parent is not None and counts(self.own)[operator] > counts(self.parent)[operator]


def counts(profile: TimeProfile) -> Counter[str]:
    """How often each type of operator runs."""
    return Counter(one.operator for one in profile.operators)


class ExpectedTime(Enum):
    """What a change must do to the time of an inference to confirm a cause."""

    FASTER = "faster"
    NOT_SLOWER = "not slower"
    SAME = "same"
    SLOWER = "slower"


@dataclass(frozen=True, slots=True)
class Rule:
    """A cause, what raises the suspicion of it, and the experiment that confirms it.

    Attributes:
        cause: that is suspected.
        change: that is tried.
        outcome: of the change if the cause is right.
        suspects: whether there is reason to try it.
    """

    cause: SpeedCause
    change: SpeedChange
    outcome: ExpectedTime
    suspects: Callable[[ProfileEvidence], bool]


def _gains_nothing(evidence: ProfileEvidence) -> bool:
    return evidence.speedup is not None and evidence.speedup.centre < 1 + ALIKE


RULES = (
    Rule(
        SpeedCause.UNCHANGED,
        SpeedChange.PARENT,
        ExpectedTime.SAME,
        lambda one: (
            one.parent is not None
            and counts(one.own) == counts(one.parent)
            and abs(one.removed_macs) < FASTER
            and not one.facts.quantized_ops
        ),
    ),
    Rule(SpeedCause.ZEROS, SpeedChange.FILLED, ExpectedTime.SAME, lambda one: one.zeros > 2 * FASTER),
    Rule(SpeedCause.DYNAMIC, SpeedChange.STATIC, ExpectedTime.FASTER, lambda one: one.has(*_DYNAMIC)),
    Rule(SpeedCause.SIGNED, SpeedChange.UNSIGNED, ExpectedTime.FASTER, lambda one: one.signed),
    Rule(
        SpeedCause.HALF,
        SpeedChange.PARENT,
        ExpectedTime.NOT_SLOWER,
        lambda one: one.adds("Cast") and not one.facts.quantized_ops and one.own.share(OperatorRole.INTEGER) == 0,
    ),
    Rule(
        SpeedCause.SLOW_INTEGERS,
        SpeedChange.KERNELS,
        ExpectedTime.NOT_SLOWER,
        lambda one: one.kernels is not None and one.own.share(OperatorRole.INTEGER) > _MUCH and _gains_nothing(one),
    ),
    Rule(
        SpeedCause.STORED_ONLY,
        SpeedChange.FLOATS,
        ExpectedTime.NOT_SLOWER,
        lambda one: one.facts.quantized_ops > 0 and one.own.share(OperatorRole.INTEGER) < FASTER,
    ),
    Rule(
        SpeedCause.STORED_ONLY,
        SpeedChange.PARENT,
        ExpectedTime.NOT_SLOWER,
        lambda one: one.facts.quantized_ops > 0 and one.own.share(OperatorRole.INTEGER) < FASTER,
    ),
    Rule(
        SpeedCause.FLOAT_LEFT,
        SpeedChange.ALL_INTEGER,
        ExpectedTime.FASTER,
        lambda one: one.own.share(OperatorRole.FLOAT) > _MUCH and one.own.share(OperatorRole.INTEGER) > 0,
    ),
    Rule(
        SpeedCause.CONVERSIONS,
        SpeedChange.ALL_INTEGER,
        ExpectedTime.FASTER,
        lambda one: one.added_conversions > _SOME and one.own.share(OperatorRole.INTEGER) > 0,
    ),
    Rule(
        SpeedCause.CONVERSIONS,
        SpeedChange.PRODUCTS_ONLY,
        ExpectedTime.FASTER,
        lambda one: one.added_conversions > _SOME and one.own.share(OperatorRole.INTEGER) > 0,
    ),
    Rule(
        SpeedCause.NO_KERNEL,
        SpeedChange.PLAIN,
        ExpectedTime.SAME,
        lambda one: one.has_plain and one.own.share(OperatorRole.INTEGER) > 0 and _gains_nothing(one),
    ),
    Rule(SpeedCause.THREADS, SpeedChange.THREADS, ExpectedTime.FASTER, lambda one: one.threads > 1),
    Rule(SpeedCause.DISPATCH, SpeedChange.EMPTY, ExpectedTime.FASTER, lambda one: one.own.overhead > _MUCH),
    Rule(SpeedCause.DISPATCH, SpeedChange.BATCH, ExpectedTime.FASTER, lambda one: one.own.overhead > _MUCH),
    Rule(
        SpeedCause.MEMORY,
        SpeedChange.BATCH,
        ExpectedTime.FASTER,
        lambda one: one.bound is Bound.MEMORY and one.own.overhead < _MUCH,
    ),
    Rule(SpeedCause.FEWER_MACS, SpeedChange.PARENT, ExpectedTime.SLOWER, lambda one: one.removed_macs > FASTER),
    Rule(
        SpeedCause.INTEGERS,
        SpeedChange.PARENT,
        ExpectedTime.SLOWER,
        lambda one: one.own.share(OperatorRole.INTEGER) > _SOME and one.removed_macs <= FASTER,
    ),
    Rule(
        SpeedCause.INTEGERS,
        SpeedChange.SEVEN_BITS,
        ExpectedTime.FASTER,
        lambda one: one.own.share(OperatorRole.INTEGER) > _SOME,
    ),
    Rule(
        SpeedCause.FLOAT_LEFT,
        SpeedChange.FLOAT_STEM,
        ExpectedTime.FASTER,
        lambda one: one.own.share(OperatorRole.INTEGER) > 0,
    ),
)
"""Every suspicion and its experiment, in the order of `SpeedCause`."""


def confirms(outcome: ExpectedTime, ratio: Estimate) -> bool:
    """Whether a change did to the time what was expected.

    Args:
        outcome: that was expected.
        ratio: time before over time after.
    """
    match outcome:
        case ExpectedTime.FASTER:
            return ratio.low > 1 + FASTER
        case ExpectedTime.SLOWER:
            return ratio.high < 1 - FASTER
        case ExpectedTime.NOT_SLOWER:
            return ratio.centre > 1 - FASTER
        case ExpectedTime.SAME:
            return 1 / (1 + ALIKE) < ratio.centre < 1 + ALIKE


def bound(profile: TimeProfile, facts: GraphFacts, roofline: Roofline) -> Bound:
    """What limits a network: calling its operators, where that takes much of the time; else computing or memory.

    These two are compared by the least time that each would take at the rates that the processor reached (Williams,
    Waterman and Patterson, "Roofline", Communications of the ACM 52, 2009); every weight is read once.
    """
    if profile.overhead > _MUCH:
        return Bound.DISPATCH
    share = profile.share(OperatorRole.INTEGER)
    compute_s = facts.macs * (share / roofline.integer_macs + (1 - share) / roofline.float_macs)
    return Bound.MEMORY if facts.file_bytes / roofline.copied_bytes > compute_s else Bound.COMPUTE


def removed_layers(before: Sequence[LayerWork], now: Sequence[LayerWork]) -> tuple[RemovedLayer, ...]:
    """What pruning left of each layer; empty if the layers of both files cannot be matched.

    Layers are matched by their place, because compression renames them: pruning keeps all of them.
    """
    if len(before) != len(now):
        return ()
    return tuple(
        RemovedLayer(old.name, old.operator, old.macs, new.macs, old.parameters, new.parameters, new.zeros)
        for old, new in zip(before, now, strict=True)
    )


def layer_times(prefixes: Sequence[float]) -> list[float]:
    """Times of layers from times of copies that end behind the first, the second and so on.

    Noise can make a longer copy look faster, so the times are first made not to fall (isotonic regression: Barlow et
    al., "Statistical Inference under Order Restrictions", 1972).

    Args:
        prefixes: seconds; that of no layer first, that of all layers last, which is kept.
    """
    from scipy.optimize import isotonic_regression  # takes 0.4 s, which page and terminal need not wait for

    fitted = isotonic_regression(np.asarray(prefixes, float)).x
    fitted = np.minimum(fitted - fitted[0] + prefixes[0], prefixes[-1])
    fitted[-1] = prefixes[-1]
    return np.maximum(0.0, np.diff(fitted)).tolist()  # type: ignore[no-any-return]
