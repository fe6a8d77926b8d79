"""Loads models ahead of the first clip."""

import time

from artifex.api.schemas import JobAnswer, job_answer
from artifex.api.service import Caller, Service
from artifex.catalog.manifest import require_folder
from artifex.catalog.spec import ModelSpec
from artifex.jobs.queue import NewJob

_PATIENCE = 600.0
"""Seconds after which a waiting job to load a model expires."""


def warmed(spec: ModelSpec, slot: str | None, the: Service, asks: Caller) -> JobAnswer | None:
    """The job that loads the model, new or already queued; None if it is in memory. Raises NotInstalled."""
    require_folder(spec)
    slots = [each for each in the.queue.slots() if each["alive"] and slot in (None, each["name"])]
    if any(each["resident"] == spec.name for each in slots):
        return None
    waiting = the.queue.page(asks.sees, states=("queued", "dispatched", "running"), kind="warm", limit=1000).jobs
    same = next((job for job in waiting if job.model == spec.name and slot in (None, job.wanted_slot)), None)
    if same is not None:
        return job_answer(same)
    new = NewJob(
        kind="warm",
        request={"model": spec.name},
        owner=asks.user_id,
        model=spec.name,
        wanted_slot=slot,
        expires_at=time.time() + _PATIENCE,
    )
    return job_answer(the.queue.submit([new], most_open=the.limits_of(asks).open_jobs)[0])
