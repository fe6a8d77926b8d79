"""Does a clip stay what it was, and do two fit together? And what can be done where they do not."""

from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from artifex.api.films import checked_plan, sources_of, with_takes_collected
from artifex.api.project_answers import EditAnswer, edit_answer
from artifex.api.project_requests import Repairing, Version
from artifex.api.repairing import repair_job
from artifex.api.routes.media import AssetId
from artifex.api.routes.projects import ProjectId
from artifex.api.schemas import JobAnswer, job_answer
from artifex.api.service import Asks, The
from artifex.errors import BadField, BadReference
from artifex.jobs.continuity import MOST_FRAMES
from artifex.jobs.films.desk import Opened
from artifex.jobs.films.joints import FRAMES_AROUND, joint, with_better_bridges
from artifex.timeline.project import Project
from artifex.timeline.sources import MediaSource
from artifex.units import PixelSize

router = APIRouter(tags=["continuity"])

Count = Annotated[int, Query(ge=1, le=MOST_FRAMES)]
ShotId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]


class ChangeAnswer(BaseModel):
    """``colour`` in CIEDE2000, of which 1 can just be seen side by side; the others as shares: -0.1 is a tenth less."""

    colour: float
    contrast: float
    sharpness: float


class JointAnswer(ChangeAnswer):
    frame: int
    """The first after the cut."""


class RunAnswer(BaseModel):
    first: int
    count: int


class Curves(BaseModel):
    """A number for each frame."""

    colour_drift: list[float]
    contrast: list[float]
    sharpness: list[float]
    difference: list[float]
    similarity: list[float]


class ContinuityAnswer(BaseModel):
    """Frames are counted from ``start``. ``consistency`` is from 0 to 1: how alike neighbours are, whatever the camera
    does. ``drift`` goes from the first frames to the last, ``most_drift`` is the farthest on the way."""

    start: int
    frame_count: int
    drift: ChangeAnswer
    most_drift: float
    consistency: float
    cuts: list[int]
    frozen: list[RunAnswer]
    duplicates: list[RunAnswer]
    chart: Curves


@router.get("/media/{asset_id}/continuity", operation_id="measureContinuity")
def measure(
    asset_id: AssetId, the: The, asks: Asks, start: Annotated[int, Query(ge=0, le=10**8)] = 0, count: Count = 600
) -> ContinuityAnswer:
    """Drift of colour, contrast and sharpness, frames that stand still, and cuts, of a clip or a part of it."""
    row = the.assets.get(asset_id, asks.sees)
    if row.kind != "video":
        raise BadReference("Only of a video can be told whether it stays what it was; choose a video.")
    frames = int(row.facts["frame_count"])
    if start >= frames:
        raise BadField("start", f"The clip has frames 0 to {frames - 1}; from {start} on there are none.")
    report = the.films.reports.of_clip(the.blobs.find(row.sha256), row.sha256, start, min(count, frames - start))
    return ContinuityAnswer.model_validate({"start": start, **report.to_data()})


@router.get("/projects/{project_id}/joints/{frame}", operation_id="measureJoint")
def measure_joint(
    project_id: ProjectId, frame: Annotated[int, Path(ge=0, le=10**8)], the: The, asks: Asks
) -> JointAnswer:
    """How far the picture jumps from right before a frame of the film to it, as an export has them."""
    project = the.films.desk.open(project_id, asks.sees).project
    if not 0 < frame < project.timeline.duration:
        raise BadField("frame", f"The film has no picture before and after a cut at frame {frame}.")
    before = checked_plan(project, the, asks, max(0, frame - FRAMES_AROUND), frame)
    after = checked_plan(project, the, asks, frame, min(frame + FRAMES_AROUND, project.timeline.duration))
    size = PixelSize(width=project.timeline.width, height=project.timeline.height)
    found = joint(before, after, size, sources_of(the))
    return JointAnswer(frame=frame, colour=found.colour, contrast=found.contrast, sharpness=found.sharpness)


@router.post("/projects/{project_id}/shots/{shot_id}/bridge", operation_id="chooseBridge")
def choose_bridge(
    project_id: ProjectId, shot_id: ShotId, the: The, asks: Asks, body: Version | None = None
) -> EditAnswer:
    """Let a shot go on from the best of the last frames of the one before, which then ends with it: an edit that can
    be undone, after which the shot is stale. Nothing changes where the frame is the best already."""
    asks.require_writer()

    def find(take: MediaSource) -> FilePath:
        return the.blobs.find(the.assets.get(take.asset, asks.sees).sha256)

    def choose(opened: Opened) -> Project:
        return with_better_bridges(opened.project, shot_id, the.films.opener, find)

    return edit_answer(the.films.desk.change(project_id, asks.sees, choose, body and body.version))


@router.post("/projects/{project_id}/shots/{shot_id}/repair", status_code=201, operation_id="repairTake")
def repair_take(
    project_id: ProjectId, shot_id: ShotId, the: The, asks: Asks, body: Repairing | None = None
) -> JobAnswer:
    """Queue a take of a shot that is another of its takes with its colours held as they begin. It comes into the
    project as the job ends, to be accepted; the present one stays until then."""
    asks.require_writer()
    project = with_takes_collected(project_id, the, asks).project
    job = repair_job(project, shot_id, body or Repairing(), the, asks)
    return job_answer(the.queue.submit([job], None, the.limits_of(asks).open_jobs)[0])
