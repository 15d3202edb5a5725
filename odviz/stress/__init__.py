"""Stress tests: one file for each way in which a variant is tried harder than by the test set; see base.StressTest."""

from odviz.registry import Registry
from odviz.stress.base import StressTest

STRESS_TESTS: Registry[StressTest] = Registry("stress test", __name__)
