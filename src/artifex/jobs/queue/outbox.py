"""The one way to change a job's state: its row, its sequence number and the event, in one transaction."""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, TextClause, delete, func, insert, select, update

from artifex.jobs.queue.records import Event
from artifex.jobs.state import ENDS
from artifex.store.database import wall_now
from artifex.store.tables.jobs import events, jobs
from artifex.store.tables.webhooks import webhook_deliveries, webhook_endpoints

Condition = ColumnElement[bool] | TextClause

_TOLD = insert(events).values(at=wall_now())


def change(connection: Connection, *conditions: Condition, kind: str = "state", **values: Any) -> list[RowMapping]:
    """Change all jobs that meet the conditions; returns the changed rows, oldest first."""
    changed = update(jobs).where(*conditions).values(sequence=jobs.c.sequence + 1, **values).returning(jobs)
    rows = sorted(connection.execute(changed).mappings(), key=lambda row: row["number"])
    tell(connection, rows, kind)
    if values.get("state") in ENDS:
        _tell_webhooks(connection, rows)
    return rows


def tell(connection: Connection, rows: Sequence[Mapping[Any, Any]], kind: str) -> None:
    """Write one event for each row."""
    if rows:
        told = [{"job_id": row["id"], "owner": row["owner"], "kind": kind, "data": _data(row)} for row in rows]
        connection.execute(_TOLD, told)


def _data(row: Mapping[Any, Any]) -> dict[str, Any]:
    failed = row["error_code"] is not None
    return {
        **{name: row[name] for name in ("id", "kind", "state", "sequence", "attempt", "stage", "step")},
        "of": row["step_count"],
        **{name: row[name] for name in ("eta", "vram", "preview", "slot", "stop_wanted", "batch", "expert")},
        "error": {"code": row["error_code"], "message": row["error_message"]} if failed else None,
    }


def _tell_webhooks(connection: Connection, rows: Sequence[RowMapping]) -> None:
    """Queue webhook deliveries for these finished jobs: to the owners' endpoints and to the jobs' callback URLs."""
    deliveries = [delivery for row in rows for delivery in _deliveries(connection, row)]
    if deliveries:
        connection.execute(insert(webhook_deliveries), deliveries)


def _deliveries(connection: Connection, row: RowMapping) -> list[dict[str, Any]]:
    name = _webhook_event(row)
    of_owner = (webhook_endpoints.c.owner == row["owner"], webhook_endpoints.c.enabled)
    endpoints = connection.execute(select(webhook_endpoints).where(*of_owner)).mappings()
    addresses: list[tuple[str | None, str]] = [(one["id"], one["url"]) for one in endpoints if name in one["events"]]
    if row["callback_url"]:
        addresses.append((None, row["callback_url"]))
    if not addresses:
        return []
    event_id = f"evt_{uuid.uuid4().hex}"
    body = {"id": event_id, "object": "event", "created_at": int(row["finished_at"]), "type": name}
    data = {"id": f"video_{row['id']}" if row["kind"] == "generate" else row["id"]}
    same = {
        "event_id": event_id,
        "owner": row["owner"],
        "body": json.dumps({**body, "data": data}, separators=(",", ":")),
        "next_at": row["finished_at"],
        "created_at": row["finished_at"],
    }
    return [{**same, "endpoint_id": endpoint, "url": url} for endpoint, url in addresses]


def _webhook_event(row: RowMapping) -> str:
    what = "video" if row["kind"] == "generate" else "job"
    return f"{what}.{'completed' if row['state'] == 'succeeded' else 'failed'}"


def read_events(
    connection: Connection, after: int, limit: int, owner: str | None = None, job_id: str | None = None
) -> list[Event]:
    """Oldest first."""
    wanted = select(events).where(events.c.seq > after)
    if owner is not None:
        wanted = wanted.where(events.c.owner == owner)
    if job_id is not None:
        wanted = wanted.where(events.c.job_id == job_id)
    return [Event(**row) for row in connection.execute(wanted.order_by(events.c.seq).limit(limit)).mappings()]


def last_event(connection: Connection) -> int:
    return connection.scalar(select(func.max(events.c.seq))) or 0


def prune_events(connection: Connection, older_than_seconds: float) -> int:
    """Keeps the newest event, from which :func:`last_event` is read. Returns how many were deleted."""
    old = delete(events).where(events.c.at < wall_now() - older_than_seconds)
    return connection.execute(old.where(events.c.seq < last_event(connection))).rowcount
