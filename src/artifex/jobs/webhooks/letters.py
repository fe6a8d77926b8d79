"""The rows of waiting deliveries: finding due ones, claiming them and recording the outcome."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, Select, Update, delete, func, select, update

from artifex.jobs.webhooks.endpoints import callback_secret
from artifex.store.database import Database, wall_now
from artifex.store.tables.webhooks import webhook_deliveries, webhook_endpoints

RETRIES = (10.0, 30.0, 120.0, 600.0, 3600.0, 6 * 3600.0, 24 * 3600.0)
"""Delays in seconds before each retry; the first attempt is made at once."""
CLAIM_SECONDS = 60.0
"""How long a claim lasts before another server may try; several times the longest attempt."""
KEPT_SECONDS = 30 * 24 * 3600.0
"""How long finished deliveries can be looked up."""
_CANDIDATES = 64


@dataclass(frozen=True, slots=True)
class Letter:
    """One attempt at one delivery, claimed by this process."""

    number: int
    event_id: str
    owner: str
    url: str
    body: bytes
    attempt: int
    """1 for the first."""
    keys: tuple[str, ...]
    """The secrets to sign with."""

    @property
    def lanes(self) -> tuple[str, str]:
        """The keys under which it counts against concurrency limits."""
        return f"url {self.url}", f"owner {self.owner}"


def any_due(database: Database) -> bool:
    """Whether a delivery is due; a read that does not wait for writers."""
    waiting = select(webhook_deliveries.c.number).where(
        webhook_deliveries.c.state == "waiting", webhook_deliveries.c.next_at <= wall_now()
    )
    with database.read() as connection:
        return connection.execute(waiting.limit(1)).first() is not None


def claim(database: Database, room: int, busy: Counter[str], *, most_per_owner: int, most_per_url: int) -> list[Letter]:
    """Claim at most ``room`` due deliveries: counts an attempt and makes the next one due in ``CLAIM_SECONDS``."""
    with database.write() as connection:
        claimed: list[Letter] = []
        busy = Counter(busy)
        for row in connection.execute(_due(most_per_owner, most_per_url)).mappings():
            keys = _keys(connection, row)
            if not keys:
                _give_up(connection, row["number"], "its endpoint is switched off")
                continue
            body, attempt = row["body"].encode(), row["attempts"] + 1
            letter = Letter(row["number"], row["event_id"], row["owner"], row["url"], body, attempt, keys)
            url, owner = letter.lanes
            if len(claimed) == room or busy[url] >= most_per_url or busy[owner] >= most_per_owner:
                continue
            busy.update(letter.lanes)
            claimed.append(letter)
            connection.execute(_this(row["number"]).values(attempts=letter.attempt, next_at=wall_now() + CLAIM_SECONDS))
        return claimed


def note(
    database: Database, letter: Letter, status: int | None, fault: str | None
) -> Literal["delivered", "waiting", "given_up"]:
    """Record the outcome of an attempt; only 2xx is success. Ignored if a later attempt has begun."""
    waits = RETRIES[letter.attempt - 1] if letter.attempt <= len(RETRIES) else None
    if status is not None and 200 <= status < 300:
        state, next_at = "delivered", None
    elif waits is None:
        state, next_at = "given_up", None
    else:
        state, next_at = "waiting", wall_now() + waits
    ours = _this(letter.number).where(
        webhook_deliveries.c.state == "waiting", webhook_deliveries.c.attempts == letter.attempt
    )
    with database.write() as connection:
        connection.execute(ours.values(state=state, next_at=next_at, last_status=status, last_error=fault))
    return state


def prune_deliveries(database: Database, older_than: float = KEPT_SECONDS) -> int:
    """Delete finished deliveries created more than ``older_than`` seconds ago; returns how many."""
    over = webhook_deliveries.c.state != "waiting", webhook_deliveries.c.created_at < wall_now() - older_than
    with database.write() as connection:
        return connection.execute(delete(webhook_deliveries).where(*over)).rowcount


def _due(most_per_owner: int, most_per_url: int) -> Select[Any]:
    """A few due deliveries per URL and owner, so that no backlog hides those of others."""
    table = webhook_deliveries
    in_url = func.row_number().over(partition_by=(table.c.owner, table.c.url), order_by=table.c.number)
    due = (
        select(table.c.number, table.c.owner, in_url.label("in_url"))
        .where(table.c.state == "waiting", table.c.next_at <= wall_now())
        .subquery()
    )
    in_owner = func.row_number().over(partition_by=due.c.owner, order_by=due.c.number)
    fair = select(due.c.number, in_owner.label("in_owner")).where(due.c.in_url <= most_per_url).subquery()
    keys = webhook_endpoints.c
    old_is_valid = (keys.old_secret_until > wall_now()).label("old_is_valid")
    return (
        select(table, keys.enabled, keys.secret, keys.old_secret, old_is_valid)
        .join(fair, fair.c.number == table.c.number)
        .outerjoin(webhook_endpoints, webhook_endpoints.c.id == table.c.endpoint_id)
        .where(fair.c.in_owner <= 2 * most_per_owner)
        .order_by(fair.c.in_owner, table.c.number)
        .limit(_CANDIDATES)
    )


def _keys(connection: Connection, row: RowMapping) -> tuple[str, ...]:
    if row["endpoint_id"] is None:
        return (callback_secret(connection, row["owner"]),)
    if not row["enabled"]:
        return ()
    return (row["secret"], row["old_secret"]) if row["old_is_valid"] else (row["secret"],)


def _give_up(connection: Connection, number: int, why: str) -> None:
    connection.execute(_this(number).values(state="given_up", next_at=None, last_error=why))


def _this(number: int) -> Update:
    return update(webhook_deliveries).where(webhook_deliveries.c.number == number)
