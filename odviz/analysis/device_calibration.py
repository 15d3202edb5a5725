"""Calibrations of a device's targets from published measurements and its own points, and what they predict of these."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np

from odviz.domain.device import DeviceProfile, DeviceTarget, processor_of
from odviz.domain.errors import FileRefused
from odviz.domain.estimate import Provenance
from odviz.domain.published import Processor, PublishedRow
from odviz.library.published import read_published
from odviz.projection.calibration import Calibration, calibrate, sibling_keys


@cache
def published_calibrations() -> Mapping[str, Calibration]:
    """The calibration of each target of the published table."""
    return calibrate(read_published())


def calibration(device: DeviceProfile, target: DeviceTarget) -> Calibration:
    """The calibration of a target, from the published table and the points of the profile."""
    if not device.points:
        return published_calibrations().get(target.key) or Calibration(target.key, ())
    return _with_points(device.points, target.key, processor_of(device.kind, target.target.backend))


def measurements(device: DeviceProfile, target: DeviceTarget) -> tuple[PublishedRow, ...]:
    """Every measurement of a target, published or the user's own, by rising MACs; unknown MACs come last."""
    return tuple(sorted(calibration(device, target).rows, key=lambda row: (row.macs or math.inf, row.latency_s)))


@lru_cache(maxsize=32)  # a user edits their measurements many times
def _with_points(points: tuple[PublishedRow, ...], key: str, processor: Processor) -> Calibration:
    """Calibrate a target with the user's points in place of published ones; its siblings' too, if it borrows."""
    own = {(row.target, row.model): replace(row, processor=processor) for row in points}
    rows = [*(row for row in read_published() if (row.target, row.model) not in own), *own.values()]
    wanted = (key, *sibling_keys(key))
    return calibrate(row for row in rows if row.target in wanted).get(key) or Calibration(key, ())


@contextmanager
def fitting(key: str) -> Iterator[None]:
    """Turn the errors of a fit to unchecked measurements into a refusal of the measurements.

    Raises:
        FileRefused: nothing can be fitted to them.
    """
    try:
        with np.errstate(all="ignore"):  # the result is checked instead
            yield
    except (ArithmeticError, LookupError, RuntimeError, ValueError) as error:
        raise FileRefused(
            f"Nothing can be learned from the measurements under {key}. Look over their latencies and MACs for "
            "figures out of all proportion; if all are right, one more network of another family helps."
        ) from error


def ways(device: DeviceProfile) -> tuple[DeviceTarget, ...]:
    """Each runtime × backend × threads once, as its first target; recipes choose the precision."""
    first = {_way(target): target for target in reversed(device.targets)}
    return tuple(target for target in device.targets if first[_way(target)] is target)


def siblings(device: DeviceProfile, target: DeviceTarget) -> tuple[DeviceTarget, ...]:
    """Targets of the same runtime, backend and threads, whatever their precision; the target itself among them."""
    return tuple(sibling for sibling in device.targets if _way(sibling) == _way(target))


def _way(target: DeviceTarget) -> tuple[str, str, int]:
    return target.target.runtime, target.target.backend, target.target.threads


@dataclass(frozen=True, slots=True)
class HeldOutPrediction:
    """A measured network, and its latency as predicted from all other families.

    Attributes:
        name: of the network.
        family: that was left out with it.
        measured: latency as it was measured, seconds.
        predicted: latency as predicted without its family, seconds.
        provenance: of the measurement.
    """

    name: str
    family: str
    measured: float
    predicted: float
    provenance: Provenance = Provenance.PUBLISHED


def held_out_predictions(calibration: Calibration) -> tuple[HeldOutPrediction, ...]:
    """Each network of a target, predicted without its family: the data behind the figures of `validate`.

    Empty if nothing is projected, or if too few networks remain to predict one of them.
    """
    if not calibration.projects:
        return ()
    networks, log_errors = calibration.sample.own, calibration.left_out.log_error
    provenances = {row.model: row.provenance for row in calibration.rows}
    if len(log_errors) != len(networks):
        return ()
    return tuple(
        HeldOutPrediction(
            network.name,
            network.family,
            network.seconds,
            network.seconds * math.exp(log_error),
            provenances[network.name],
        )
        for network, log_error in zip(networks, log_errors, strict=True)
    )
