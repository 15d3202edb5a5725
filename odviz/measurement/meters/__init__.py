"""Energy meters, one file each; the interface is `base.Meter`."""

from odviz.measurement.meters.base import Meter
from odviz.registry import Registry

METERS: Registry[Meter] = Registry("energy meter", __name__)
