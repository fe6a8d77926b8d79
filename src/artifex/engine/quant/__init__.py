"""Linear layers with eight-bit weights, and quantisation of weights."""

from artifex.engine.quant.linear import Kind, QuantisedLinear, quantise_linears

__all__ = ["Kind", "QuantisedLinear", "quantise_linears"]
