"""Devices, the facts that are known of them, the ways in which they run networks, and what a variant needs there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from odviz.domain.errors import UnknownName
from odviz.domain.estimate import Estimate
from odviz.domain.published import Processor, PublishedRow
from odviz.domain.target import Target

UNKNOWN_THREADS = 0
"""The number of threads of a target whose source does not state it."""

_LINK = re.compile(r"https?://[^\s;,()<>\"]+")


class DeviceKind(StrEnum):
    """The kind of a machine; a microcontroller runs a network in place, without an operating system."""

    HOST = "host"
    BOARD = "board"
    PHONE = "phone"
    LAPTOP = "laptop"
    MICROCONTROLLER = "microcontroller"


class Platform(StrEnum):
    """What runs programs on a device; decides in which language and with which libraries a program runs a model."""

    ANDROID = "android"
    IOS = "ios"
    LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"
    BARE_METAL = "bare-metal"


USUAL_PLATFORM = {
    DeviceKind.HOST: Platform.LINUX,
    DeviceKind.BOARD: Platform.LINUX,
    DeviceKind.PHONE: Platform.ANDROID,
    DeviceKind.LAPTOP: Platform.LINUX,
    DeviceKind.MICROCONTROLLER: Platform.BARE_METAL,
}
"""The platform of a device whose profile names none."""


class RuntimeFamily(StrEnum):
    """The software that runs a network on a target, whatever its version; decides which file it takes."""

    TFLITE = "tflite"
    TFLITE_MICRO = "tflite-micro"
    ONNX_RUNTIME = "onnxruntime"
    OPENVINO = "openvino"
    NCNN = "ncnn"
    ARMNN = "armnn"
    EDGE_TPU = "edge-tpu"
    RKNN = "rknn"
    QNN = "qnn"
    CORE_ML = "core-ml"
    OPENCV = "opencv"
    ST_EDGE_AI = "st-edge-ai"
    ESP_DL = "esp-dl"
    OTHER = "other"


def processor_of(kind: DeviceKind, backend: str) -> Processor:
    """What a way to run networks computes on: the CPU of a machine, which a microcontroller's is not, or neither."""
    if backend != "cpu":
        return Processor.ACCELERATOR
    return Processor.MICROCONTROLLER if kind is DeviceKind.MICROCONTROLLER else Processor.CPU


@dataclass(frozen=True, slots=True)
class Fact:
    """One number about a device.

    Attributes:
        value: in SI units, as its name says ("ram_bytes", "clock_hz", "idle_w").
        source: where it was stated: text, with or without a link.
        checked: whether it was read at its source; False for one recalled or passed on.
    """

    value: float
    source: str
    checked: bool

    @property
    def link(self) -> str:
        """The first web address in the source; empty if it has none."""
        return first_link(self.source)


@dataclass(frozen=True, slots=True)
class DeviceTarget:
    """One way to run networks on a device.

    Attributes:
        key: of the calibration in the published measurements.
        target: runtime, backend, threads and precision.
        note: what a person should know before choosing it.
        family: of its runtime; OTHER where odviz has no instructions for it.
    """

    key: str
    target: Target
    note: str = ""
    family: RuntimeFamily = RuntimeFamily.OTHER


@dataclass(frozen=True, slots=True)
class DeviceProfile:
    """A machine whose figures are predicted, or this host.

    Attributes:
        name: as typed ("raspberry-pi-4").
        title: as shown.
        kind: of the machine.
        processor: its CPU, and accelerator where a target uses one.
        facts: numbers about it by name, each with its source.
        targets: ways to run networks on it; the first is chosen until a person chooses another.
        note: what is not known of it.
        points: measurements that the profile adds to the published table.
        platform: what runs programs on it.
    """

    name: str
    title: str
    kind: DeviceKind
    processor: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    targets: tuple[DeviceTarget, ...] = ()
    note: str = ""
    points: tuple[PublishedRow, ...] = ()
    platform: Platform = Platform.LINUX

    @property
    def default(self) -> DeviceTarget | None:
        """The target with the best data; None for the host, which is measured."""
        return self.targets[0] if self.targets else None

    def target(self, key: str) -> DeviceTarget:
        """The target with this key.

        Raises:
            UnknownName: with the targets that the device has.
        """
        for target in self.targets:
            if target.key == key:
                return target
        raise UnknownName(f"target of {self.name}", key, [target.key for target in self.targets])


class Fit(StrEnum):
    """Whether a model fits into the memory of a device."""

    FITS = "fits"
    TIGHT = "tight"
    DOES_NOT_FIT = "does not fit"
    UNKNOWN = "not known"


_WORST_FIRST = (Fit.DOES_NOT_FIT, Fit.TIGHT, Fit.UNKNOWN, Fit.FITS)


@dataclass(frozen=True, slots=True)
class DeviceEstimate:
    """Estimates of one variant on a device.

    Attributes:
        target: how the variant is run; None if no published target computes in its precision.
        latency: published or projected; None if neither is possible.
        energy: published, or published power × time; a range if only the powers at rest and at full load are known,
            or no power at all (then of computing alone); None if a power is known and the time is not.
        ram: bytes needed, as a range; None if unknown.
        ram_fit: whether the device has that much.
        flash: bytes needed in a microcontroller's flash; None for other devices.
        flash_fit: whether the device has that much.
        reason: why there is no latency; empty if there is one.
    """

    target: DeviceTarget | None
    latency: Estimate | None
    energy: Estimate | None
    ram: Estimate | None
    ram_fit: Fit
    flash: Estimate | None
    flash_fit: Fit
    reason: str

    @property
    def fit(self) -> Fit:
        """The worse of both verdicts; flash counts only on a device that has some."""
        verdicts = (self.ram_fit, self.flash_fit) if self.flash else (self.ram_fit,)
        return min(verdicts, key=_WORST_FIRST.index)


def first_link(text: str) -> str:
    """The first web address in a text; empty if it has none."""
    match = _LINK.search(text)
    return match[0].rstrip(".") if match else ""
