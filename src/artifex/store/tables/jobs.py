"""Jobs, their events, and the slots that run them."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from artifex.store.tables.base import metadata

_Number = BigInteger().with_variant(Integer, "sqlite")
"""SQLite autoincrements only columns of the type INTEGER."""

IS_HELD = "state in ('dispatched', 'running', 'finalizing')"
"""States in which a job holds a slot."""
IS_CONDITIONAL = '("window" is not null or only_on_ac) and finished_at is null'
"""Jobs that may run only at some times, or only on mains power."""
IS_UNFINISHED = "finished_at is null"
IS_FINISHED = "finished_at is not null"

jobs = Table(
    "jobs",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("owner", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("request", JSON, nullable=False),
    Column("model", String(100), nullable=False, server_default=""),
    Column("state", String(16), nullable=False),
    Column("sequence", Integer, nullable=False, server_default="0"),
    # when and where it may run
    Column("tier", Integer, nullable=False, server_default="0"),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("place", Float, nullable=False, server_default="0"),
    Column("run_at", Float),
    Column("window", String(64)),
    Column("only_on_ac", Boolean, nullable=False, server_default="0"),
    Column("wanted_slot", String(128)),
    Column("passed", Integer, nullable=False, server_default="0"),  # how often a later job went first
    Column("needs", JSON, nullable=False, server_default="[]"),
    Column("batch", String(32)),
    Column("expires_at", Float),
    Column("stop_at_step", Integer),
    # who works on it
    Column("slot", String(128)),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("crashes", Integer, nullable=False, server_default="0"),
    Column("crashed_on", JSON, nullable=False, server_default="[]"),
    Column("lease_token", String(32)),
    Column("lease_until", Float),
    Column("stop_wanted", String(16)),
    # how far it is
    Column("stage", String(16)),
    Column("step", Integer, nullable=False, server_default="0"),
    Column("step_count", Integer, nullable=False, server_default="0"),
    Column("eta", Float),
    Column("vram", _Number),
    Column("progress_at", Float),
    Column("preview", String(64)),
    Column("recipe", JSON),
    Column("checkpoint", String(200)),
    # how it ended
    Column("result", JSON),
    Column("error_code", String(64)),
    Column("error_message", Text),
    Column("created_at", Float, nullable=False),
    Column("queued_at", Float),
    Column("started_at", Float),
    Column("finished_at", Float),
    # who wants to know
    Column("callback_url", Text),
    Column("request_id", String(64)),
    Column("remixed_from", String(32)),
    Column("expert", String(8)),  # the one that makes the next steps
    sqlite_autoincrement=True,
)


def _where(condition: str) -> dict[str, Any]:
    """The condition of a partial index; a query must repeat it word for word to use the index."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


Index("ix_jobs_owner_number", jobs.c.owner, jobs.c.number)
Index("ix_jobs_ended", jobs.c.state, jobs.c.number, **_where(IS_FINISHED))
Index("ix_jobs_owner_ended", jobs.c.owner, jobs.c.state, jobs.c.number, **_where(IS_FINISHED))
Index("ix_jobs_batch", jobs.c.batch, **_where("batch is not null"))
Index("ix_jobs_unfinished", jobs.c.owner, jobs.c.number, **_where(IS_UNFINISHED))
Index("ix_jobs_open", jobs.c.number, **_where(IS_UNFINISHED))
Index(
    "ix_jobs_waiting",
    *(jobs.c.owner, jobs.c.tier, jobs.c.priority, jobs.c.place, jobs.c.kind, jobs.c.wanted_slot, jobs.c.queued_at),
    *(jobs.c.state, jobs.c.expert),  # makes the index covering in SQLite
    **_where("state = 'queued'"),
)
Index("ix_jobs_scheduled", jobs.c.run_at, **_where("state = 'scheduled'"))
Index("ix_jobs_expiring", jobs.c.expires_at, **_where("expires_at is not null and finished_at is null"))
Index("ix_jobs_conditional", jobs.c.window, jobs.c.only_on_ac, **_where(IS_CONDITIONAL))
Index("uq_jobs_slot", jobs.c.slot, unique=True, **_where(IS_HELD))

job_needs = Table(
    "job_needs",
    metadata,
    Column("needed", String(32), primary_key=True),
    Column("job_id", String(32), primary_key=True),
)
"""Which job (``job_id``) waits for which (``needed``)."""
Index("ix_job_needs_job", job_needs.c.job_id)

turns = Table(
    "turns",
    metadata,
    Column("owner", String(32), primary_key=True),
    Column("turn", _Number, nullable=False),
)
"""Fair sharing among owners: turns are numbered, and the owner whose last turn is lowest is served next."""

events = Table(
    "events",
    metadata,
    Column("seq", _Number, primary_key=True, autoincrement=True),
    Column("job_id", String(32), nullable=False),  # empty for events of projects
    Column("owner", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("data", JSON, nullable=False),
    Column("at", Float, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_events_job", events.c.job_id, events.c.seq)
Index("ix_events_at", events.c.at)

slots = Table(
    "slots",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("host", String(100), nullable=False),
    Column("device", String(100), nullable=False),
    Column("kinds", JSON, nullable=False, server_default="[]"),
    Column("resident", String(100), nullable=False, server_default=""),
    Column("seen", Float, nullable=False),
    Column("paused", Boolean, nullable=False, server_default="0"),
    Column("device_errors", Integer, nullable=False, server_default="0"),
    Column("facts", JSON, nullable=False, server_default="{}"),
    Column("experts", String(8), nullable=False, server_default="both"),
    Column("holder", String(32)),  # the supervisor whose name this is
    Column("held_until", Float),
)

requests = Table(
    "requests",
    metadata,
    Column("scope", String(100), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("job_ids", JSON, nullable=False),
    Column("created_at", Float, nullable=False),
)
Index("ix_requests_created", requests.c.created_at)
