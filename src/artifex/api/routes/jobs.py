"""Routes of jobs: create, list, edit, stop and continue them."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Path, Query
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from artifex.api.editing import changes_of
from artifex.api.estimates import Estimate, estimate
from artifex.api.job_requests import EstimateRequest, JobChanges, JobRequest, Promotion
from artifex.api.schemas import JobAnswer, JobPage, as_json, job_answer
from artifex.api.service import Asks, Caller, Service, The
from artifex.api.submitting import submitted
from artifex.catalog.shelf import Shelf
from artifex.errors import Conflict, NotFound
from artifex.jobs.pulls import forget_received
from artifex.jobs.queue import JobRow
from artifex.jobs.state import Kind, StateName, Succeeded
from artifex.jobs.worker.workspace import preview_key

router = APIRouter(prefix="/jobs", tags=["jobs"])

JobId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
_PREVIEW: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}}}
}


class JobsMade(BaseModel):
    items: list[JobAnswer]
    batch: str | None
    """The id of the batch, if there are several jobs."""


class Result(BaseModel):
    """What a successful job made."""

    asset_ids: list[str]
    facts: dict[str, Any]


@router.post("", status_code=201, operation_id="createJobs", response_model=JobsMade)
async def create_jobs(
    wanted: JobRequest,
    the: The,
    asks: Asks,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")] = None,
) -> Response:
    """Queue work. The same ``Idempotency-Key`` with the same body returns the same jobs, and queues nothing new."""
    asks.require_writer()
    made = await the.lanes.write(lambda: submitted(wanted, the, asks, idempotency_key))
    return as_json(JobsMade(items=[job_answer(job) for job in made], batch=made[0].batch), 201)


@router.get("", operation_id="listJobs", response_model=JobPage)
async def list_jobs(
    the: The,
    asks: Asks,
    state: Annotated[list[StateName] | None, Query(max_length=11)] = None,
    kind: Kind | None = None,
    batch: Annotated[str | None, Query(pattern="^[0-9a-f]{32}$")] = None,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    order: Annotated[str, Query(pattern="^(asc|desc)$")] = "desc",
) -> Response:
    """The caller's jobs (everybody's for administrators), newest first unless ``order=asc``."""
    page = await the.lanes.read(
        lambda: the.queue.page(
            asks.sees,
            states=state or (),
            kind=kind,
            batch=batch,
            after=cursor,
            limit=limit,
            oldest_first=order == "asc",
        )
    )
    return as_json(JobPage(items=[job_answer(job) for job in page.jobs], next_cursor=page.next_cursor))


@router.post("/estimate", operation_id="estimateClip")
def estimate_clip(wanted: EstimateRequest, the: The, asks: Asks) -> Estimate:
    """Estimate the memory, disk and seconds that a clip would take, and whether it fits; nothing is queued.

    Also lists changes with which it fits or is made sooner, and what each costs.
    """
    return estimate(wanted, the, asks)


@router.get("/{job_id}", operation_id="getJob", response_model=JobAnswer)
async def get_job(job_id: JobId, the: The, asks: Asks) -> Response:
    return as_json(await the.lanes.read(lambda: _told(the.queue.get(job_id, asks.sees), the)))


@router.patch("/{job_id}", operation_id="editJob")
def edit_job(job_id: JobId, changes: JobChanges, the: The, asks: Asks) -> JobAnswer:
    """Change a job while it waits: what it makes, when it may run, or its place in the queue."""
    asks.require_writer()
    job = the.queue.get(job_id, asks.sees)
    return _told(the.queue.edit(job_id, changes_of(changes, job, the, asks), asks.sees), the)


@router.delete("/{job_id}", status_code=204, operation_id="deleteJob")
def delete_job(job_id: JobId, the: The, asks: Asks) -> None:
    """Delete a job that is over or paused; what it made stays in the library.

    For a paused pull, what it had received on the server's machine is deleted too.
    """
    asks.require_writer()
    job = the.queue.get(job_id, asks.sees)
    the.queue.delete(job_id, asks.sees)
    forget_received(job, the.queue, Shelf(the.settings.models))


@router.post("/{job_id}/pause", operation_id="pauseJob")
def pause_job(job_id: JobId, the: The, asks: Asks) -> JobAnswer:
    """Stop after the current step, keep the checkpoint, and free the slot."""
    return _told(the.queue.pause(job_id, _writer(asks)), the)


@router.post("/{job_id}/resume", operation_id="resumeJob")
def resume_job(job_id: JobId, the: The, asks: Asks) -> JobAnswer:
    return _told(the.queue.resume(job_id, _writer(asks)), the)


@router.post("/{job_id}/cancel", operation_id="cancelJob")
def cancel_job(job_id: JobId, the: The, asks: Asks) -> JobAnswer:
    """Cancel a job: at once if it waits, after the current step if it runs."""
    return _told(the.queue.cancel(job_id, _writer(asks)), the)


@router.post("/{job_id}/retry", operation_id="retryJob")
def retry_job(job_id: JobId, the: The, asks: Asks) -> JobAnswer:
    """Retry a job that failed, was cancelled or expired, from its last checkpoint."""
    return _told(the.queue.retry(job_id, _writer(asks)), the)


@router.post("/{job_id}/promote", operation_id="promoteJob")
def promote_job(job_id: JobId, the: The, asks: Asks, wanted: Annotated[Promotion | None, Body()] = None) -> JobAnswer:
    """Continue a draft, from its latents, to its last step or to a later one than before."""
    return _told(the.queue.promote(job_id, _writer(asks), wanted.stop_at_step if wanted else None), the)


@router.get("/{job_id}/result", operation_id="getJobResult")
def get_job_result(job_id: JobId, the: The, asks: Asks) -> Result:
    """What a job made; 409 until it has succeeded."""
    job = the.queue.get(job_id, asks.sees)
    if not isinstance(job.state, Succeeded):
        raise Conflict(f"This job has made nothing yet; it is {job.state_name}. A result comes with success.")
    facts = dict(job.state.result)
    return Result(asset_ids=facts.pop("asset_ids", []), facts=facts)


@router.get("/{job_id}/preview", operation_id="getJobPreview", response_class=Response, responses=_PREVIEW)
def get_job_preview(job_id: JobId, the: The, asks: Asks) -> Response:
    """A preview of the clip at its current step: an animated WebP; once finished, its thumbnail."""
    job = the.queue.get(job_id, asks.sees)
    if job.preview is not None and not isinstance(job.state, Succeeded):
        try:
            return Response(the.objects.get(preview_key(job_id)), media_type="image/webp")
        except NotFound:  # it may just have succeeded, which removes its preview
            job = the.queue.get(job_id, asks.sees)
    if isinstance(job.state, Succeeded) and job.state.result.get("asset_ids"):
        return RedirectResponse(f"/api/v1/media/{job.state.result['asset_ids'][0]}/thumbnail", 307)
    raise NotFound("There is no preview of this job; ask again after its first step.")


def _writer(asks: Caller) -> str | None:
    asks.require_writer()
    return asks.sees


def _told(job: JobRow, the: Service) -> JobAnswer:
    return job_answer(job, the.queue.position(job))
