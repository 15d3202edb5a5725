"""Tasks of a person's own, and how a model and data that they bring fit together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from odviz.domain.model import Layout


@dataclass(frozen=True, slots=True)
class Preparation:
    """How stored items become inputs: (item × scale − mean) / std, after the channels are reversed if they are.

    Attributes:
        scale: factor of every number.
        mean: subtracted, one number or one per channel.
        std: divisor, likewise.
        reverse_channels: whether the order of the channels is reversed first (RGB to BGR).
    """

    scale: float = 1.0
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    reverse_channels: bool = False

    @property
    def label(self) -> str:
        """In words ("0 to 1", "as stored")."""
        return self._scaled() + (", channels reversed" if self.reverse_channels else "")

    def _scaled(self) -> str:
        if self == Preparation(reverse_channels=self.reverse_channels):
            return "as stored"
        words = (
            f"× {self.scale:.4g}" if self.scale > 1 else f"divided by {1 / self.scale:.4g}" if self.scale < 1 else ""
        )
        if self.mean != (0.0,) or self.std != (1.0,):
            mean, std = (", ".join(f"{value:.4g}" for value in values) for values in (self.mean, self.std))
            words += f"{', then ' if words else ''}less {mean}" + (f", divided by {std}" if self.std != (1.0,) else "")
        return words


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person says of a network and data; what they leave out is found out.

    Attributes:
        metric: its name.
        preparation: of the items.
        output: name of the output that is the scores.
        layout: of the network's first input.
        classes: names of the classes, in the order of the outputs.
    """

    metric: str = ""
    preparation: Preparation | None = None
    output: str = ""
    layout: Layout | None = None
    classes: tuple[str, ...] = ()


NO_CHOICES = Choices()


@dataclass(frozen=True, slots=True)
class FurtherInput:
    """An input of a network beside the one that takes the items.

    Attributes:
        name: in the file.
        shape: of what it takes of one item.
        dtype: of its numbers.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, slots=True)
class OwnTask:
    """The record of a task of the user's own.

    Attributes:
        title: as shown.
        metric: name of its metric.
        shape: of one item, channels last.
        dtype: of the inputs that models take.
        preparation: of stored items.
        classes: names of the classes; empty for a task without classes.
        further: inputs beside the one that takes the items; item i of these is stored as `x<i+1>`.
        outputs: of the network, those that may be the scores; first the one that is taken.
        sources: name and sha256 of the files that the items are from.
        remarks: what was found out about the data, a sentence each.
    """

    title: str
    metric: str
    shape: tuple[int, ...]
    dtype: str
    preparation: Preparation = Preparation()
    classes: tuple[str, ...] = ()
    further: tuple[FurtherInput, ...] = ()
    outputs: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model scored when its items were given in one way.

    Attributes:
        title: the way, in words.
        preparation: of the items.
        output: name of the output that was taken for the scores.
        value: of the metric, on the sample.
        low: end of its 95 % interval.
        high: end of its 95 % interval.
        items: how many were tried.
    """

    title: str
    preparation: Preparation
    output: str
    value: float
    low: float
    high: float
    items: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """How a model and data fit together.

    Attributes:
        layouts: layout of the first input of each file, by format.
        shape: of an item, channels last.
        dtype: of the inputs.
        further: inputs beside the one that takes the items.
        output: name of the output that is the scores.
        preparation: of the stored items.
        metric: name of the metric.
        classes: names of the classes, or their numbers as text.
        test_items: how many test.
        calibration_items: how many calibrate quantizers.
        trials: what was tried, the best first.
        remarks: what else was found, a sentence each.
    """

    layouts: Mapping[str, Layout]
    shape: tuple[int, ...]
    dtype: str
    further: tuple[FurtherInput, ...]
    output: str
    preparation: Preparation
    metric: str
    classes: tuple[str, ...]
    test_items: int
    calibration_items: int
    trials: tuple[Trial, ...]
    remarks: tuple[str, ...]
