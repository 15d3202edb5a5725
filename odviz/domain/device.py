"""The machines a person asks about, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from odviz.domain.errors import UnknownName
from odviz.domain.published import PublishedRow
from odviz.domain.target import Target

UNSAID = 0
"""The number of threads of a target whose source does not say it."""


class Kind(StrEnum):
    """What sort of machine it is; a microcontroller runs a network in place, without an operating system."""

    HOST = "host"
    BOARD = "board"
    PHONE = "phone"
    LAPTOP = "laptop"
    MICROCONTROLLER = "microcontroller"


@dataclass(frozen=True, slots=True)
class Fact:
    """One number about a device.

    Attributes:
        value: in SI units, as its name says ("ram_bytes", "clock_hz", "idle_w").
        source: who says so: a link, or words.
        checked: whether it was read at its source; False for one recalled or handed on.
    """

    value: float
    source: str
    checked: bool


@dataclass(frozen=True, slots=True)
class DeviceTarget:
    """One way to run networks on a device.

    Attributes:
        key: of the calibration in the published measurements.
        target: the same in odviz's words.
        note: what a person should know before choosing it.
    """

    key: str
    target: Target
    note: str = ""


@dataclass(frozen=True, slots=True)
class DeviceProfile:
    """A machine that a person asks about.

    Attributes:
        name: as typed ("raspberry-pi-4").
        title: as shown.
        kind: what sort of machine.
        processor: its CPU, and accelerator where a target uses one.
        facts: numbers about it by name, each with its source.
        targets: ways to run networks on it; the first is chosen until a person chooses another.
        note: what cannot be backed, in words.
        points: measurements that the profile brings along, beside the published table.
    """

    name: str
    title: str
    kind: Kind
    processor: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    targets: tuple[DeviceTarget, ...] = ()
    note: str = ""
    points: tuple[PublishedRow, ...] = ()

    @property
    def default(self) -> DeviceTarget | None:
        """The best-backed target; None for the host, which is measured."""
        return self.targets[0] if self.targets else None

    def target(self, key: str) -> DeviceTarget:
        """The target with this key.

        Raises:
            UnknownName: with the targets that the device has.
        """
        for each in self.targets:
            if each.key == key:
                return each
        raise UnknownName(f"target of {self.name}", key, [each.key for each in self.targets])


class Fit(StrEnum):
    """Whether something goes into what there is."""

    FITS = "fits"
    TIGHT = "tight"
    DOES_NOT_FIT = "does not fit"
    UNKNOWN = "not known"
