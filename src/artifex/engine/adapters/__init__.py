"""Adapters (LoRA): small changes to a network that are applied and removed without overwriting its weights."""

from artifex.engine.adapters.adapter import Adapter, LowRank
from artifex.engine.adapters.fit import misfit
from artifex.engine.adapters.inject import Injection, inject

__all__ = ["Adapter", "Injection", "LowRank", "inject", "misfit"]
