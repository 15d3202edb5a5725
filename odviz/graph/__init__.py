"""What a model file is made of: MACs, parameters, peak activations, share of quantized operators."""

from odviz.graph.facts import facts

__all__ = ["facts"]
