"""Boards and share links of the library."""

from sqlalchemy import Column, Float, Index, String, Table

from artifex.store.tables.base import metadata

boards = Table(
    "boards",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("name", String(100), nullable=False),
    Column("created_at", Float, nullable=False),
)
Index("uq_boards_owner_name", boards.c.owner, boards.c.name, unique=True)

board_items = Table(
    "board_items",
    metadata,
    Column("board_id", String(32), primary_key=True),
    Column("asset_id", String(32), primary_key=True),
    Column("added_at", Float, nullable=False),
)
"""All assets of a board belong to the board's owner."""
Index("ix_board_items_asset", board_items.c.asset_id)

shares = Table(
    "shares",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("asset_id", String(32), nullable=False),
    Column("user_id", String(32), nullable=False),  # who made it
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
)
"""Links that open one file for whoever has them. Only the hash of their token is stored."""
Index("uq_shares_sha256", shares.c.sha256, unique=True)
Index("ix_shares_asset", shares.c.asset_id)
Index("ix_shares_expires", shares.c.expires_at)
