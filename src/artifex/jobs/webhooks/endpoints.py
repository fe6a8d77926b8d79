"""Users' webhook endpoints: their URLs, secrets and deliveries."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from artifex.errors import BadInput, Conflict, NotFound
from artifex.jobs.webhooks.signing import new_secret
from artifex.jobs.webhooks.targets import require_target
from artifex.store.database import Database, wall_now
from artifex.store.tables.webhooks import webhook_deliveries, webhook_endpoints, webhook_secrets

EVENTS = ("video.completed", "video.failed", "job.completed", "job.failed")
"""``video`` for ``generate`` jobs, ``job`` for all others."""

MOST_ENDPOINTS = 20
"""The most endpoints per user: an event is delivered to each."""
OLD_SECRET_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Endpoint:
    id: str
    owner: str
    url: str
    secret: str
    events: tuple[str, ...]
    enabled: bool
    created_at: float


@dataclass(frozen=True, slots=True)
class Delivery:
    """The delivery of one event to one endpoint."""

    number: int
    event_id: str
    event: str
    attempts: int
    state: str
    """``waiting``, ``delivered`` or ``given_up``."""
    next_at: float | None
    last_status: int | None
    last_error: str | None
    created_at: float


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Manages endpoints. ``private_targets`` allows plain HTTP and private networks, for tests."""

    database: Database
    private_targets: bool = False

    def create(self, owner: str, url: str, events: Sequence[str]) -> Endpoint:
        """Raises BadInput for an invalid URL or event, Conflict if there are too many endpoints."""
        require_target(url, private=self.private_targets)
        endpoint_id, chosen = uuid4().hex, _checked(events)
        with self.database.write() as connection:
            count = select(func.count()).where(webhook_endpoints.c.owner == owner)
            if connection.execute(count).scalar_one() >= MOST_ENDPOINTS:
                raise Conflict(f"There are {MOST_ENDPOINTS} webhook endpoints already; delete one first.")
            row = {"id": endpoint_id, "owner": owner, "url": url, "secret": new_secret(), "events": chosen}
            connection.execute(insert(webhook_endpoints).values(**row, created_at=wall_now()))
            return _get(connection, endpoint_id, owner)

    def page(self, owner: str) -> list[Endpoint]:
        """All endpoints of a user, oldest first."""
        wanted = select(webhook_endpoints).where(webhook_endpoints.c.owner == owner)
        with self.database.read() as connection:
            rows = connection.execute(wanted.order_by(webhook_endpoints.c.created_at, webhook_endpoints.c.id))
            return [_endpoint(row) for row in rows.mappings()]

    def get(self, endpoint_id: str, owner: str) -> Endpoint:
        """Raises NotFound, also for another owner's endpoint."""
        with self.database.read() as connection:
            return _get(connection, endpoint_id, owner)

    def edit(
        self,
        endpoint_id: str,
        owner: str,
        *,
        url: str | None = None,
        events: Sequence[str] | None = None,
        enabled: bool | None = None,
    ) -> Endpoint:
        """None leaves a field unchanged. Waiting deliveries keep their URL. Raises NotFound, BadInput."""
        if url is not None:
            require_target(url, private=self.private_targets)
        changes = {"url": url, "events": None if events is None else _checked(events), "enabled": enabled}
        changes = {name: value for name, value in changes.items() if value is not None}
        with self.database.write() as connection:
            _get(connection, endpoint_id, owner)
            if changes:
                connection.execute(
                    update(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id).values(**changes)
                )
            return _get(connection, endpoint_id, owner)

    def delete(self, endpoint_id: str, owner: str) -> None:
        """Delete an endpoint and all its deliveries. Raises NotFound."""
        with self.database.write() as connection:
            _get(connection, endpoint_id, owner)
            connection.execute(delete(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id))
            connection.execute(delete(webhook_deliveries).where(webhook_deliveries.c.endpoint_id == endpoint_id))

    def rotate(self, endpoint_id: str, owner: str, *, keep_old: bool) -> Endpoint:
        """Make a new secret; with ``keep_old`` both secrets sign for a day. Raises NotFound."""
        with self.database.write() as connection:
            old = _get(connection, endpoint_id, owner).secret
            connection.execute(
                update(webhook_endpoints)
                .where(webhook_endpoints.c.id == endpoint_id)
                .values(
                    secret=new_secret(),
                    old_secret=old if keep_old else None,
                    old_secret_until=wall_now() + OLD_SECRET_SECONDS if keep_old else None,
                )
            )
            return _get(connection, endpoint_id, owner)

    def test(self, endpoint_id: str, owner: str, event: str) -> str:
        """Queue delivery of a test event about no real job; returns the event's id. Raises NotFound, BadInput."""
        _checked([event])
        event_id, about = f"evt_{uuid4().hex}", "video_test" if event.startswith("video.") else "test"
        with self.database.write() as connection:
            endpoint = _get(connection, endpoint_id, owner)
            now = connection.execute(select(wall_now())).scalar_one()
            body = {"id": event_id, "object": "event", "created_at": int(now), "type": event, "data": {"id": about}}
            connection.execute(
                insert(webhook_deliveries).values(
                    event_id=event_id,
                    owner=owner,
                    endpoint_id=endpoint_id,
                    url=endpoint.url,
                    body=json.dumps(body, separators=(",", ":")),
                    next_at=now,
                    created_at=now,
                )
            )
        return event_id

    def deliveries(
        self, endpoint_id: str, owner: str, *, before: int | None, limit: int
    ) -> tuple[list[Delivery], int | None]:
        """A page of deliveries, latest first, and ``before`` of the next page (None on the last). Raises NotFound."""
        wanted = select(webhook_deliveries).where(
            webhook_deliveries.c.owner == owner, webhook_deliveries.c.endpoint_id == endpoint_id
        )
        if before is not None:
            wanted = wanted.where(webhook_deliveries.c.number < before)
        with self.database.read() as connection:
            _get(connection, endpoint_id, owner)
            rows = connection.execute(wanted.order_by(webhook_deliveries.c.number.desc()).limit(limit + 1))
            found = [_delivery(row) for row in rows.mappings()]
        return found[:limit], found[limit - 1].number if len(found) > limit else None

    def callback_secret(self, owner: str, *, rotate: bool = False) -> str:
        """The secret that signs deliveries to the ``callback_url`` of this user's jobs; created on first use."""
        with self.database.write() as connection:
            return callback_secret(connection, owner, rotate=rotate)


def callback_secret(connection: Connection, owner: str, *, rotate: bool = False) -> str:
    """Like :meth:`Endpoints.callback_secret`, within a write transaction."""
    if rotate:
        connection.execute(delete(webhook_secrets).where(webhook_secrets.c.owner == owner))
    wanted = select(webhook_secrets.c.secret).where(webhook_secrets.c.owner == owner)
    if (found := connection.execute(wanted).scalar()) is not None:
        return found
    secret = new_secret()
    connection.execute(insert(webhook_secrets).values(owner=owner, secret=secret, created_at=wall_now()))
    return secret


def _checked(events: Sequence[str]) -> list[str]:
    unknown = [event for event in events if event not in EVENTS]
    if unknown or not events:
        said = f"There is no event {unknown[0]!r:.60}" if unknown else "No events were named"
        raise BadInput(f"{said}; choose from: {', '.join(EVENTS)}.")
    return sorted(set(events))


def _get(connection: Connection, endpoint_id: str, owner: str) -> Endpoint:
    wanted = select(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id, webhook_endpoints.c.owner == owner)
    row = connection.execute(wanted).mappings().first()
    if row is None:
        raise NotFound("There is no such webhook endpoint; it may have been deleted.")
    return _endpoint(row)


def _endpoint(row: RowMapping) -> Endpoint:
    return Endpoint(
        row["id"], row["owner"], row["url"], row["secret"], tuple(row["events"]), row["enabled"], row["created_at"]
    )


def _delivery(row: RowMapping) -> Delivery:
    body: dict[str, Any] = json.loads(row["body"])
    return Delivery(
        row["number"],
        row["event_id"],
        str(body["type"]),
        row["attempts"],
        row["state"],
        row["next_at"] if row["state"] == "waiting" else None,
        row["last_status"],
        row["last_error"],
        row["created_at"],
    )
