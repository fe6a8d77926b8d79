"""Adapters: small changes to a network that are put on and taken off without touching its weights."""

from artifex.engine.adapters.adapter import Adapter, LowRank
from artifex.engine.adapters.fit import misfit
from artifex.engine.adapters.inject import Injection, inject

__all__ = ["Adapter", "Injection", "LowRank", "inject", "misfit"]
