"""A stateful property test: random operations on a few jobs, compared to a simple model."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from artifex.errors import Conflict, LeaseLost, NotFound
from artifex.jobs.queue import MAX_ATTEMPTS, Claim, Pace, Progress, Queue
from artifex.jobs.state import ENDS, HELD
from artifex.store.database import Database
from artifex.store.tables.assets import assets
from artifex.store.tables.jobs import jobs
from tests.fakes.databases import sqlite_database
from tests.jobs.queues import clip, end_lease, keep_content, slot, submit

SLOTS = ("one.gpu0", "two.gpu0")
UNHURRIED = Pace(lease=3600.0, heartbeat=3600.0, claim=3600.0)
"""So long that nothing times out on a busy machine: the same operations always give the same rows."""
WAITS = "waits"
"""Queued or dispatched, which the model does not distinguish."""


@dataclass
class Expected:
    state: str = WAITS
    attempt: int = 0
    asked: str | None = None


class QueueMachine(RuleBasedStateMachine):
    def __init__(self, fresh_database: Callable[[], AbstractContextManager[Database]]) -> None:
        super().__init__()
        self.opened = ExitStack()
        self.database = self.opened.enter_context(fresh_database())
        keep_content(self.database)
        self.queue = Queue(self.database, pace=UNHURRIED)
        self.expected: dict[str, Expected] = {}
        self.claims: dict[str, Claim] = {}
        self.late: list[Claim] = []

    def teardown(self) -> None:
        self.opened.close()

    # ---- people ------------------------------------------------------------------------------------------------------
    @rule(owner=st.sampled_from(["ann", "bob"]), priority=st.integers(-1, 1))
    def submit(self, owner: str, priority: int) -> None:
        self.expected[submit(self.queue, owner=owner, priority=priority).id] = Expected()

    @precondition(lambda self: self.expected)
    @rule(data=st.data(), act=st.sampled_from(["cancel", "pause", "resume", "retry", "promote", "delete"]))
    def ask(self, data: st.DataObject, act: str) -> None:
        job_id = data.draw(st.sampled_from(list(self.expected)))
        one = self.expected[job_id]
        if not getattr(self, f"_may_{act}")(one):
            with pytest.raises(Conflict):
                getattr(self.queue, act)(job_id)
            return
        getattr(self.queue, act)(job_id)
        if act == "delete":
            del self.expected[job_id]
            with pytest.raises(NotFound):
                self.queue.get(job_id)

    def _may_cancel(self, one: Expected) -> bool:
        if one.state == "cancelled":
            return True
        if one.state in ENDS or one.state == "finalizing":
            return False
        one.state, one.asked = (one.state, "cancel") if one.state == "running" else ("cancelled", None)
        return True

    def _may_pause(self, one: Expected) -> bool:
        if one.state == "running" and one.asked != "cancel":
            one.asked = "pause"
        elif one.state in (WAITS, "paused"):
            one.state = "paused"
        else:
            return False
        return True

    def _may_resume(self, one: Expected) -> bool:
        if one.state in (WAITS, "paused"):
            one.state = WAITS
        elif one.state == "running" and one.asked != "cancel":
            one.asked = None
        else:
            return False
        return True

    def _may_retry(self, one: Expected) -> bool:
        if one.state not in ("failed", "cancelled"):
            return False
        one.state, one.attempt = WAITS, 0
        return True

    def _may_promote(self, one: Expected) -> bool:
        if one.state != "draft":
            return False
        one.state, one.attempt = WAITS, 0
        return True

    def _may_delete(self, one: Expected) -> bool:
        return one.state in ENDS or one.state in ("paused", "draft")

    # ---- workers -----------------------------------------------------------------------------------------------------
    @rule(name=st.sampled_from(SLOTS))
    def take(self, name: str) -> None:
        slot(self.queue, name)
        claim = self.queue.take(name)
        if name in self.claims:
            assert claim is None
        elif claim is not None:
            one = self.expected[claim.job.id]
            assert one.state == WAITS
            one.state, one.attempt = "running", one.attempt + 1
            self.claims[name] = claim
        else:
            given = {row["job"] for row in self.queue.slots()} - {None}
            assert all(one.state != WAITS or job_id in given for job_id, one in self.expected.items())

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), step=st.integers(1, 4))
    def work(self, data: st.DataObject, step: int) -> None:
        claim = self.claims[data.draw(st.sampled_from(sorted(self.claims)))]
        one = self.expected[claim.job.id]
        asked = None if one.state == "finalizing" else one.asked
        assert self.queue.beat(claim) == self.queue.stop_wanted(claim) == asked
        self.queue.progress(claim, Progress("denoise", step, 4))
        if step == 4:
            self.queue.finalizing(claim)
            one.state = "finalizing"

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def succeed(self, data: st.DataObject) -> None:
        claim, one = self._end(data)
        self.queue.succeed(claim, {}, [clip()])
        one.state, one.asked = "succeeded", None

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), final=st.booleans())
    def fail(self, data: st.DataObject, final: bool) -> None:
        claim, one = self._end(data)
        self.queue.fail(claim, "out_of_memory", "Memory ran out.", final=final)
        if one.asked == "cancel":
            one.state = "cancelled"
        elif final or one.attempt == MAX_ATTEMPTS:
            one.state = "failed"
        else:
            one.state = "paused" if one.asked else WAITS
        one.asked = None

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), why=st.sampled_from(["cancel", "pause", "draft", "shutdown", "hand over"]))
    def stop(self, data: st.DataObject, why: str) -> None:
        claim, one = self._end(data)
        if why == "hand over":
            self.queue.hand_over(claim, "low")
        else:
            self.queue.stopped(claim, why)  # pyright: ignore[reportArgumentType]
        of_worker = {"cancel": "cancelled", "draft": "draft"}.get(why, WAITS)  # a pause that was taken back is none
        of_user = {"cancel": "cancelled", "pause": "draft" if why == "draft" else "paused"}
        one.state = of_user.get(one.asked or "", of_worker)
        one.attempt -= one.state != "cancelled"
        one.asked = None

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), seen=st.booleans())
    def die(self, data: st.DataObject, seen: bool) -> None:
        """The process is killed, which its supervisor sees (``seen``) or the end of its lease shows."""
        claim, one = self._end(data)
        name = next(row["name"] for row in self.queue.slots() if row["job"] == claim.job.id)
        if seen:
            self.queue.crashed(name)
        else:
            end_lease(self.database, claim.job.id)
            self.queue.tick()
        if one.asked == "cancel":
            one.state = "cancelled"
        elif one.attempt == MAX_ATTEMPTS:
            one.state = "failed"
        else:
            one.state = "paused" if one.asked else WAITS
        one.asked = None

    def _end(self, data: st.DataObject) -> tuple[Claim, Expected]:
        claim = self.claims.pop(data.draw(st.sampled_from(sorted(self.claims))))
        self.late.append(claim)
        return claim, self.expected[claim.job.id]

    @precondition(lambda self: self.late)
    @rule(data=st.data())
    def be_late(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.late))
        with pytest.raises(LeaseLost):
            self.queue.succeed(claim, {}, [clip()])
        with pytest.raises(LeaseLost):
            self.queue.progress(claim, Progress("denoise", 1, 4))

    @rule()
    def tick(self) -> None:
        self.queue.tick()

    # ---- what always holds -------------------------------------------------------------------------------------------
    @invariant()
    def rows_are_as_expected(self) -> None:
        with self.database.read() as connection:
            rows = {row["id"]: row for row in connection.execute(select(jobs)).mappings()}
        assert rows.keys() == self.expected.keys()
        for job_id, one in self.expected.items():
            row = rows[job_id]
            state = WAITS if row["state"] in ("queued", "dispatched") else row["state"]
            assert (state, row["attempt"], row["stop_wanted"]) == (one.state, one.attempt, one.asked)
            assert (row["slot"] is not None) == (row["state"] in HELD)
            assert (row["finished_at"] is not None) == (row["state"] in ENDS)
        held = [row["slot"] for row in rows.values() if row["state"] in HELD]
        assert len(held) == len(set(held))

    @invariant()
    def events_tell_it_all(self) -> None:
        told: dict[str, list[dict[str, object]]] = defaultdict(list)
        for event in self.queue.events(0, limit=100_000):
            told[event.job_id].append(event.data)
        for job_id, data in told.items():
            assert [one["sequence"] for one in data] == list(range(1, len(data) + 1))
            if job_id in self.expected:
                row = self.queue.get(job_id)
                assert (data[-1]["state"], data[-1]["sequence"]) == (row.state_name, row.sequence)
            assert sum(one["state"] == "succeeded" for one in data) <= 2  # once more if it was deleted
        assert self.expected.keys() <= told.keys()

    @invariant()
    def every_asset_is_of_one_success(self) -> None:
        with self.database.read() as connection:
            made = list(connection.scalars(select(assets.c.job_id)))
        assert len(made) == len(set(made))


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 25), ("postgresql", 10)])
def test_whatever_happens_the_rows_are_as_the_model_says(
    request: pytest.FixtureRequest, kind: str, examples: int
) -> None:
    fresh = sqlite_database if kind == "sqlite" else request.getfixturevalue("postgres").ready_database
    run_state_machine_as_test(
        lambda: QueueMachine(fresh),  # pyright: ignore[reportArgumentType] - a function that makes one will do
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
