"""Outputs beside those of the parent, for metrics whose targets these are."""

from __future__ import annotations

from odviz.arrays import Array, Floats


def check_shape(output: Array, parent: Array) -> None:
    """Check that outputs of two models can be compared.

    Args:
        output: of all items, shape (N, …).
        parent: the parent's.

    Raises:
        ValueError: they have other shapes.
    """
    if output.shape != parent.shape:
        raise ValueError(f"outputs of shape {output.shape}, those of the parent of shape {parent.shape}")


def vectors(output: Array) -> Floats:
    """One row an item, shape (N, values)."""
    rows: Floats = output.reshape(len(output), -1).astype(float)
    return rows
