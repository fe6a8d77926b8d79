"""The queue's one door: each method opens a transaction, and rings afterwards."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from sqlalchemy import Connection, true

from artifex.catalog.execution import Expert
from artifex.jobs.queue import doors, leases, outbox, reading, slots, waiting
from artifex.jobs.queue.dispatch import dispatch, dispatched
from artifex.jobs.queue.edit import edit
from artifex.jobs.queue.records import (
    USUAL_PACE,
    Changes,
    Claim,
    Event,
    JobRow,
    Key,
    NewJob,
    Pace,
    Page,
    Produced,
    Progress,
    Slot,
    StopWanted,
)
from artifex.jobs.queue.rows import find, job_of
from artifex.jobs.queue.submit import made_before, submit
from artifex.jobs.queue.waiting import on_mains
from artifex.jobs.state import Kind, Running, StateName
from artifex.store.database import Database
from artifex.store.tables.jobs import jobs


class Queue:
    """See the package. Every method is one transaction; all may be called from any thread."""

    def __init__(
        self,
        database: Database,
        ring: Callable[[str, str], None] = lambda slot, job: None,
        on_ac: Callable[[], bool] = on_mains,
        pace: Pace = USUAL_PACE,
    ) -> None:
        """``ring(slot, job_id)`` tells a slot to look; it must return at once and may fail silently. ``on_ac()`` tells
        whether this machine is on mains power."""
        self._database = database
        self._ring = ring
        self._on_ac = on_ac
        self.pace = pace

    # ---- doors -------------------------------------------------------------------------------------------------------
    def submit(self, new: Sequence[NewJob], key: Key | None = None, most_open: int | None = None) -> list[JobRow]:
        """Queue all, or none. With a key seen before: the jobs of then. Raises RequestReused, NotFound (a need),
        TooMany (the owner would have over ``most_open`` jobs that are not over)."""
        with self._news() as connection:
            return submit(connection, new, key, most_open, self._on_ac)

    def made_before(self, key: Key) -> list[JobRow] | None:
        """The jobs of the same request, so that nothing need be done for it again; None where it is new. Raises
        RequestReused, NotFound (a job was deleted since)."""
        with self._database.read() as connection:
            return made_before(connection, key)

    def get(self, job_id: str, owner: str | None = None) -> JobRow:
        """Raises NotFound, also for another owner's."""
        with self._database.read() as connection:
            return job_of(find(connection, job_id, owner))

    def page(
        self,
        owner: str | None = None,
        *,
        states: Sequence[StateName] = (),
        kind: Kind | None = None,
        batch: str | None = None,
        after: str | None = None,
        limit: int = 20,
        oldest_first: bool = False,
    ) -> Page:
        """Newest first. Raises BadInput for a cursor that is none."""
        with self._database.read() as connection:
            return reading.page(connection, owner, states, kind, batch, after, limit, oldest_first)

    def edit(self, job_id: str, changes: Changes, owner: str | None = None) -> JobRow:
        """Of a job that waits (scheduled, queued, paused, draft). Raises NotFound, Conflict."""
        with self._news() as connection:
            return edit(connection, job_id, changes, owner, self._on_ac)

    def delete(self, job_id: str, owner: str | None = None) -> None:
        """Forget a job that is over, a draft or one that is paused; its assets stay. Raises NotFound, Conflict."""
        with self._database.write() as connection:
            doors.remove(connection, job_id, owner)

    def cancel(self, job_id: str, owner: str | None = None) -> JobRow:
        """At once where it waits; a running one is asked to stop. Cancelling what is cancelled changes nothing.
        Raises NotFound, Conflict (over already)."""
        with self._database.write() as connection:
            job = doors.cancel(connection, job_id, owner)
        return self._ring_worker(job)

    def pause(self, job_id: str, owner: str | None = None) -> JobRow:
        with self._database.write() as connection:
            job = doors.pause(connection, job_id, owner)
        return self._ring_worker(job)

    def resume(self, job_id: str, owner: str | None = None) -> JobRow:
        with self._news() as connection:
            return doors.resume(connection, job_id, owner, self._on_ac)

    def retry(self, job_id: str, owner: str | None = None) -> JobRow:
        """Queue a failed, cancelled or expired job again, from its last checkpoint, with fresh attempts."""
        with self._news() as connection:
            return doors.retry(connection, job_id, owner, self._on_ac)

    def promote(self, job_id: str, owner: str | None = None, stop_at_step: int | None = None) -> JobRow:
        """Let a draft go on to its full step count (or to a later step)."""
        with self._news() as connection:
            return doors.promote(connection, job_id, owner, stop_at_step, self._on_ac)

    def position(self, job: JobRow) -> int | None:
        """How many jobs come before a queued one, roughly; None where it is not queued."""
        if job.state_name != "queued":
            return None
        with self._database.read() as connection:
            return reading.position(connection, job)

    # ---- workers -----------------------------------------------------------------------------------------------------
    def announce(self, slot: Slot, resident: str, facts: dict[str, Any]) -> None:
        """The slot is alive; called at least every ``pace.heartbeat`` seconds, whether it works or not."""
        with self._database.write() as connection:
            slots.announce(connection, slot, resident, facts)

    def withdraw(self, slot: str) -> None:
        """The slot is gone (an orderly end); only that it was paused, or had a faulty device, is remembered."""
        with self._database.write() as connection:
            slots.withdraw(connection, slot, self.pace)

    def take(self, slot: str) -> Claim | None:
        """The next job for an idle slot: dispatches (see :meth:`tick`) and claims what this slot was given.

        The claim counts an attempt.
        """
        with self._database.write() as connection:
            given = dispatch(connection, self.pace)
            claim = leases.claim(connection, slot, self.pace)
        self._ring_all((name, job) for name, job in given if name != slot)
        return claim

    def beat(self, claim: Claim) -> StopWanted:
        """Prolong the lease; tells what the worker is asked. Raises LeaseLost."""
        with self._database.write() as connection:
            return leases.beat(connection, claim, self.pace)

    def stop_wanted(self, claim: Claim) -> StopWanted:
        """The same without prolonging; a single read, called after each step. Raises LeaseLost."""
        with self._database.read() as connection:
            return leases.stop_wanted(connection, claim)

    def progress(self, claim: Claim, progress: Progress) -> None:
        """Raises LeaseLost."""
        with self._database.write() as connection:
            leases.progress(connection, claim, progress)

    def keep(self, claim: Claim, *, checkpoint: str | None = None, recipe: dict[str, Any] | None = None) -> None:
        """Note where the last checkpoint is (empty text: there is none any more), or what the recipe has become.
        Raises LeaseLost."""
        with self._database.write() as connection:
            leases.keep(connection, claim, checkpoint, recipe)

    def finalizing(self, claim: Claim) -> None:
        """The frames are made; what is left cannot be cancelled. Raises LeaseLost."""
        with self._database.write() as connection:
            leases.finalizing(connection, claim)

    def succeed(self, claim: Claim, result: dict[str, Any], produced: Sequence[Produced]) -> list[str]:
        """End it well: its assets (whose ids are returned), the state and the event in one transaction. ``result``
        gains ``asset_ids``. Raises LeaseLost, and StorageFailed where a file's content was removed meanwhile."""
        with self._database.write() as connection:
            return leases.succeed(connection, claim, result, produced, self._on_ac)

    def fail(self, claim: Claim, code: str, message: str, *, final: bool) -> None:
        """End it, or (``final=False``) queue it again while attempts are left. Raises LeaseLost."""
        with self._database.write() as connection:
            leases.fail(connection, claim, code, message, final=final)

    def stopped(self, claim: Claim, why: Literal["cancel", "pause", "draft", "shutdown"]) -> None:
        """The worker stopped between two steps. ``shutdown`` queues it again, its attempt not counted.
        Raises LeaseLost."""
        with self._database.write() as connection:
            leases.stopped(connection, claim, why)

    def hand_over(self, claim: Claim, expert: Expert) -> None:
        """The next steps are another slot's, for this one does not have their expert. That the low-noise expert goes on
        is no attempt; that the high-noise one has to begin again, for a checkpoint was lost, is a failure. Raises
        LeaseLost."""
        with self._news() as connection:
            leases.hand_over(connection, claim, expert)

    def crashed(self, slot: str, token: str | None = None) -> None:
        """The slot's process died (its supervisor saw it): requeue at once what it held, counting a crash; after
        ``MAX_ATTEMPTS`` of them with no checkpoint between, fail it (``worker_crash``). The slot gets no work until it
        announces itself again."""
        with self._database.write() as connection:
            theirs = true() if token is None else jobs.c.lease_token == token
            if leases.lose(connection, jobs.c.slot == slot, theirs) or token is None:
                slots.mark_dead(connection, slot, self.pace)

    # ---- upkeep ------------------------------------------------------------------------------------------------------
    def tick(self) -> None:
        """Everything that time brings: leases that ended, times that came, jobs that expired, slots to be given work.
        Anybody may call it, as often as they like; then rings what was dispatched."""
        with self._database.write() as connection:
            silent = leases.lose(connection, leases.lease_is_over(self.pace))
            waiting.expire(connection)
            waiting.hold_back(connection, self._on_ac)
            waiting.release(connection, self._on_ac)
            waiting.forget_old_keys(connection)
            dispatch(connection, self.pace, but=silent)
            given = dispatched(connection)
        self._ring_all(given)

    def events(self, after: int, limit: int = 1000, owner: str | None = None, job_id: str | None = None) -> list[Event]:
        """Oldest first."""
        with self._database.read() as connection:
            return outbox.read_events(connection, after, limit, owner, job_id)

    def last_event(self) -> int:
        with self._database.read() as connection:
            return outbox.last_event(connection)

    def prune_events(self, older_than_seconds: float = 3600) -> int:
        """Forget events of before; state is in the jobs themselves."""
        with self._database.write() as connection:
            return outbox.prune_events(connection, older_than_seconds)

    def slots(self) -> list[dict[str, Any]]:
        """Each slot: name, host, device, kinds, resident, alive (bool), paused, job (id or None), facts."""
        with self._database.read() as connection:
            return slots.list_slots(connection, self.pace)

    def pause_slot(self, slot: str, paused: bool) -> None:
        """Give it no more jobs, or jobs again (its device's errors are then forgotten). Raises NotFound."""
        with self._news() as connection:
            slots.pause_slot(connection, slot, paused)

    # ---- ringing -----------------------------------------------------------------------------------------------------
    @contextmanager
    def _news(self) -> Iterator[Connection]:
        """A change after which there may be something to do: it is given to idle slots at once."""
        with self._database.write() as connection:
            yield connection
            given = dispatch(connection, self.pace)
        self._ring_all(given)

    def _ring_all(self, given: Iterable[tuple[str, str]]) -> None:
        for slot, job_id in given:
            self._ring(slot, job_id)

    def _ring_worker(self, job: JobRow) -> JobRow:
        """Let the worker know at once what is asked of it."""
        if isinstance(job.state, Running) and job.stop_wanted is not None:
            self._ring(job.state.slot, job.id)
        return job
