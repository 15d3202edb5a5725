"""Cost of answers from a cloud service and from devices: assumptions, break-even and what decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from odviz.domain.errors import InputError
from odviz.domain.estimate import Estimate
from odviz.domain.text import number, quoted


class CostFactor(StrEnum):
    """What a cost depends on; the value is its name in addresses, options and presets."""

    REQUESTS = "requests"
    CALL_PRICE = "call-price"
    TRAFFIC = "traffic"
    TRAFFIC_PRICE = "traffic-price"
    DEVICES = "devices"
    DEVICE_PRICE = "device-price"
    DEVICE_LIFE = "device-life"
    LATENCY = "latency"
    ENERGY = "energy"
    POWER = "power"
    ELECTRICITY = "electricity"
    TRAINING = "training"
    UPKEEP = "upkeep"
    COMPLIANCE = "compliance"
    EVIDENCE = "evidence"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class FactorInfo:
    """How a factor is named and typed.

    Attributes:
        title: as it is shown.
        unit: of the numbers that are typed.
        help: one sentence.
        least: smallest number that is accepted.
        most: greatest number that is accepted.
    """

    title: str
    unit: str
    help: str
    least: float = 0.0
    most: float = 1e9


FACTORS: Mapping[CostFactor, FactorInfo] = {
    CostFactor.REQUESTS: FactorInfo("Requests", "a day", "Answers needed a day, of all devices together.", most=1e12),
    CostFactor.CALL_PRICE: FactorInfo("Price of calls", "$ per 1,000", "What the cloud charges for 1,000 answers."),
    CostFactor.TRAFFIC: FactorInfo("Traffic of a call", "kB", "Bytes of a request and its answer together."),
    CostFactor.TRAFFIC_PRICE: FactorInfo("Price of traffic", "$ per GB", "0 where the connection is paid for anyway."),
    CostFactor.DEVICES: FactorInfo(
        "Devices", "devices", "How many are bought; more if these cannot answer all requests in time.", 1.0, 1e9
    ),
    CostFactor.DEVICE_PRICE: FactorInfo(
        "Price of a device", "$", "More than one that only calls the cloud; 0 for a phone that people have."
    ),
    CostFactor.DEVICE_LIFE: FactorInfo("Life of a device", "years", "After this time it is bought again.", 0.1, 100.0),
    CostFactor.LATENCY: FactorInfo("Time of an answer", "ms", "How many answers a device can give follows from it."),
    CostFactor.ENERGY: FactorInfo("Energy of an answer", "mJ", "On the device, added to its power while it waits."),
    CostFactor.POWER: FactorInfo(
        "Power while it waits", "W", "Of one device, day and night; 0 where it is on for something else anyway."
    ),
    CostFactor.ELECTRICITY: FactorInfo("Price of electricity", "$ per kWh", "What the owner of the devices pays."),
    CostFactor.TRAINING: FactorInfo("Training, once", "$", "Data, labels, computing and work before use."),
    CostFactor.UPKEEP: FactorInfo("Upkeep", "$ a month", "Updates, monitoring and repairs of model and devices."),
    CostFactor.COMPLIANCE: FactorInfo("Compliance, once", "hours", "Work on documents that an own model needs."),
    CostFactor.EVIDENCE: FactorInfo(
        "Saved by evidence", "hours each", "What each piece of evidence that odviz holds takes off these hours."
    ),
    CostFactor.HOUR: FactorInfo("Price of an hour", "$", "Of whoever does that work."),
}


class CostBasis(StrEnum):
    """What an assumption rests on."""

    BENCHMARK = "benchmark"
    CITED = "cited"
    ASSUMED = "assumed"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class CostAssumption:
    """A factor as a range.

    Attributes:
        low: hardly less than this, in the unit of the factor.
        value: as likely less as more.
        high: hardly more than this.
        basis: what it rests on.
        source: citation, or what is assumed.
        checked: day on which the source was read; empty for none.
    """

    low: float
    value: float
    high: float
    basis: CostBasis
    source: str = ""
    checked: str = ""


def read_assumption(factor: CostFactor, text: str) -> CostAssumption:
    """What a person typed for a factor: "1000", or lowest, usual and highest value as "500:1000:2000".

    Raises:
        InputError: neither, or a number outside of what is accepted.
    """
    info, parts = FACTORS[factor], text.replace(" ", "").split(":")
    try:
        numbers = [number(part) + 0.0 for part in parts]  # turns −0 into 0
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 3):
        raise InputError(f"{info.title}: {quoted(text)} is not a number, or three as 500:1000:2000")
    if numbers != sorted(numbers):
        raise InputError(f"{info.title}: write the lowest number first and the highest last, as 500:1000:2000")
    if not info.least <= numbers[0] <= numbers[-1] <= info.most:
        raise InputError(f"{info.title}: it must be from {info.least:g} to {info.most:g} {info.unit}".rstrip())
    return CostAssumption(numbers[0], numbers[len(numbers) // 2], numbers[-1], CostBasis.OWN, "your own figure")


@dataclass(frozen=True, slots=True)
class CostPreset:
    """Assumptions to start from.

    Attributes:
        name: of its file.
        title: as it is shown.
        note: when it fits.
        assumptions: all but those that a benchmark gives.
    """

    name: str
    title: str
    note: str
    assumptions: Mapping[CostFactor, CostAssumption]


class EvidenceKind(StrEnum):
    """Evidence for compliance documents that odviz may hold of a variant."""

    FILE = "file"
    ACCURACY = "accuracy"
    GROUPS = "groups"
    STRESS = "stress"
    DATA = "data"
    PARITY = "parity"


@dataclass(frozen=True, slots=True)
class CostCase:
    """Everything that a comparison of costs depends on.

    Attributes:
        assumptions: of every factor.
        evidence: what is held.
        months: how far the comparison looks.
    """

    assumptions: Mapping[CostFactor, CostAssumption]
    evidence: tuple[EvidenceKind, ...]
    months: float


class Payback(StrEnum):
    """Whether devices ever pay for themselves, in 95 % of the draws."""

    PAYS = "pays"
    PERHAPS = "perhaps"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class BreakEven:
    """When devices have cost as little as the cloud for the first time.

    Attributes:
        payback: whether they ever have.
        low: months, in the most favourable 2.5 % of the draws; None for never.
        value: months, in half of the draws; None for never.
        high: months, in all but the least favourable 2.5 % of the draws; None for never.
        share: of the draws in which they have within the months that are looked at.
    """

    payback: Payback
    low: float | None
    value: float | None
    high: float | None
    share: float


class Cheaper(StrEnum):
    """What costs less in the months that are looked at, in 95 % of the draws."""

    DEVICE = "device"
    CLOUD = "cloud"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class CostSwing:
    """What one factor does to the result while the others keep their values.

    Attributes:
        factor: that is moved.
        at_low: what devices save in all months at its lowest value, in $.
        at_high: the same at its highest value.
        flips_at: value nearest to its own at which the other side becomes cheaper; None if there is none.
        within: whether that lies inside its range.
    """

    factor: CostFactor
    at_low: float
    at_high: float
    flips_at: float | None
    within: bool

    @property
    def width(self) -> float:
        """How far the result moves, in $."""
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True, slots=True)
class CostPath:
    """What one side has cost by each month, in $: the median, and the ends between which 95 % of the draws are."""

    low: tuple[float, ...]
    value: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CostReport:
    """Cloud and devices compared.

    Attributes:
        case: what it depends on.
        cheaper: what costs less.
        share: of the draws in which devices cost less.
        break_even: when devices have paid for themselves.
        cloud: cost of the cloud a month, in $.
        running: cost of the devices a month without what is bought, in $.
        first: what is paid for devices, training and documents before the first answer, in $.
        saving: what devices save in all months, in $.
        devices: how many are needed.
        swings: of every factor that moves the result, the largest first.
        months: times of the paths.
        paths: by side, DEVICE and CLOUD.
    """

    case: CostCase
    cheaper: Cheaper
    share: float
    break_even: BreakEven
    cloud: Estimate
    running: Estimate
    first: Estimate
    saving: Estimate
    devices: Estimate
    swings: tuple[CostSwing, ...]
    months: tuple[float, ...]
    paths: Mapping[Cheaper, CostPath]
