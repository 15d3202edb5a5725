"""Checks of the data of a task: one file each; see base.Check."""

from __future__ import annotations

from odviz.data_quality.base import Check
from odviz.registry import Registry

CHECKS: Registry[Check] = Registry("check", __name__)
