"""Formats of model files. One file each; see base.Format."""

from odviz.formats.base import Format
from odviz.registry import Registry

FORMATS: Registry[Format] = Registry("format", __name__)
