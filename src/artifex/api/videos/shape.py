"""Jobs in the form of OpenAI's videos."""

from fractions import Fraction
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from artifex.errors import NotFound
from artifex.jobs.queue import JobRow, Queue
from artifex.jobs.state import Cancelled, Expired, Failed, StateName, Succeeded

PREFIX = "video_"

Status = Literal["queued", "in_progress", "completed", "failed"]

_STATUS: dict[StateName, Status] = {
    "scheduled": "queued",
    "queued": "queued",
    "dispatched": "queued",
    "running": "in_progress",
    "finalizing": "in_progress",
    "paused": "in_progress",
    "draft": "in_progress",
    "succeeded": "completed",
    "failed": "failed",
    "cancelled": "failed",
    "expired": "failed",
}
"""Clients expect these four values; the studio's own state is in the field ``state``."""

POLL_MS = {"queued": 3000, "in_progress": 2000}
"""Polling interval for clients, in the header ``openai-poll-after-ms``."""

_SHARES = {"decode": (90, 99)}
_SHARE_OF_STEPS = (0, 90)
"""Percent at which a stage begins and ends: each counts its own steps, but a client's bar must not go back. The last
percent is for the file."""
_NEARLY_WHOLE = 0.13
"""Seconds within which a length is rounded to a whole number: two frames at 16 a second."""


class VideoError(BaseModel):
    code: str
    message: str


class Video(BaseModel):
    """OpenAI's fields, then further ones of vLLM-Omni and of this studio."""

    model_config = ConfigDict(title="Video")

    id: str
    object: Literal["video"] = "video"
    created_at: int
    completed_at: int | None
    expires_at: int | None = None
    model: str
    progress: int = Field(ge=0, le=100)
    prompt: str | None
    remixed_from_video_id: str | None
    seconds: str
    size: str
    status: Status
    error: VideoError | None
    inference_time_s: float | None
    peak_memory_mb: float | None
    media_type: str = "video/mp4"
    file_name: str
    state: StateName
    warnings: list[str]


class VideoList(BaseModel):
    object: Literal["list"] = "list"
    data: list[Video]
    first_id: str | None
    last_id: str | None
    has_more: bool


class VideoDeleted(BaseModel):
    id: str
    deleted: Literal[True] = True
    object: Literal["video.deleted"] = "video.deleted"


def job_id_of(video_id: str) -> str:
    """Raises NotFound for an id that is no video's."""
    if not video_id.startswith(PREFIX):
        raise NotFound(f"There is no video {video_id[:60]!r}; ids of videos begin with {PREFIX}.")
    return video_id.removeprefix(PREFIX)


def find_video(video_id: str, queue: Queue, owner: str | None) -> JobRow:
    """The video's job. Raises NotFound, also for jobs that are no videos, by the id that the client knows."""
    job_id = job_id_of(video_id)
    try:
        job = queue.get(job_id, owner)
    except NotFound:
        job = None
    if job is None or job.kind != "generate":
        raise NotFound(f"There is no video {video_id[:60]!r}.")
    return job


def video_id_of(job_id: str) -> str:
    return PREFIX + job_id


def video_of(job: JobRow) -> Video:
    """The video of a job, which has to be of the kind ``generate``."""
    recipe: dict[str, Any] = job.recipe or job.request["recipe"]
    times = (job.started_at, job.finished_at)
    return Video(
        id=video_id_of(job.id),
        created_at=int(job.created_at),
        completed_at=int(job.finished_at) if job.finished_at is not None else None,
        model=job.model,
        progress=_progress(job),
        prompt=recipe.get("written_prompt") or recipe["prompt"],
        remixed_from_video_id=video_id_of(job.remixed_from) if job.remixed_from else None,
        seconds=seconds_of(recipe["frame_count"] + job.request.get("stitched_frames", 0), recipe["frame_rate"]),
        size=f"{recipe['width']}x{recipe['height']}",
        status=_STATUS[job.state_name],
        error=_error(job),
        inference_time_s=round(times[1] - times[0], 3) if times[0] is not None and times[1] is not None else None,
        peak_memory_mb=_peak_megabytes(job),
        file_name=f"{video_id_of(job.id)}.mp4",
        state=job.state_name,
        warnings=job.request.get("warnings", []),
    )


def seconds_of(frame_count: int, frame_rate: str) -> str:
    """The nominal length of a clip, its first frame not counted: 65 frames at 16 a second are ``4``."""
    seconds = float((frame_count - 1) / Fraction(frame_rate))
    if round(seconds) and abs(seconds - round(seconds)) <= _NEARLY_WHOLE:
        return str(round(seconds))
    return f"{seconds:.2f}".rstrip("0").rstrip(".")


def _progress(job: JobRow) -> int:
    if job.state_name == "succeeded":
        return 100
    begin, end = _SHARES.get(job.stage or "", _SHARE_OF_STEPS)
    return begin + (end - begin) * min(job.step, job.step_count) // job.step_count if job.step_count else begin


def _error(job: JobRow) -> VideoError | None:
    match job.state:
        case Failed(code, message):
            return VideoError(code=code, message=message)
        case Cancelled():
            return VideoError(code="cancelled", message="The video was cancelled.")
        case Expired():
            return VideoError(code="expired", message="The video was not begun before the time it was to expire.")
        case _:
            return None


def _peak_megabytes(job: JobRow) -> float | None:
    """Peak memory in MiB: of the GPU, or of main memory where the CPU did the work."""
    if not isinstance(job.state, Succeeded):
        return None
    peak: int | None = job.state.result.get("peak_vram") or job.state.result.get("peak_ram")
    return None if peak is None else round(peak / 2**20, 1)
