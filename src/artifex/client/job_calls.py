"""Calls about jobs."""

from collections.abc import Mapping
from typing import Any

from artifex.client.answers import Data, Job, JobPage
from artifex.client.calls import API, Call, QueryValue, new_key
from artifex.errors import Conflict

_JOBS = f"{API}/jobs"


def create(fields: Mapping[str, Any]) -> Call[tuple[Job, ...]]:
    return Call(method="POST", path=_JOBS, body=fields, headers=new_key(), read=_items)


def estimate(fields: Mapping[str, Any]) -> Call[Data]:
    return Call(method="POST", path=f"{_JOBS}/estimate", body=fields, changes_nothing=True, read=dict)


def get(job_id: str) -> Call[Job]:
    return Call(method="GET", path=f"{_JOBS}/{job_id}", read=Job.of_data)


def page(wanted: Mapping[str, QueryValue]) -> Call[JobPage]:
    return Call(method="GET", path=_JOBS, query=wanted, read=JobPage.of_data)


def edit(job_id: str, changes: Mapping[str, Any]) -> Call[Job]:
    return Call(method="PATCH", path=f"{_JOBS}/{job_id}", body=changes, read=Job.of_data)


def act(job_id: str, action: str, fields: Mapping[str, Any] | None = None) -> Call[Job]:
    """``pause``, ``resume``, ``cancel``, ``retry`` or ``promote``."""
    return Call(method="POST", path=f"{_JOBS}/{job_id}/{action}", body=fields, read=Job.of_data)


def delete(job_id: str) -> Call[None]:
    return Call(method="DELETE", path=f"{_JOBS}/{job_id}", read=lambda _: None)


def _items(data: Any) -> tuple[Job, ...]:
    return tuple(Job.of_data(item) for item in data["items"])


def promote(job_id: str, stop_at_step: int | None) -> Call[Job]:
    return act(job_id, "promote", {} if stop_at_step is None else {"stop_at_step": stop_at_step})


def first_asset(job: Job) -> str:
    """The id of the first file that a job made. Raises Conflict when it has made none."""
    if not job.asset_ids:
        raise Conflict(f"The job {job.id} has made no file; it is {job.state}.")
    return job.asset_ids[0]
