"""Projects (films): a snapshot of each, and every edit since its beginning."""

from sqlalchemy import JSON, Column, Float, Index, Integer, String, Table

from artifex.store.tables.base import metadata

projects = Table(
    "projects",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("name", String(200), nullable=False),
    Column("rate", String(40), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("duration", Integer, nullable=False),  # frames
    Column("version", Integer, nullable=False),  # number of entries
    Column("snapshot", JSON, nullable=False),
    Column("snapshot_version", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
)
Index("ix_projects_owner_changed", projects.c.owner, projects.c.changed_at, projects.c.id)
Index("ix_projects_changed", projects.c.changed_at, projects.c.id)

project_entries = Table(
    "project_entries",
    metadata,
    Column("project_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1, without a gap
    Column("kind", String(8), nullable=False),  # change, undo, redo
    Column("data", JSON),
)
"""Append-only; deleting a project deletes all of its entries."""
