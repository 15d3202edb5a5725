"""Models, their files, and the variants that recipes make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from odviz.domain.recipe import Recipe


class Layout(StrEnum):
    """How a file's input lies in memory; tasks hand out channels last."""

    CHANNELS_FIRST = "channels-first"
    CHANNELS_LAST = "channels-last"
    TOKENS = "tokens"

    def batch(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Shape of a batch of one in this layout, from that of an item with channels last."""
        return (1, shape[-1], *shape[:-1]) if self is Layout.CHANNELS_FIRST else (1, *shape)

    def batches(self, shapes: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
        """Shapes of a batch of one of each input, of which the first has this layout."""
        return (self.batch(shapes[0]), *((1, *shape) for shape in shapes[1:]))


@dataclass(frozen=True, slots=True)
class TensorType:
    """Type of an input or output of a model file.

    Attributes:
        shape: with the batch axis, in the layout of the file.
        dtype: numpy type of its numbers.
        scale: a number x stands for scale × (x − zero_point); 0 where numbers stand for themselves.
        zero_point: see `scale`.
    """

    shape: tuple[int, ...]
    dtype: str
    scale: float = 0.0
    zero_point: int = 0


@dataclass(frozen=True, slots=True)
class Signature:
    """Types of the first input and the first output of a model file."""

    input: TensorType
    output: TensorType


@dataclass(frozen=True, slots=True)
class Artifact:
    """A model file.

    Attributes:
        path: where it lies, absolute.
        sha256: hex digest of its bytes.
        size_bytes: its length.
        format: name of its format, a plug-in of `odviz.formats`.
        layout: of its first input.
    """

    path: str
    sha256: str
    size_bytes: int
    format: str
    layout: Layout


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One trained state of a network.

    Attributes:
        artifacts: one file per format.
        macs: multiply-accumulates of one inference.
        parameters: number of learned numbers.
        nominal: percent of MACs that structured pruning should remove; 0 for the dense network.
        removed_macs: share of MACs that it did remove, 0 to 1.
        test_accuracy: the task's metric on the whole test set, as recorded at training; None if not recorded.
    """

    artifacts: Mapping[str, Artifact]
    macs: int
    parameters: int
    nominal: int = 0
    removed_macs: float = 0.0
    test_accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A trained network for a task, built-in or a user's own.

    Attributes:
        name: as typed ("ds-cnn-0.5").
        title: as shown ("DS-CNN ×0.5").
        task: name of its task.
        checkpoints: dense first, then by rising `nominal`.
        family: architecture family; empty if not recorded.
        licence: SPDX id of the weights; empty if not recorded.
        summary: one sentence for a person who knows no machine learning; may be empty.
        intended_use: what it was made for; empty if not recorded.
        limits: where it fails, a sentence each.
        training: how it was trained, enough to repeat it; empty if not recorded.
        not_for: what it is not to be used for; empty if not recorded.
        owner: who answers for it; empty if not recorded.
    """

    name: str
    title: str
    task: str
    checkpoints: tuple[Checkpoint, ...]
    family: str = ""
    licence: str = ""
    summary: str = ""
    intended_use: str = ""
    limits: tuple[str, ...] = ()
    training: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)
    not_for: str = ""
    owner: str = ""

    @property
    def dense(self) -> Checkpoint:
        """The unpruned network."""
        return self.checkpoints[0]


@dataclass(frozen=True, slots=True)
class Variant:
    """Model × recipe × format; its artifact may not be made yet."""

    task: str
    model: str
    recipe: Recipe
    format: str

    @property
    def key(self) -> str:
        """A unique written form: ``task/model/recipe@format``."""
        return f"{self.task}/{self.model}/{self.recipe}@{self.format}"

    @property
    def label(self) -> str:
        """What a table shows for it where the task is clear."""
        return f"{self.model} {self.recipe.label} ({self.format})"


class MacKind(StrEnum):
    """Kinds of multiply-accumulates that runtimes compute at different speeds; named like the fields of GraphFacts."""

    DEPTHWISE = "depthwise_macs"
    CONV3X3 = "conv3x3_macs"
    CONV = "conv_macs"
    POINTWISE = "pointwise_macs"
    GROUPED = "grouped_macs"
    DENSE = "dense_macs"


@dataclass(frozen=True, slots=True)
class GraphFacts:
    """What a model file is made of.

    Attributes:
        file_bytes: length of the file.
        compressed_bytes: length after DEFLATE level 9: what a download would cost.
        parameters: learned numbers stored.
        nonzero_parameters: those that are not zero.
        macs: multiply-accumulates of one inference at batch 1.
        peak_activation_bytes: most bytes of intermediate tensors alive at once, in file order; None if not static.
        quantized_ops: share of compute operators (convolutions, products, recurrences) whose weights are integers.
        compute_ops: how many such operators there are.
        operators: how often each operator type occurs.
        depthwise_macs: those of the MACs that lie in depthwise convolutions; None in older records.
        activations: numbers that compute operators write in one inference; None in older records.
        conv3x3_macs: MACs of 3 × 3 convolutions of stride 1, neither grouped nor depthwise; None in older records, as
            for the other kinds.
        conv_macs: those of other convolutions wider than 1 × 1.
        pointwise_macs: those of 1 × 1 convolutions, and of products of more than one row.
        grouped_macs: those of convolutions in groups, but for depthwise ones.
        dense_macs: those of products of one row and of recurrences, which read every weight once a step.
        version: `formats.base.FACTS_VERSION` when they were counted; 0 in older records.
    """

    file_bytes: int
    compressed_bytes: int
    parameters: int
    nonzero_parameters: int
    macs: int
    peak_activation_bytes: int | None
    quantized_ops: float
    compute_ops: int
    operators: Mapping[str, int]
    depthwise_macs: int | None = None
    activations: int | None = None
    conv3x3_macs: int | None = None
    conv_macs: int | None = None
    pointwise_macs: int | None = None
    grouped_macs: int | None = None
    dense_macs: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What quantizing one operator alone does to a network.

    Attributes:
        name: of the operator.
        error: RMS error of the outputs, as a share of their spread.
        macs: share of the network's multiply-accumulates that are its own.
        stays_float: whether it was left in float for that.
    """

    name: str
    error: float
    macs: float
    stays_float: bool = False
