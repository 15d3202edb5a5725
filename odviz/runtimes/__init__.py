"""Runtimes that run model files. One file each; see base.Runtime."""

from odviz.registry import Registry
from odviz.runtimes.base import Runtime

RUNTIMES: Registry[Runtime] = Registry("runtime", __name__)
