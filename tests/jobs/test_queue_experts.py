"""Slots with one expert each share a job, on SQLite and PostgreSQL."""

import pytest

from artifex.jobs.queue import Changes, Claim, Progress, Queue
from artifex.jobs.state import Failed
from artifex.store.database import Database
from tests.jobs.queues import slot, submit, take

HIGH, LOW, WHOLE = "one.gpu0", "one.gpu1", "two.gpu0"


@pytest.fixture
def queue(database: Database) -> Queue:
    queue = Queue(database)
    slot(queue, HIGH, experts="high")
    slot(queue, LOW, experts="low")
    return queue


def begun(queue: Queue) -> Claim:
    """A job of a model with two experts, whose first expert has done its steps."""
    submit(queue, expert="high")
    claim = take(queue, HIGH)
    queue.progress(claim, Progress("denoise", 3, 4))
    queue.keep(claim, checkpoint="work/x/1")
    return claim


def test_one_slot_begins_and_the_other_goes_on(queue: Queue) -> None:
    claim = begun(queue)
    assert queue.take(LOW) is None
    queue.hand_over(claim, "low")
    waiting = queue.get(claim.job.id)
    assert (waiting.expert, waiting.step, waiting.checkpoint, waiting.attempt) == ("low", 3, "work/x/1", 0)
    told = queue.events(0, job_id=claim.job.id)[-2:]
    assert [(event.data["state"], event.data["expert"], event.data["step"]) for event in told] == [
        ("queued", "low", 3),
        ("dispatched", "low", 3),
    ]
    assert queue.take(HIGH) is None
    again = take(queue, LOW)
    assert (again.job.id, again.job.attempt) == (claim.job.id, 1)


def test_a_slot_with_both_takes_either_half_and_what_cannot_be_shared(queue: Queue) -> None:
    submit(queue)
    assert (queue.take(HIGH), queue.take(LOW)) == (None, None)
    slot(queue, WHOLE)
    take(queue, WHOLE)
    queue.hand_over(begun(queue), "low")
    queue.withdraw(LOW)
    assert queue.take(WHOLE) is None, "it is at work"
    slot(queue, "three.gpu0")
    assert take(queue, "three.gpu0").job.expert == "low"


def test_other_work_is_done_by_a_slot_with_one_expert(queue: Queue) -> None:
    slot(queue, HIGH, experts="high", kinds=("generate", "upscale"))
    submit(queue, kind="upscale")
    assert take(queue, HIGH).job.kind == "upscale"


@pytest.mark.parametrize(("asked", "ends"), [("cancel", "cancelled"), ("pause", "paused")])
def test_what_was_asked_meanwhile_counts_more(queue: Queue, asked: str, ends: str) -> None:
    claim = begun(queue)
    getattr(queue, asked)(claim.job.id)
    queue.hand_over(claim, "low")
    assert queue.get(claim.job.id).state_name == ends
    if asked == "pause":
        queue.resume(claim.job.id)
        take(queue, LOW)


def test_a_slot_that_was_wished_for_does_its_part(queue: Queue) -> None:
    submit(queue, expert="high", wanted_slot=HIGH)
    queue.hand_over(take(queue, HIGH), "low")
    take(queue, LOW)


def test_a_second_half_that_dies_waits_for_its_expert_again(queue: Queue) -> None:
    queue.hand_over(begun(queue), "low")
    take(queue, LOW)
    queue.crashed(LOW)
    assert queue.take(HIGH) is None
    slot(queue, LOW, experts="low")
    assert take(queue, LOW).job.attempt == 2


def test_a_first_half_that_is_lost_is_made_again_but_not_for_ever(queue: Queue) -> None:
    job = submit(queue, expert="high")
    for _time in range(3):
        queue.hand_over(take(queue, HIGH), "low")
        queue.hand_over(take(queue, LOW), "high")
    state = queue.get(job.id).state
    assert isinstance(state, Failed)
    assert state.code == "steps_lost"


def test_a_job_that_becomes_another_models_is_that_models(queue: Queue) -> None:
    queue.withdraw(HIGH)
    job = submit(queue, expert="high")
    assert queue.edit(job.id, Changes(model="one expert", expert="")).expert is None
    assert queue.edit(job.id, Changes(model="two experts", expert="high")).expert == "high"
