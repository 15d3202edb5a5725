"""Measured networks beside what their target's other families predict for them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from odviz.domain.estimate import Provenance
from odviz.projection.calibration import Calibration


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
