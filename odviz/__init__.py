"""odviz: decide which on-device model to ship."""

__version__ = "0.1.0"
