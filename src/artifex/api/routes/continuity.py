"""Routes that measure the continuity within a clip and across a cut, and improve it."""

from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from artifex.api.films import checked_plan, viewed_sources, with_takes_collected
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
    """``colour`` is a CIEDE2000 difference, of which 1 is just noticeable side by side; the others are relative: -0.1
    is a tenth less."""

    colour: float
    contrast: float
    sharpness: float


class JointAnswer(ChangeAnswer):
    frame: int
    """The first frame after the cut."""


class RunAnswer(BaseModel):
    first: int
    count: int


class Curves(BaseModel):
    """One value for each frame."""

    colour_drift: list[float]
    contrast: list[float]
    sharpness: list[float]
    difference: list[float]
    similarity: list[float]


class ContinuityAnswer(BaseModel):
    """Frames are counted from ``start``. ``consistency`` is 0 to 1: how similar adjacent frames are, apart from camera
    motion. ``drift`` is from the first frames to the last, ``most_drift`` the largest in between."""

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
    """Measure drift of colour, contrast and sharpness, frozen frames, and cuts, in a clip or a part of it."""
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
    """Measure how much the picture changes across a cut: from just before a frame of the film to it, as exported."""
    project = the.films.desk.open(project_id, asks.sees).project
    if not 0 < frame < project.timeline.duration:
        raise BadField("frame", f"The film has no picture before and after a cut at frame {frame}.")
    before = checked_plan(project, the, asks, max(0, frame - FRAMES_AROUND), frame)
    after = checked_plan(project, the, asks, frame, min(frame + FRAMES_AROUND, project.timeline.duration))
    size = PixelSize(width=project.timeline.width, height=project.timeline.height)
    found = joint(before, after, size, viewed_sources(project, the))
    return JointAnswer(frame=frame, colour=found.colour, contrast=found.contrast, sharpness=found.sharpness)


@router.post("/projects/{project_id}/shots/{shot_id}/bridge", operation_id="chooseBridge")
def choose_bridge(
    project_id: ProjectId, shot_id: ShotId, the: The, asks: Asks, body: Version | None = None
) -> EditAnswer:
    """Let a shot continue from the best of the previous shot's last frames, where the previous shot then ends: an edit
    that can be undone, and leaves the shot stale. Nothing changes if the frame is the best already."""
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
    """Queue a copy of one of a shot's takes whose colours are held as they begin. When the job ends, the project gets
    it as a new take, to be accepted; the accepted one stays until then."""
    asks.require_writer()
    project = with_takes_collected(project_id, the, asks).project
    job = repair_job(project, shot_id, body or Repairing(), the, asks)
    return job_answer(the.queue.submit([job], None, the.limits_of(asks).open_jobs)[0])
