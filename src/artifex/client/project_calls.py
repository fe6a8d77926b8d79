"""Calls about films."""

from collections.abc import Sequence
from typing import Any

from artifex.client.answers import Data, Job
from artifex.client.calls import API, Call

_PROJECTS = f"{API}/projects"


def get(project_id: str) -> Call[Data]:
    return Call(method="GET", path=f"{_PROJECTS}/{project_id}", read=dict)


def quote(project_id: str, shots: Sequence[str]) -> Call[float | None]:
    query = {"shot": list(shots)} if shots else {}
    return Call(method="GET", path=f"{_PROJECTS}/{project_id}/rebuild", query=query, read=_seconds)


def rebuild(project_id: str, shots: Sequence[str]) -> Call[tuple[Job, ...]]:
    path = f"{_PROJECTS}/{project_id}/rebuild"
    return Call(method="POST", path=path, body={"shots": list(shots)}, read=_items)


def repair(project_id: str, shot_id: str, take: str | None, hold_colour: float) -> Call[Job]:
    path = f"{_PROJECTS}/{project_id}/shots/{shot_id}/repair"
    return Call(method="POST", path=path, body={"take": take, "hold_colour": hold_colour}, read=Job.of_data)


def _seconds(data: Any) -> float | None:
    return None if data["seconds"] is None else float(data["seconds"])


def _items(data: Any) -> tuple[Job, ...]:
    return tuple(Job.of_data(item) for item in data["items"])
