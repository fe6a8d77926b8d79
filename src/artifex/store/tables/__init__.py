"""The schema: one module for each group of tables, all in one :data:`metadata`."""

from artifex.store.tables import accounts, assets, jobs, library, projects, videos, webhooks
from artifex.store.tables.base import metadata

__all__ = ["accounts", "assets", "jobs", "library", "metadata", "projects", "videos", "webhooks"]
