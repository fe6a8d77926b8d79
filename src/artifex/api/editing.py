"""Turns requested changes of a waiting job into the queue's changes."""

from typing import Any

from artifex.api.clips import composed, recipe_of
from artifex.api.job_requests import JobChanges
from artifex.api.service import Caller, Service
from artifex.errors import Conflict
from artifex.jobs.material import contents
from artifex.jobs.queue import Changes, JobRow


def changes_of(wanted: JobChanges, job: JobRow, the: Service, asks: Caller) -> Changes:
    """Raises BadInput (and its subclasses); Conflict for what can no longer be changed in this job."""
    clip: dict[str, Any] = {} if wanted.clip is None else _clip_changes(wanted, job, the, asks)
    return Changes(
        priority=wanted.priority,
        before=wanted.before,
        run_at=wanted.run_at,
        window=wanted.window,
        only_on_ac=wanted.only_on_ac,
        wanted_slot=wanted.slot,
        **clip,
    )


def _clip_changes(wanted: JobChanges, job: JobRow, the: Service, asks: Caller) -> dict[str, Any]:
    assert wanted.clip is not None
    if job.kind != "generate":
        raise Conflict("Only a clip's own fields can be changed; delete this job and ask again.")
    if job.checkpoint:
        raise Conflict("This clip was begun already, so it cannot become another; cancel it and ask again.")
    base = recipe_of(job)
    changed = composed(wanted.clip, the, asks, base=base)
    recipe = changed.recipe
    if set(contents(recipe)) - set(contents(base)):
        raise Conflict("A waiting job keeps the pictures, sounds, clips and LoRAs it was given; ask for a new one.")
    seed_was_given = job.request.get("seed_was_given", False) or wanted.clip.seed is not None
    request = {**job.request, "recipe": recipe.to_data(), "seed_was_given": seed_was_given}
    expert = changed.expert or ""
    return {"request": request, "model": recipe.model.name, "step_count": recipe.steps, "expert": expert}
