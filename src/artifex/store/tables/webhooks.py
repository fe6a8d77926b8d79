"""Webhook endpoints, their secrets, and deliveries."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text, text

from artifex.store.tables.base import metadata

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", String(100), nullable=False),
    Column("old_secret", String(100)),
    Column("old_secret_until", Float),
    Column("events", JSON, nullable=False),
    Column("enabled", Boolean, nullable=False, server_default="1"),
    Column("created_at", Float, nullable=False),
)
Index("ix_webhook_endpoints_owner", webhook_endpoints.c.owner)

webhook_secrets = Table(
    "webhook_secrets",
    metadata,
    Column("owner", String(32), primary_key=True),
    Column("secret", String(100), nullable=False),
    Column("created_at", Float, nullable=False),
)
"""Secrets that sign deliveries to a job's own ``callback_url``, which belong to no endpoint."""

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("event_id", String(40), nullable=False),
    Column("owner", String(32), nullable=False),
    Column("endpoint_id", String(32)),
    Column("url", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Float),
    Column("state", String(16), nullable=False, server_default="waiting"),  # waiting, delivered, given_up
    Column("last_status", Integer),
    Column("last_error", String(200)),
    Column("created_at", Float, nullable=False),
    sqlite_autoincrement=True,
)
_due = text("state = 'waiting'")
Index("ix_webhook_deliveries_due", webhook_deliveries.c.next_at, sqlite_where=_due, postgresql_where=_due)
Index("ix_webhook_deliveries_owner", webhook_deliveries.c.owner, webhook_deliveries.c.number)
