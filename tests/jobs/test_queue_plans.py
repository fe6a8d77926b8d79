"""No statement of the queue reads the whole history, whatever SQLite's planner thinks of its size."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from artifex.jobs.overview import overview
from artifex.jobs.queue import Changes, Key, Progress, Queue
from artifex.store.database import Database
from tests.fakes.databases import sqlite_database
from tests.jobs.queues import clip, job, keep_content, slot, submit, take

LITTLE = re.compile("INDEX (ix_jobs_(open|unfinished|waiting|scheduled|expiring|conditional)|uq_jobs_slot)")
"""Partial indexes of unfinished jobs; all others grow with the history."""


@pytest.fixture
def database() -> Iterator[Database]:
    with sqlite_database() as database:
        keep_content(database)
        yield database


@pytest.fixture
def plans(database: Database) -> dict[str, list[str]]:
    """The query plans of each statement that runs from now on."""
    found: dict[str, list[str]] = {}

    @event.listens_for(database.engine, "before_cursor_execute")
    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if not many and statement.split()[0] in ("SELECT", "UPDATE", "DELETE"):
            rows = cursor.execute(f"explain query plan {statement}", parameters)
            found[statement] = [row[3] for row in rows]

    return found


def live(queue: Queue) -> None:
    """Run every operation of the queue once."""
    slot(queue)
    queue.submit([job(), job(), job(run_at=1e10, window="22:00-06:00", only_on_ac=True)], Key("a", "b", "c"), 100)
    claim = take(queue)
    queue.beat(claim)
    queue.stop_wanted(claim)
    queue.progress(claim, Progress("denoise", 1, 4))
    queue.keep(claim, checkpoint="x")
    waits = submit(queue, needs=(claim.job.id,), expires_at=1e10)
    queue.edit(waits.id, Changes(priority=1, before=queue.page("ann", limit=2).jobs[1].id))
    queue.pause(waits.id)
    queue.resume(waits.id)
    queue.succeed(claim, {}, [clip()])
    queue.fail(take(queue), "code", "text", final=True)
    queue.retry(queue.page(states=["failed"]).jobs[0].id)
    queue.cancel(waits.id)
    queue.delete(waits.id)
    queue.page("ann", states=["queued", "running"])
    queue.page(states=["queued", "running"])
    queue.page(batch="b")
    queue.position(queue.page(oldest_first=True).jobs[1])
    queue.tick()
    take(queue)
    queue.crashed("one.gpu0")
    queue.slots()
    queue.events(0, job_id=claim.job.id)
    queue.prune_events()
    queue.withdraw("one.gpu0")


def test_the_history_is_never_read_through(database: Database, plans: dict[str, list[str]]) -> None:
    live(Queue(database))
    overview(database)
    for statement, plan in plans.items():
        scans = [step for step in plan if step.startswith(("SCAN jobs", "SCAN events")) and not LITTLE.search(step)]
        pages = statement.startswith("SELECT jobs.number, jobs.id") and "LIMIT" in statement
        assert not scans or pages, statement


def test_what_waits_is_found_without_looking_into_the_table(database: Database, plans: dict[str, list[str]]) -> None:
    queue = Queue(database)
    slot(queue)
    submit(queue)
    steps = [step for plan in plans.values() for step in plan]
    assert "SCAN jobs USING COVERING INDEX ix_jobs_waiting" in steps
    assert "SEARCH jobs USING INDEX ix_jobs_waiting (owner=?)" in steps


def test_the_few_of_a_long_history_are_found_without_walking_it(
    database: Database, plans: dict[str, list[str]]
) -> None:
    queue = Queue(database)
    for owner in ("ann", None):
        queue.page(owner, states=["failed", "cancelled", "queued"], limit=5)
    indexes = {step for plan in plans.values() for step in plan}
    assert "SEARCH jobs USING INDEX ix_jobs_owner_ended (owner=? AND state=?)" in indexes
    assert "SEARCH jobs USING INDEX ix_jobs_ended (state=?)" in indexes
