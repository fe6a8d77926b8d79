"""Who asks, and how much they may."""

from artifex.accounts.identity import Identity, Role

__all__ = ["Identity", "Role"]
