"""Recent requests for videos, so that a client's retries do not make them twice."""

from sqlalchemy import Column, Float, Index, Integer, String, Table

from artifex.store.tables.base import metadata

video_attempts = Table(
    "video_attempts",
    metadata,
    Column("nonce", String(32), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("repeats", Integer, nullable=False, server_default="0"),
    Column("at", Float, nullable=False),
)
Index("ix_video_attempts_body", video_attempts.c.owner, video_attempts.c.body_hash, video_attempts.c.at)
Index("ix_video_attempts_at", video_attempts.c.at)
