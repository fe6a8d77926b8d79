"""Slots with one expert each: which expert a job needs next, and which ones a slot holds."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_WAITING = ["owner", "tier", "priority", "place", "kind", "wanted_slot", "queued_at", "state", "expert"]


def upgrade() -> None:
    op.add_column("jobs", sa.Column("expert", sa.String(length=8), nullable=True))
    op.add_column("slots", sa.Column("experts", sa.String(length=8), server_default="both", nullable=False))
    op.drop_index("ix_jobs_waiting", "jobs")
    queued = sa.text("state = 'queued'")
    op.create_index("ix_jobs_waiting", "jobs", _WAITING, sqlite_where=queued, postgresql_where=queued)
