"""Repairs the colour drift of a shot's take, as a new take."""

from artifex.api.project_requests import Repairing
from artifex.api.service import Caller, Service
from artifex.errors import Conflict
from artifex.jobs.films.shots import ask_for_treated_take
from artifex.jobs.queue import NewJob
from artifex.media.filters.treatment import Treatment
from artifex.timeline.project import Project


def repair_job(project: Project, shot_id: str, wanted: Repairing, the: Service, asks: Caller) -> NewJob:
    """A job that makes the new take, which the shot gets like any other, to be accepted. Raises NotFound for a missing
    shot, take or file; Conflict for a shot without an accepted take, or with this take already repaired so."""
    shot = project.shot(shot_id)
    take = shot.accepted if wanted.take is None else shot.take(wanted.take)
    if take is None:
        raise Conflict("The shot has no accepted take to repair; accept one, or name the take.")
    asset = the.assets.get(take.asset, asks.sees)
    treatment = Treatment(hold_colour=wanted.hold_colour)
    request = ask_for_treated_take(shot, take, treatment.to_data())
    return NewJob(kind="filter", request=request, owner=asks.user_id, holds=(asset.sha256,), batch=project.id)
