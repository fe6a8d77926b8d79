"""Recognises retried requests of clients that send no idempotency key.

OpenAI's clients number their attempts and send no key. Each first attempt is recorded before it is processed; a retry
gets the key of a first attempt with the same body, so that the queue sees the same request twice, even if the first
attempt is still being processed.
"""

from uuid import uuid4

from sqlalchemy import delete, insert, select, update

from artifex.store.database import Database, wall_now
from artifex.store.tables.videos import video_attempts as attempts

REMEMBERED_SECONDS = 600.0
"""Well above the time within which clients retry."""


def attempt_key(database: Database, owner: str, body_hash: str, attempt: int) -> str:
    """The idempotency key of an attempt; ``attempt`` counts from 0.

    Each retry number is matched once to each first attempt with the same body, the latest first: four identical
    requests at once get four jobs, and if all four are retried, each retry gets a different one of them.
    """
    with database.write() as connection:
        connection.execute(delete(attempts).where(attempts.c.at < wall_now() - REMEMBERED_SECONDS))
        if attempt > 0:
            like_it = select(attempts.c.nonce).where(attempts.c.owner == owner, attempts.c.body_hash == body_hash)
            latest_first = attempts.c.at.desc(), attempts.c.nonce
            unclaimed = like_it.where(attempts.c.repeats < attempt).order_by(*latest_first).limit(1)
            any_at_all = like_it.order_by(*latest_first).limit(1)
            nonce = connection.execute(unclaimed).scalar() or connection.execute(any_at_all).scalar()
            if nonce is not None:
                connection.execute(update(attempts).where(attempts.c.nonce == nonce).values(repeats=attempt))
                return nonce
        nonce = uuid4().hex
        row = {"nonce": nonce, "owner": owner, "body_hash": body_hash, "repeats": attempt}
        connection.execute(insert(attempts).values(**row, at=wall_now()))
        return nonce
