"""Linear layers with weights of eight bits, and how weights become so."""

from artifex.engine.quant.linear import Kind, QuantisedLinear, quantise_linears

__all__ = ["Kind", "QuantisedLinear", "quantise_linears"]
