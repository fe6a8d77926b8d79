"""Jobs as the API shows them: the same JSON in answers, lists and snapshots of events."""

from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from artifex.catalog.execution import Expert
from artifex.jobs import state
from artifex.jobs.queue import JobRow
from artifex.jobs.state import Kind, StateName


class Progress(BaseModel):
    stage: str | None
    """``load``, ``encode``, ``denoise``, ``decode``, ...; null before the job started."""
    step: int
    of: int
    eta: float | None
    """Estimated seconds left."""
    vram: int | None
    """Bytes of GPU memory in use (of main memory where the CPU computes)."""
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
    """Grows with every change: of two answers or events, the one with the higher number is the later."""
    owner: str
    model: str
    """The model it needs or pulls; empty where there is none."""
    expert: Expert | None
    """The model's expert that makes the next steps; null for jobs that are not split between slots by expert."""
    priority: int
    position: int | None
    """Roughly how many jobs are ahead of it, at most 1000; null if it is not queued, in lists, and on creation."""
    place: float
    """The order among one owner's jobs of the same priority: the lowest goes first."""
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
    """Everything that determines the clip; null for kinds of jobs that have no recipe."""
    result: dict[str, Any] | None
    """Null until the job succeeded; ``asset_ids`` names what it made."""
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
    """A machine-readable name, like ``not_found``."""
    message: str
    """What happened and what to do, in one or two sentences."""
    details: dict[str, Any] | None


class ErrorAnswer(BaseModel):
    """The body of every answer with a status of 400 or above."""

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
    """Serialize an answer directly, on busy routes: FastAPI would validate it again in another thread."""
    return Response(answer.model_dump_json(), status, media_type="application/json")
