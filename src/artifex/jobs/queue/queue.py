"""The queue's public interface: each method is one transaction; slots are rung after it commits."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from sqlalchemy import Connection, true

from artifex.catalog.execution import Expert
from artifex.jobs.queue import doors, leases, names, outbox, reading, slots, waiting
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
    """See :mod:`artifex.jobs.queue`. Every method is one transaction; all are thread-safe."""

    def __init__(
        self,
        database: Database,
        ring: Callable[[str, str], None] = lambda slot, job: None,
        on_ac: Callable[[], bool] = on_mains,
        pace: Pace = USUAL_PACE,
    ) -> None:
        """``ring(slot, job_id)`` tells a slot to look at the database; it must return at once and may fail silently.
        ``on_ac()`` says whether this machine is on mains power."""
        self._database = database
        self._ring = ring
        self._on_ac = on_ac
        self.pace = pace

    # ---- users -------------------------------------------------------------------------------------------------------
    def submit(self, new: Sequence[NewJob], key: Key | None = None, most_open: int | None = None) -> list[JobRow]:
        """Submit all jobs or none. With a key seen before, returns the jobs made then. Raises BadInput (a window),
        RequestReused, NotFound (a needed job, or the job made then), Conflict (a needed job did not succeed) and
        TooMany (the owner would have more than ``most_open`` unfinished jobs)."""
        with self._news() as connection:
            return submit(connection, new, key, most_open, self._on_ac)

    def made_before(self, key: Key) -> list[JobRow] | None:
        """The jobs that an earlier request with this key made; None if there was none. Raises RequestReused, NotFound
        (a job was deleted since)."""
        with self._database.read() as connection:
            return made_before(connection, key)

    def get(self, job_id: str, owner: str | None = None) -> JobRow:
        """Raises NotFound, also for another owner's job."""
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
        """Newest first unless ``oldest_first``. Raises BadInput for an invalid cursor."""
        with self._database.read() as connection:
            return reading.page(connection, owner, states, kind, batch, after, limit, oldest_first)

    def edit(self, job_id: str, changes: Changes, owner: str | None = None) -> JobRow:
        """Change a job that is scheduled, queued, paused or a draft. Raises BadInput (a window), NotFound, Conflict."""
        with self._news() as connection:
            return edit(connection, job_id, changes, owner, self._on_ac)

    def delete(self, job_id: str, owner: str | None = None) -> None:
        """Delete a finished job, a draft or a paused job; its assets stay. Raises NotFound, Conflict."""
        with self._database.write() as connection:
            doors.remove(connection, job_id, owner)

    def cancel(self, job_id: str, owner: str | None = None) -> JobRow:
        """Cancel a waiting job at once; ask a running one to stop. Cancelling twice changes nothing. Raises NotFound,
        Conflict (it is finalizing or finished)."""
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
        """Continue a draft to its full step count, or to a later step."""
        with self._news() as connection:
            return doors.promote(connection, job_id, owner, stop_at_step, self._on_ac)

    def position(self, job: JobRow) -> int | None:
        """About how many jobs are ahead of a queued one, at most `MOST_BEFORE`; None if it is not queued."""
        if job.state_name != "queued":
            return None
        with self._database.read() as connection:
            return reading.position(connection, job)

    # ---- workers -----------------------------------------------------------------------------------------------------
    def hold(self, wanted: Sequence[Slot], before: Collection[str] = ()) -> None:
        """Hold the names of all these slots for their ``holder``, or none: at the start, and then at least every
        ``pace.heartbeat`` seconds. Whoever does not prolong it for ``pace.lease`` seconds may lose them.

        ``before``: holders that are known to be dead, whose names need no waiting. Raises Busy if another has one.
        """
        with self._database.write() as connection:
            names.hold(connection, wanted, before, self.pace)

    def let_go(self, holder: str) -> None:
        """Let go of all names that ``holder`` has."""
        with self._database.write() as connection:
            names.release(connection, holder, self.pace)

    def announce(self, slot: Slot, resident: str, facts: dict[str, Any]) -> None:
        """Report the slot as alive: at least every ``pace.heartbeat`` seconds, busy or idle. Raises Busy if its name is
        another supervisor's."""
        with self._database.write() as connection:
            slots.announce(connection, slot, resident, facts, self.pace)

    def withdraw(self, slot: str, holder: str = "") -> None:
        """Remove a slot that shuts down, unless its name is another supervisor's; only that it was paused or had a
        faulty device is remembered."""
        with self._database.write() as connection:
            slots.withdraw(connection, slot, holder, self.pace)

    def take(self, slot: str, holder: str = "") -> Claim | None:
        """Dispatch queued jobs to all idle slots and claim the one for this slot, if any, and if its name is not
        another supervisor's.

        The claim counts as an attempt.
        """
        with self._database.write() as connection:
            given = self._dispatch(connection)
            claim = leases.claim(connection, slot, holder, self.pace)
        self._ring_all((name, job) for name, job in given if name != slot)
        return claim

    def beat(self, claim: Claim) -> StopWanted:
        """Prolong the lease; returns the stop that a user asked for, if any. Raises LeaseLost."""
        with self._database.write() as connection:
            return leases.beat(connection, claim, self.pace)

    def stop_wanted(self, claim: Claim) -> StopWanted:
        """Like :meth:`beat` without prolonging: a single read, called after each step. Raises LeaseLost."""
        with self._database.read() as connection:
            return leases.stop_wanted(connection, claim)

    def progress(self, claim: Claim, progress: Progress) -> None:
        """Raises LeaseLost."""
        with self._database.write() as connection:
            leases.progress(connection, claim, progress)

    def keep(self, claim: Claim, *, checkpoint: str | None = None, recipe: dict[str, Any] | None = None) -> None:
        """Record the key of the last checkpoint (empty: there is none any more) or the changed recipe. Raises
        LeaseLost."""
        with self._database.write() as connection:
            leases.keep(connection, claim, checkpoint, recipe)

    def finalizing(self, claim: Claim) -> None:
        """The work is done; storing its files cannot be cancelled. Raises LeaseLost."""
        with self._database.write() as connection:
            leases.finalizing(connection, claim)

    def succeed(self, claim: Claim, result: dict[str, Any], produced: Sequence[Produced]) -> list[str]:
        """Record success: the assets, the state and the event in one transaction. Returns the asset ids, which the
        stored result also holds as ``asset_ids``. Raises LeaseLost, and StorageFailed if a file's content was removed
        meanwhile."""
        with self._database.write() as connection:
            return leases.succeed(connection, claim, result, produced, self._on_ac)

    def fail(self, claim: Claim, code: str, message: str, *, final: bool) -> None:
        """Fail the job, or with ``final=False`` queue it again while attempts are left. Raises LeaseLost."""
        with self._database.write() as connection:
            leases.fail(connection, claim, code, message, final=final)

    def stopped(self, claim: Claim, why: Literal["cancel", "pause", "draft", "shutdown"]) -> None:
        """The worker stopped between two steps, which counts as no attempt. ``shutdown``, and ``pause`` where the user
        took it back, queue the job again. Raises LeaseLost."""
        with self._database.write() as connection:
            leases.stopped(connection, claim, why)

    def hand_over(self, claim: Claim, expert: Expert) -> None:
        """Queue the job for a slot with ``expert``, which this slot lacks. A hand-over to the low-noise expert does not
        count as an attempt; one back to the high-noise expert, because a checkpoint was lost, is a failed attempt.
        Raises LeaseLost."""
        with self._news() as connection:
            leases.hand_over(connection, claim, expert)

    def crashed(self, slot: str, token: str | None = None, holder: str = "") -> None:
        """A supervisor reports that the slot's process died: requeue the job it held (with ``token``, only if that
        attempt held it) and count a crash; after ``MAX_ATTEMPTS`` crashes without a checkpoint in between, fail the job
        (``worker_crash``). The slot gets no work until it announces itself again. If its name is another supervisor's,
        nothing changes."""
        with self._database.write() as connection:
            theirs = true() if token is None else jobs.c.lease_token == token
            of_slot = (jobs.c.slot == slot, slots.is_free_for(holder, slot))
            if leases.lose(connection, *of_slot, theirs) or token is None:
                slots.mark_dead(connection, slot, holder, self.pace)

    # ---- upkeep ------------------------------------------------------------------------------------------------------
    def tick(self) -> None:
        """Handle what is due: expired leases, jobs that expire, may run now or no longer may, old idempotency keys, and
        dispatch; then ring all slots with a dispatched job. Any process may call it at any time."""
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
        """Delete old events, returning how many; the jobs themselves hold the current state."""
        with self._database.write() as connection:
            return outbox.prune_events(connection, older_than_seconds)

    def slots(self) -> list[dict[str, Any]]:
        """All slots as dicts: name, host, device, kinds, experts, resident (model name), facts, device_errors, alive,
        paused (or barred after device errors), job (id or None)."""
        with self._database.read() as connection:
            return slots.list_slots(connection, self.pace)

    def pause_slot(self, slot: str, paused: bool) -> None:
        """Stop giving the slot jobs, or resume and reset its count of device errors. Raises NotFound."""
        with self._news() as connection:
            slots.pause_slot(connection, slot, paused)

    # ---- ringing -----------------------------------------------------------------------------------------------------
    @contextmanager
    def _news(self) -> Iterator[Connection]:
        """A transaction after which jobs may be ready: dispatches them to idle slots and rings those."""
        with self._database.write() as connection:
            yield connection
            given = self._dispatch(connection)
        self._ring_all(given)

    def _dispatch(self, connection: Connection) -> list[tuple[str, str]]:
        """Between two ticks, too, no job may begin that is to expire before."""
        waiting.expire(connection)
        return dispatch(connection, self.pace)

    def _ring_all(self, given: Iterable[tuple[str, str]]) -> None:
        for slot, job_id in given:
            self._ring(slot, job_id)

    def _ring_worker(self, job: JobRow) -> JobRow:
        """Ring the slot of a running job that is asked to stop."""
        if isinstance(job.state, Running) and job.stop_wanted is not None:
            self._ring(job.state.slot, job.id)
        return job
