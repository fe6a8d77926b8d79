"""Calls about films."""

from typing import Any

from artifex.client.answers import Job
from artifex.client.calls import API, Call


def rebuild(project_id: str) -> Call[tuple[Job, ...]]:
    return Call(method="POST", path=f"{API}/projects/{project_id}/rebuild", body={}, read=_items)


def rebuild_seconds(project_id: str) -> Call[float | None]:
    return Call(method="GET", path=f"{API}/projects/{project_id}/rebuild", read=lambda told: told["seconds"])


def _items(data: Any) -> tuple[Job, ...]:
    return tuple(Job.of_data(item) for item in data["items"])
