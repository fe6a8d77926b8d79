"""Deletes a video with its files."""

from artifex.api.service import Service
from artifex.errors import Conflict, NotFound
from artifex.jobs.queue import JobRow
from artifex.jobs.state import ENDS, Succeeded


def delete_video(job: JobRow, the: Service) -> None:
    """Cancel the job if it is not over, then delete it and its files. Raises Conflict while it is being stopped."""
    if job.state_name not in ENDS:
        job = the.queue.cancel(job.id, job.owner)
    if job.state_name not in ENDS:
        raise Conflict("The video was being made and has been told to stop; delete it again when it is over.")
    the.queue.delete(job.id, job.owner)
    if isinstance(job.state, Succeeded):
        for asset_id in job.state.result["asset_ids"]:
            _forget(asset_id, job.owner, the)


def _forget(asset_id: str, owner: str, the: Service) -> None:
    try:
        the.assets.delete(asset_id, owner)
    except NotFound:
        return  # already removed from the library
