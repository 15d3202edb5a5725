"""Compression methods and the recipes that compose them. One file a method; see base.Method."""

from odviz.compression.base import Method
from odviz.registry import Registry

METHODS: Registry[Method] = Registry("compression method", __name__)
