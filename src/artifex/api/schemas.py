"""Jobs as they are told of: the same JSON in answers, lists and snapshots."""

from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from artifex.catalog.execution import Expert
from artifex.jobs import state
from artifex.jobs.queue import JobRow
from artifex.jobs.state import Kind, StateName


class Progress(BaseModel):
    stage: str | None
    """``load``, ``encode``, ``denoise``, ``decode``, ...; null before anything began."""
    step: int
    of: int
    eta: float | None
    """Seconds that are left, as far as can be told."""
    vram: int | None
    """Bytes of the GPU's memory in use (of the machine's, where the processor computes)."""
    preview: str | None
    """Changes whenever there is a new preview to fetch."""


class JobFault(BaseModel):
    code: str
    message: str


class JobAnswer(BaseModel):
    """A job; times are seconds since 1970."""

    id: str
    kind: Kind
    state: StateName
    sequence: int
    """Counts what happened to it: of two answers or events, the one with the higher number is the later."""
    owner: str
    model: str
    """The model it needs, or brings here; empty where there is none."""
    expert: Expert | None
    """The one of the model's two whose slots may take it now; null for clips that only slots with both make."""
    priority: int
    position: int | None
    """How many jobs come before it, roughly, up to 1000; null where it is not queued, in lists and when it is made."""
    place: float
    """The order of one person's jobs of the same priority: the lower goes first."""
    run_at: float | None
    window: str | None
    only_on_ac: bool
    wanted_slot: str | None
    needs: list[str]
    batch: str | None
    stop_at_step: int | None
    attempt: int
    stop_wanted: str | None
    progress: Progress
    recipe: dict[str, Any] | None
    """All that determines the clip; null for kinds of work that have none."""
    result: dict[str, Any] | None
    """With ``asset_ids`` where it succeeded."""
    error: JobFault | None
    created_at: float
    queued_at: float | None
    started_at: float | None
    finished_at: float | None
    callback_url: str | None
    remixed_from: str | None


class JobPage(BaseModel):
    items: list[JobAnswer]
    next_cursor: str | None
    """For ``?cursor=``; null on the last page."""


class ErrorBody(BaseModel):
    code: str
    """A name for programs, like ``not_found``."""
    message: str
    """What happened and what to do, in one or two sentences."""
    details: dict[str, Any] | None


class ErrorAnswer(BaseModel):
    """Every answer with a status of 400 and above."""

    error: ErrorBody


def job_answer(job: JobRow, position: int | None = None) -> JobAnswer:
    running = job.state if isinstance(job.state, state.Running) else None
    failed = job.state if isinstance(job.state, state.Failed) else None
    return JobAnswer(
        id=job.id,
        kind=job.kind,
        state=job.state_name,
        sequence=job.sequence,
        owner=job.owner,
        model=job.model or str(job.request.get("model", "")),
        expert=job.expert,
        priority=job.priority,
        position=position,
        place=job.place,
        run_at=job.run_at,
        window=job.window,
        only_on_ac=job.only_on_ac,
        wanted_slot=job.wanted_slot,
        needs=list(job.needs),
        batch=job.batch,
        stop_at_step=job.stop_at_step,
        attempt=job.attempt,
        stop_wanted=job.stop_wanted,
        progress=Progress(
            stage=job.stage,
            step=job.step,
            of=job.step_count,
            eta=running.eta if running else None,
            vram=running.vram if running else None,
            preview=job.preview,
        ),
        recipe=job.recipe or job.request.get("recipe"),
        result=job.state.result if isinstance(job.state, state.Succeeded) else None,
        error=JobFault(code=failed.code, message=failed.message) if failed else None,
        created_at=job.created_at,
        queued_at=job.queued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        callback_url=job.callback_url,
        remixed_from=job.remixed_from,
    )


def as_json(answer: BaseModel, status: int = 200) -> Response:
    """An answer made into text here: on busy doors, for FastAPI would check it a second time in another thread."""
    return Response(answer.model_dump_json(), status, media_type="application/json")
