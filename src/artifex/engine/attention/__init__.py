"""Attention: a contract, one file per backend, and one function that picks a backend."""

from artifex.engine.attention.contract import Attention, FusedAttention
from artifex.engine.attention.pick import pick_attention
from artifex.engine.attention.quickest import Winners

__all__ = ["Attention", "FusedAttention", "Winners", "pick_attention"]
