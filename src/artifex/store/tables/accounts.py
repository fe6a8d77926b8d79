"""Users, and their refresh tokens, API keys and tickets."""

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table

from artifex.store.tables.base import metadata

users = Table(
    "users",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("password_hash", String(255)),
    Column("role", String(16), nullable=False),
    Column("epoch", Integer, nullable=False, server_default="0"),
    Column("disabled", Boolean, nullable=False, server_default="0"),
    Column("limits", JSON, nullable=False, server_default="{}"),
    Column("created_at", Float, nullable=False),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("family", String(32), nullable=False),
    Column("user_id", String(32), nullable=False),
    Column("used_at", Float),
    Column("expires_at", Float, nullable=False),
)
Index("ix_refresh_tokens_family", refresh_tokens.c.family)
Index("ix_refresh_tokens_user", refresh_tokens.c.user_id)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("user_id", String(32), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("name", String(100), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("used_at", Float),
    Column("revoked", Boolean, nullable=False, server_default="0"),
)
Index("ix_api_keys_user", api_keys.c.user_id)

tickets = Table(
    "tickets",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("user_id", String(32), nullable=False),
    Column("session", String(32), nullable=False),
    Column("expires_at", Float, nullable=False),
)
"""Each lets in one WebSocket, whose headers browsers cannot set."""
