"""Operations of users and workers on jobs, on SQLite and PostgreSQL."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from artifex.errors import BadInput, Conflict, LeaseLost, NotFound, RequestReused, TooMany
from artifex.jobs.queue import DEVICE_ERROR, Changes, Key, Progress, Queue
from artifex.jobs.state import Draft, Failed, Paused, Running, Scheduled, Succeeded
from artifex.store.assets import Assets
from artifex.store.blobs import Blobs
from artifex.store.database import Database, lease_now, wall_now
from artifex.store.tables.assets import assets, blob_uses, blobs
from artifex.store.tables.webhooks import webhook_deliveries, webhook_endpoints
from tests.jobs.queues import clip, column, end_lease, job, keep_content, set_columns, silence, slot, submit, take


@pytest.fixture(autouse=True)
def _content(database: Database) -> None:
    keep_content(database)


@pytest.fixture
def rings() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def queue(database: Database, rings: list[tuple[str, str]]) -> Queue:
    return Queue(database, ring=lambda name, job_id: rings.append((name, job_id)))


def test_a_job_goes_from_the_queue_to_its_clip(queue: Queue, database: Database) -> None:
    made = submit(queue, holds=("a" * 64,))
    slot(queue)
    claim = take(queue)
    assert claim.job.id == made.id
    assert claim.job.state == Running("one.gpu0", 1, "", 0, 4, None, None)
    assert queue.beat(claim) is None
    queue.progress(claim, Progress("denoise", 2, 4, eta=3.5, vram=2**33, preview="b" * 64))
    assert queue.get(made.id).state == Running("one.gpu0", 1, "denoise", 2, 4, 3.5, 2**33)
    queue.keep(claim, checkpoint="here", recipe={"seed": 1})
    queue.finalizing(claim)
    ids = queue.succeed(claim, {"seconds": 2}, [clip(thumbnail="d" * 64, poster="d" * 64)])
    after = queue.get(made.id)
    assert isinstance(after.state, Succeeded)
    assert after.state.result == {"seconds": 2, "asset_ids": ids}
    assert (after.checkpoint, after.recipe) == ("here", {"seed": 1})
    with database.read() as connection:
        asset = connection.execute(select(assets)).mappings().one()
        uses = {(row.holder, row.sha256) for row in connection.execute(select(blob_uses))}
    assert (asset["id"], asset["owner"], asset["job_id"], asset["sha256"]) == (ids[0], "ann", made.id, "c" * 64)
    assert uses == {(made.id, "a" * 64), (ids[0], "c" * 64), (ids[0], "d" * 64)}


def test_every_change_is_told_once_and_in_order(queue: Queue) -> None:
    made = submit(queue)
    slot(queue)
    claim = take(queue)
    queue.progress(claim, Progress("denoise", 1, 4))
    queue.finalizing(claim)
    queue.succeed(claim, {}, [])
    told = queue.events(0, job_id=made.id)
    assert [event.data["sequence"] for event in told] == [1, 2, 3, 4, 5, 6]
    states = [(event.kind, event.data["state"]) for event in told]
    assert states[:4] == [("state", "queued"), ("state", "dispatched"), ("state", "running"), ("progress", "running")]
    assert [event.seq for event in told] == sorted(event.seq for event in told)
    assert queue.last_event() == told[-1].seq
    assert queue.events(told[3].seq, owner="ann") == told[4:]
    assert queue.events(0, owner="bob") == []


def test_forgetting_events_keeps_their_count(queue: Queue) -> None:
    submit(queue)
    submit(queue)
    assert queue.prune_events(older_than_seconds=-1) == 1
    assert queue.last_event() == 2


def test_jobs_of_others_are_not_found(queue: Queue) -> None:
    made = submit(queue)
    for door in (queue.get, queue.cancel, queue.pause, queue.resume, queue.retry, queue.promote, queue.delete):
        with pytest.raises(NotFound):
            door(made.id, "bob")
    with pytest.raises(NotFound):
        queue.edit(made.id, Changes(priority=1), "bob")
    assert queue.page("bob").jobs == []


def test_a_job_is_rung_where_it_was_given(queue: Queue, rings: list[tuple[str, str]]) -> None:
    slot(queue)
    made = submit(queue)
    assert rings == [("one.gpu0", made.id)]
    queue.tick()
    assert rings == [("one.gpu0", made.id)] * 2  # the first ring may have been lost
    claim = take(queue)
    queue.tick()
    assert len(rings) == 2
    queue.cancel(claim.job.id)
    assert len(rings) == 3


def test_two_slots_never_get_the_same_job(queue: Queue) -> None:
    first, second = slot(queue), slot(queue, "one.gpu1")
    submit(queue)
    assert (queue.take(first) is None) != (queue.take(second) is None)


def test_a_slot_that_is_not_known_gets_nothing(queue: Queue) -> None:
    submit(queue)
    assert queue.take("nobody.gpu0") is None


def test_a_slot_gets_only_what_it_does(queue: Queue) -> None:
    slot(queue)
    slot(queue, "one.cpu", kinds=("proxy", "render"))
    render = submit(queue, kind="render")
    elsewhere = submit(queue, wanted_slot="two.gpu0")
    assert queue.take("one.gpu0") is None
    assert take(queue, "one.cpu").job.id == render.id
    slot(queue, "two.gpu0")
    assert take(queue, "two.gpu0").job.id == elsewhere.id


def test_paused_silent_and_faulty_slots_get_nothing(queue: Queue, database: Database) -> None:
    name = slot(queue)
    submit(queue)
    queue.pause_slot(name, True)
    queue.tick()
    assert queue.take(name) is None
    queue.pause_slot(name, False)
    queue.fail(take(queue), DEVICE_ERROR, "The device fell off the bus.", final=False)
    queue.fail(take(queue), DEVICE_ERROR, "The device fell off the bus.", final=False)
    assert queue.take(name) is None
    assert queue.slots()[0]["paused"] is True
    silence(database, name)
    queue.pause_slot(name, False)
    queue.tick()
    assert queue.slots()[0]["alive"] is False
    assert queue.page(states=["queued"]).jobs


# ---- leases ----------------------------------------------------------------------------------------------------------
def test_a_late_worker_can_write_nothing(queue: Queue, database: Database) -> None:
    slot(queue)
    submit(queue)
    late = take(queue)
    end_lease(database, late.job.id)
    queue.tick()
    now = take(queue)
    assert now.job.id == late.job.id
    assert now.job.attempt == 2
    for write in (
        lambda: queue.beat(late),
        lambda: queue.stop_wanted(late),
        lambda: queue.progress(late, Progress("denoise", 1, 4)),
        lambda: queue.keep(late, checkpoint="x"),
        lambda: queue.finalizing(late),
        lambda: queue.succeed(late, {}, [clip()]),
        lambda: queue.fail(late, "x", "x", final=True),
        lambda: queue.stopped(late, "shutdown"),
    ):
        with pytest.raises(LeaseLost):
            write()
    with database.read() as connection:
        assert connection.execute(select(assets)).all() == []
    queue.succeed(now, {}, [clip()])


def test_a_lease_of_before_the_machine_was_restarted_is_over(queue: Queue, database: Database) -> None:
    slot(queue)
    made = submit(queue)
    take(queue)
    set_columns(database, made.id, lease_until=lease_now() + 100_000)
    queue.tick()
    assert column(database, made.id, "crashes") == 1


def test_a_beating_worker_keeps_its_job(queue: Queue, database: Database) -> None:
    slot(queue)
    submit(queue)
    claim = take(queue)
    set_columns(database, claim.job.id, lease_until=lease_now() + 0.01)
    queue.beat(claim)
    time.sleep(0.02)
    queue.tick()
    assert queue.beat(claim) is None


def test_what_a_slot_does_not_take_goes_elsewhere(queue: Queue, database: Database) -> None:
    slot(queue)
    made = submit(queue)
    assert queue.get(made.id).state_name == "dispatched"
    end_lease(database, made.id)
    slot(queue, "two.gpu0")
    queue.tick()
    claim = take(queue, "two.gpu0")
    assert (claim.job.id, claim.job.attempt) == (made.id, 1)


def test_a_crash_is_an_attempt(queue: Queue) -> None:
    made = submit(queue)
    for attempt in (1, 2, 3):
        slot(queue)
        assert take(queue).job.attempt == attempt
        queue.crashed("one.gpu0")
    after = queue.get(made.id)
    assert isinstance(after.state, Failed)
    assert after.state.code == "worker_crash"


def test_a_job_that_gets_somewhere_between_crashes_is_never_given_up(queue: Queue) -> None:
    made = submit(queue)
    for attempt in range(1, 6):
        slot(queue)
        claim = take(queue)
        assert claim.job.attempt == attempt
        queue.keep(claim, checkpoint=f"work/{made.id}/{attempt}")
        queue.crashed("one.gpu0")
    assert queue.get(made.id).state_name == "queued"


def test_a_job_that_crashed_on_two_hosts_is_tried_once_more(queue: Queue, database: Database) -> None:
    slot(queue)
    made = submit(queue)
    take(queue)
    queue.crashed("one.gpu0")
    queue.withdraw("one.gpu0")
    slot(queue, "two.gpu0")
    take(queue, "two.gpu0")
    end_lease(database, made.id)
    queue.tick()
    assert queue.get(made.id).state_name == "queued"


def test_a_slot_whose_process_died_gets_no_work_before_it_is_back(queue: Queue) -> None:
    slot(queue)
    submit(queue)
    take(queue)
    queue.crashed("one.gpu0")
    queue.tick()
    assert queue.take("one.gpu0") is None
    assert queue.slots()[0]["alive"] is False
    slot(queue)
    assert take(queue).job.attempt == 2


def test_a_pause_outlives_an_orderly_end_of_the_slot(queue: Queue) -> None:
    paused, other = slot(queue), slot(queue, "two.gpu0")
    queue.pause_slot(paused, True)
    for name in (paused, other):
        queue.withdraw(name)
    assert [(row["name"], row["alive"], row["paused"]) for row in queue.slots()] == [(paused, False, True)]
    slot(queue)
    submit(queue)
    assert queue.take(paused) is None
    queue.pause_slot(paused, False)
    take(queue)


def test_the_crash_of_another_attempt_does_not_count(queue: Queue) -> None:
    slot(queue)
    submit(queue)
    claim = take(queue)
    queue.crashed("one.gpu0", token="another")
    assert queue.beat(claim) is None


def test_a_shutdown_and_a_pause_are_no_attempts(queue: Queue) -> None:
    slot(queue)
    made = submit(queue)
    for _time in range(5):
        queue.stopped(take(queue), "shutdown")
    for _time in range(5):
        claim = take(queue)
        queue.pause(made.id)
        assert queue.beat(claim) == "pause"
        queue.stopped(claim, "pause")
        queue.resume(made.id)
    assert take(queue).job.attempt == 1


def test_a_failure_is_repeated_while_attempts_are_left(queue: Queue) -> None:
    slot(queue)
    made = submit(queue)
    queue.fail(take(queue), "out_of_memory", "Memory ran out.", final=False)
    queue.fail(take(queue), "out_of_memory", "Memory ran out.", final=False)
    queue.fail(take(queue), "out_of_memory", "Memory ran out.", final=False)
    state = queue.get(made.id).state
    assert isinstance(state, Failed)
    assert (state.code, state.message) == ("out_of_memory", "Memory ran out.")


# ---- stopping --------------------------------------------------------------------------------------------------------
def test_what_waits_is_cancelled_at_once(queue: Queue) -> None:
    waits = submit(queue)
    later = submit(queue, run_at=time.time() + 1000)
    slot(queue)
    given = queue.page(states=["queued"]).jobs[0]
    for made in (waits, later, given):
        assert queue.cancel(made.id).state_name == "cancelled"
    assert queue.take("one.gpu0") is None
    before = queue.get(waits.id).sequence
    assert queue.cancel(waits.id).sequence == before


def test_a_running_job_is_asked_to_stop(queue: Queue) -> None:
    slot(queue)
    made = submit(queue)
    claim = take(queue)
    asked = queue.cancel(made.id)
    assert (asked.state_name, asked.stop_wanted) == ("running", "cancel")
    assert queue.cancel(made.id).sequence == asked.sequence
    assert queue.stop_wanted(claim) == queue.beat(claim) == "cancel"
    with pytest.raises(Conflict):
        queue.pause(made.id)
    queue.stopped(claim, "cancel")
    assert queue.get(made.id).state_name == "cancelled"
    with pytest.raises(LeaseLost):
        queue.succeed(claim, {}, [])


def test_what_ended_first_stays(queue: Queue) -> None:
    slot(queue)
    made = submit(queue)
    claim = take(queue)
    queue.cancel(made.id)
    queue.succeed(claim, {}, [])
    assert queue.get(made.id).state_name == "succeeded"
    with pytest.raises(Conflict):
        queue.cancel(made.id)
    with pytest.raises(LeaseLost):
        queue.stopped(claim, "cancel")


def test_what_is_being_finished_cannot_be_cancelled(queue: Queue) -> None:
    slot(queue)
    made = submit(queue)
    claim = take(queue)
    queue.finalizing(claim)
    with pytest.raises(Conflict):
        queue.cancel(made.id)
    assert queue.beat(claim) is None


@pytest.mark.parametrize(("asked", "ends"), [("cancel", "cancelled"), ("pause", "paused")])
def test_a_crash_does_what_was_asked(queue: Queue, asked: str, ends: str) -> None:
    slot(queue)
    made = submit(queue)
    take(queue)
    getattr(queue, asked)(made.id)
    queue.crashed("one.gpu0")
    assert queue.get(made.id).state_name == ends


def test_cancelling_comes_before_pausing(queue: Queue) -> None:
    slot(queue)
    made = submit(queue)
    claim = take(queue)
    queue.pause(made.id)
    queue.cancel(made.id)
    queue.stopped(claim, "pause")
    assert queue.get(made.id).state_name == "cancelled"


def test_a_paused_job_keeps_its_checkpoint_and_no_slot(queue: Queue) -> None:
    slot(queue)
    made = submit(queue)
    claim = take(queue)
    queue.progress(claim, Progress("denoise", 3, 4))
    queue.keep(claim, checkpoint="step 3")
    queue.pause(made.id)
    queue.stopped(claim, "pause")
    assert queue.get(made.id).state == Paused(3)
    other = submit(queue)
    assert take(queue).job.id == other.id
    assert queue.resume(made.id).checkpoint == "step 3"
    assert queue.pause(made.id).state_name == queue.pause(made.id).state_name == "paused"


def test_a_pause_can_be_taken_back_before_it_happens(queue: Queue) -> None:
    slot(queue)
    made = submit(queue)
    claim = take(queue)
    queue.pause(made.id)
    queue.resume(made.id)
    assert queue.beat(claim) is None
    queue.stopped(claim, "pause")  # it was stopping already
    again = take(queue)
    assert (again.job.id, again.job.attempt) == (made.id, 1)


def test_a_draft_goes_on_when_it_is_promoted(queue: Queue) -> None:
    slot(queue)
    made = submit(queue, stop_at_step=2)
    claim = take(queue)
    queue.progress(claim, Progress("denoise", 2, 4))
    queue.keep(claim, checkpoint="step 2")
    queue.stopped(claim, "draft")
    assert queue.get(made.id).state == Draft(2)
    assert queue.take("one.gpu0") is None
    with pytest.raises(Conflict):
        queue.promote(made.id, stop_at_step=2)
    queue.promote(made.id)
    claim = take(queue)
    assert (claim.job.stop_at_step, claim.job.checkpoint) == (None, "step 2")


def test_a_failed_job_is_retried_with_fresh_attempts(queue: Queue) -> None:
    slot(queue)
    made = submit(queue)
    queue.fail(take(queue), "out_of_memory", "Memory ran out.", final=True)
    assert queue.retry(made.id).attempt == 0
    claim = take(queue)
    assert (claim.job.id, claim.job.finished_at) == (made.id, None)
    with pytest.raises(Conflict):
        queue.retry(made.id)


# ---- waiting for something -------------------------------------------------------------------------------------------
def test_a_job_waits_for_its_time(queue: Queue, database: Database) -> None:
    slot(queue)
    at = time.time() + 1000
    made = submit(queue, run_at=at)
    queue.tick()
    assert queue.get(made.id).state == Scheduled(at)
    set_columns(database, made.id, run_at=wall_now() - 1)
    queue.tick()
    assert take(queue).job.id == made.id


def test_a_window_that_closes_keeps_what_waits_and_leaves_what_runs(queue: Queue, database: Database) -> None:
    slot(queue)
    hour = time.localtime().tm_hour
    closed = f"{(hour + 2) % 24:02}:00-{(hour + 3) % 24:02}:00"
    running = submit(queue, window="00:00-00:00")
    take(queue)
    waiting = submit(queue, window="00:00-00:00")
    assert waiting.state_name == "queued"
    for made in (running, waiting):
        set_columns(database, made.id, window=closed)
    queue.tick()
    assert queue.get(running.id).state_name == "running"
    assert queue.get(waiting.id).state_name == "scheduled"
    set_columns(database, waiting.id, window="00:00-00:00")
    queue.tick()
    assert queue.get(waiting.id).state_name == "queued"
    with pytest.raises(BadInput):
        submit(queue, window="25:00-06:00")


def test_a_job_waits_for_mains_power(database: Database) -> None:
    power = [False]
    queue = Queue(database, on_ac=lambda: power[0])
    made = submit(queue, only_on_ac=True)
    assert made.state_name == "scheduled"
    power[0] = True
    queue.tick()
    assert queue.get(made.id).state_name == "queued"
    power[0] = False
    queue.tick()
    assert queue.get(made.id).state_name == "scheduled"


def test_a_job_waits_for_those_it_needs(queue: Queue) -> None:
    slot(queue)
    first, second = submit(queue), submit(queue)
    last = submit(queue, needs=(first.id, second.id))
    queue.succeed(take(queue), {}, [])
    assert queue.get(last.id).state_name == "scheduled"
    queue.succeed(take(queue), {}, [])
    assert take(queue).job.id == last.id


def test_what_needs_a_failed_job_fails_with_it(queue: Queue) -> None:
    slot(queue)
    first = submit(queue)
    second = submit(queue, needs=(first.id,))
    third = submit(queue, needs=(second.id,))
    queue.fail(take(queue), "bad_prompt", "No.", final=True)
    for made in (second, third):
        state = queue.get(made.id).state
        assert isinstance(state, Failed)
        assert state.code == "need_failed"
    with pytest.raises(Conflict):
        queue.retry(second.id)
    with pytest.raises(Conflict):
        submit(queue, needs=(first.id,))
    queue.retry(first.id)
    assert queue.retry(second.id).state_name == "scheduled"
    queue.succeed(take(queue), {}, [])
    assert take(queue).job.id == second.id


def test_needs_must_be_there_and_ones_own(queue: Queue) -> None:
    theirs = submit(queue, owner="bob")
    for need in ("0" * 32, theirs.id):
        with pytest.raises(NotFound):
            submit(queue, needs=(need,))
    assert len(queue.page().jobs) == 1


def test_a_job_not_begun_in_time_expires(queue: Queue, database: Database) -> None:
    made = submit(queue, expires_at=time.time() + 1000)
    queue.tick()
    set_columns(database, made.id, expires_at=wall_now() - 1)
    queue.tick()
    assert queue.get(made.id).state_name == "expired"
    assert queue.retry(made.id).state_name == "queued"


def test_a_job_that_is_too_late_is_not_begun(queue: Queue) -> None:
    slot(queue)
    late, next_one = submit(queue, expires_at=time.time() - 1), submit(queue)
    assert take(queue).job.id == next_one.id
    queue.tick()
    assert queue.get(late.id).state_name == "expired"


# ---- users -----------------------------------------------------------------------------------------------------------
def test_the_same_key_is_the_same_request(queue: Queue) -> None:
    made: list[list[str]] = []

    def ask() -> None:
        made.append([one.id for one in queue.submit([job(), job()], Key("ann", "k", "hash"))])

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 50
    assert all(ids == made[0] for ids in made)
    assert len(queue.page().jobs) == 2
    with pytest.raises(RequestReused):
        queue.submit([job()], Key("ann", "k", "other"))
    assert queue.submit([job("bob")], Key("bob", "k", "other"))


def test_an_owner_has_only_so_many_open_jobs(queue: Queue) -> None:
    queue.submit([job()] * 3, most_open=3)
    with pytest.raises(TooMany):
        queue.submit([job()], most_open=3)
    queue.submit([job("bob")], most_open=3)
    queue.cancel(queue.page("ann").jobs[0].id)
    queue.submit([job()], most_open=3)


def test_pages_follow_one_another(queue: Queue) -> None:
    made = [submit(queue).id for _ in range(5)]
    queue.cancel(made[2])
    for oldest_first, order in ((True, made), (False, made[::-1])):
        seen: list[str] = []
        after = None
        while True:
            page = queue.page("ann", after=after, limit=2, oldest_first=oldest_first)
            seen += [one.id for one in page.jobs]
            after = page.next_cursor
            if after is None:
                break
        assert seen == order
    assert [one.id for one in queue.page(states=["cancelled"]).jobs] == [made[2]]
    assert len(queue.page(states=["queued", "running"]).jobs) == 4
    assert queue.page(kind="render").jobs == []
    for wrong in ("", "x", "AAAA", "é", "LTE"):
        with pytest.raises(BadInput):
            queue.page(after=wrong)


def test_a_batch_is_found_by_its_name(queue: Queue) -> None:
    queue.submit([job(batch="b1")] * 2)
    submit(queue)
    assert len(queue.page(batch="b1").jobs) == 2


def test_what_waits_can_be_edited(queue: Queue) -> None:
    made = submit(queue)
    at = time.time() + 1000
    edited = queue.edit(made.id, Changes(request={"prompt": "x"}, priority=5, run_at=at, wanted_slot="a.gpu0"))
    assert (edited.request, edited.priority, edited.state) == ({"prompt": "x"}, 5, Scheduled(at))
    edited = queue.edit(made.id, Changes(run_at=0, wanted_slot=""))
    assert (edited.state_name, edited.wanted_slot) == ("queued", None)
    slot(queue)
    take(queue)
    with pytest.raises(Conflict):
        queue.edit(made.id, Changes(priority=1))


def test_an_edited_clip_is_made_of_what_it_is_now(queue: Queue) -> None:
    made = submit(queue)
    slot(queue)
    claim = take(queue)
    queue.keep(claim, recipe={"steps": 4})
    queue.pause(made.id)
    queue.stopped(claim, "pause")
    edited = queue.edit(made.id, Changes(request={"recipe": {"steps": 5}}))
    assert (edited.request, edited.recipe) == ({"recipe": {"steps": 5}}, None)
    queue.resume(made.id)
    claim = take(queue)
    queue.keep(claim, checkpoint="here", recipe={"steps": 5})
    queue.pause(made.id)
    queue.stopped(claim, "pause")
    with pytest.raises(Conflict, match="begun"):
        queue.edit(made.id, Changes(request={"recipe": {"steps": 6}}))
    assert queue.edit(made.id, Changes(priority=1)).recipe == {"steps": 5}


def test_jobs_can_be_put_in_another_order(queue: Queue) -> None:
    made = [submit(queue).id for _ in range(3)]
    for _time in range(60):  # more often than floats fit between two places
        queue.edit(made[2], Changes(before=made[1]))
        made[1], made[2] = made[2], made[1]
    last = submit(queue).id
    assert [queue.position(queue.get(one)) for one in (*made, last)] == [0, 1, 2, 3]
    slot(queue)
    order: list[str] = []
    for _one in range(4):
        claim = take(queue)
        order.append(claim.job.id)
        queue.succeed(claim, {}, [])
    assert order == [*made, last]


def test_only_what_holds_no_slot_is_deleted(queue: Queue, database: Database) -> None:
    made = submit(queue, holds=("a" * 64,))
    with pytest.raises(Conflict):
        queue.delete(made.id)
    needing = submit(queue, needs=(made.id,))
    queue.pause(made.id)
    queue.delete(made.id)
    with pytest.raises(NotFound):
        queue.get(made.id)
    assert queue.get(needing.id).state_name == "failed"
    with database.read() as connection:
        assert connection.execute(select(blob_uses)).all() == []
    last = queue.events(0, job_id=made.id)[-1]
    assert (last.kind, last.data["sequence"]) == ("deleted", 3)


def test_what_a_deleted_job_was_made_of_stays_an_hour(queue: Queue, database: Database, tmp_path: Path) -> None:
    """For a client that has just submitted the same again."""
    library = Assets(database, Blobs(tmp_path))
    content = library.store(b"a picture")
    made = submit(queue, holds=(content.sha256,))
    with database.write() as connection:
        connection.execute(update(blobs).values(since=0.0))
    queue.cancel(made.id)
    queue.delete(made.id)
    library.sweep()
    assert library.blobs.holds(content.sha256)
    library.sweep(older_than=-1)
    assert not library.blobs.holds(content.sha256)


def test_deleting_what_is_done_does_not_hurt_what_needed_it(queue: Queue) -> None:
    slot(queue)
    first, second = submit(queue), submit(queue)
    last = submit(queue, needs=(first.id, second.id))
    queue.succeed(take(queue), {}, [])
    queue.delete(first.id)
    queue.succeed(take(queue), {}, [])
    assert take(queue).job.id == last.id


@pytest.mark.parametrize(("kind", "name"), [("generate", "video"), ("render", "job")])
@pytest.mark.parametrize("ends", ["completed", "failed"])
def test_those_who_want_to_know_are_noted(queue: Queue, database: Database, kind: str, name: str, ends: str) -> None:
    event = f"{name}.{ends}"
    endpoints = [("a", "ann", [event], True), ("b", "ann", ["other"], True), ("c", "ann", [event], False)]
    with database.write() as connection:
        for id_, owner, events, enabled in [*endpoints, ("d", "bob", [event], True)]:
            values = {"id": id_, "owner": owner, "events": events, "enabled": enabled, "url": f"https://{id_}.test"}
            connection.execute(insert(webhook_endpoints).values(**values, secret="whsec_", created_at=1.0))
    slot(queue, kinds=("generate", "render"))
    made = submit(queue, kind=kind, callback_url="https://call.test")
    if ends == "completed":
        queue.succeed(take(queue), {}, [])
    else:
        queue.cancel(made.id)
    with database.read() as connection:
        rows = connection.execute(select(webhook_deliveries).order_by(webhook_deliveries.c.url)).mappings().all()
    assert [(row["endpoint_id"], row["url"]) for row in rows] == [("a", "https://a.test"), (None, "https://call.test")]
    body = json.loads(rows[0]["body"])
    assert rows[0]["body"] == rows[1]["body"]
    assert body["type"] == event
    assert body["id"] == rows[0]["event_id"] == rows[1]["event_id"]
    assert body["data"] == {"id": f"video_{made.id}" if kind == "generate" else made.id}


def test_races_have_one_end(queue: Queue) -> None:
    """Cancelling races with finishing, claiming, another cancellation and deleting."""
    slot(queue)
    for _time in range(10):
        made = submit(queue)
        claims: list[object] = []
        _at_once(lambda: claims.append(queue.take("one.gpu0")), *[lambda: queue.cancel(made.id)] * 2)  # noqa: B023
        claim = claims[0]
        if claim is not None:
            _at_once(
                lambda: queue.succeed(claim, {}, []),  # noqa: B023  # pyright: ignore[reportArgumentType]
                lambda: queue.cancel(made.id),  # noqa: B023
                lambda: queue.stopped(claim, "cancel"),  # noqa: B023  # pyright: ignore[reportArgumentType]
                lambda: queue.delete(made.id),  # noqa: B023
            )
        told = queue.events(0, job_id=made.id)
        assert sum(event.data["state"] in ("succeeded", "cancelled") and event.kind == "state" for event in told) == 1
        assert [event.data["sequence"] for event in told] == list(range(1, len(told) + 1))


def _at_once(*acts: Callable[[], object]) -> None:
    """Run each in a thread; errors for being too late are ignored."""

    def act(one: Callable[[], object]) -> None:
        with suppress(Conflict, LeaseLost, NotFound):
            one()

    threads = [threading.Thread(target=act, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
