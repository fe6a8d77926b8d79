"""Lists of jobs, and a job's position in the queue."""

import base64
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from artifex.errors import BadInput
from artifex.jobs.queue.records import JobRow, Page
from artifex.jobs.queue.rows import in_state, is_finished, is_unfinished, job_of
from artifex.jobs.state import ENDS, Kind, StateName
from artifex.store.tables.jobs import jobs

_MOST = 1000
MOST_BEFORE = 1000
"""The highest position counted; jobs further behind report this number."""


def page(
    connection: Connection,
    owner: str | None,
    states: Sequence[StateName],
    kind: Kind | None,
    batch: str | None,
    after: str | None,
    limit: int,
    oldest_first: bool,
) -> Page:
    """See :meth:`artifex.jobs.queue.Queue.page`."""
    wanted = select(jobs)
    if owner is not None:
        wanted = wanted.where(jobs.c.owner == owner)
    if kind is not None:
        wanted = wanted.where(jobs.c.kind == kind)
    if batch is not None:
        wanted = wanted.where(jobs.c.batch == batch)
    if after is not None:
        number = _number(after)
        wanted = wanted.where(jobs.c.number > number if oldest_first else jobs.c.number < number)
    limit = min(max(limit, 1), _MOST)
    first = wanted.order_by(jobs.c.number if oldest_first else jobs.c.number.desc()).limit(limit + 1)
    rows = [row for some in _each(first, states) for row in connection.execute(some).mappings().all()]
    rows.sort(key=lambda row: row["number"], reverse=not oldest_first)
    found = [job_of(row) for row in rows[:limit]]
    return Page(found, _cursor(found[-1].number) if len(rows) > limit else None)


def _each(first: Select[Any], states: Sequence[StateName]) -> Iterator[Select[Any]]:
    """Split the query by state: each finished state has an index that stays fast however long the history is.
    Unfinished jobs are few and share one query."""
    if not states:
        yield first
        return
    for state in ENDS.intersection(states):
        yield first.where(in_state(state), is_finished)
    if waiting := set(states) - ENDS:
        yield first.where(jobs.c.state.in_(sorted(waiting)), is_unfinished)


def position(connection: Connection, job: JobRow) -> int | None:
    """How many jobs are ahead of a queued one, at most `MOST_BEFORE`. Ignores ageing and turns, which soon change."""
    own = and_(
        jobs.c.owner == job.owner,
        or_(jobs.c.priority > job.priority, and_(jobs.c.priority == job.priority, jobs.c.place < job.place)),
    )
    others = and_(jobs.c.owner != job.owner, jobs.c.place < job.place)
    before: ColumnElement[bool] = or_(jobs.c.tier > job.tier, and_(jobs.c.tier == job.tier, or_(own, others)))
    some = select(jobs.c.number).where(in_state("queued"), before).limit(MOST_BEFORE).subquery()
    return connection.scalar(select(func.count()).select_from(some))


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def _number(cursor: str) -> int:
    """Raises BadInput."""
    try:
        number = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, UnicodeError) as error:
        raise BadInput("The cursor is none that this server gave; start from the first page.") from error
    if not 0 < number < 2**63:
        raise BadInput("The cursor is none that this server gave; start from the first page.")
    return number


def cursor_after(job: JobRow) -> str:
    """The cursor of the page that starts after this job."""
    return _cursor(job.number)
