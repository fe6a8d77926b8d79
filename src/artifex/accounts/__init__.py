"""Users, authentication and rate limits."""

from artifex.accounts.identity import Identity, Role

__all__ = ["Identity", "Role"]
