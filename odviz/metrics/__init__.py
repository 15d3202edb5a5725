"""Metrics: how predictions are scored, and how sure a score is. One file each; see base.Metric."""

from odviz.metrics.base import Metric
from odviz.registry import Registry

METRICS: Registry[Metric] = Registry("metric", __name__)
