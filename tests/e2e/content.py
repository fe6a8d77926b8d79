"""Fills a studio with content through its API: clips, sheets, failed jobs."""

import hashlib
import time
from collections.abc import Collection
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import httpx2

PROMPT = "a red circle moves right on a blue background"
QUICK: dict[str, Any] = {"size": "64x64", "frames": 5, "steps": 4}
"""Takes a second or two, mostly for the first load of the model."""
SLOW: dict[str, Any] = {"size": "256x256", "frames": 41, "steps": 40}
"""Takes most of a minute: long enough for a test to act on the running job."""
CLIP_SECONDS = 120.0


def submit(client: httpx2.Client, prompt: str = PROMPT, **request: Any) -> list[dict[str, Any]]:
    answer = client.post("/api/v1/jobs", json={"kind": "generate", "prompt": prompt, **request})
    assert answer.status_code == 201, answer.text
    return answer.json()["items"]


def job(client: httpx2.Client, job_id: str) -> dict[str, Any]:
    return client.get(f"/api/v1/jobs/{job_id}").json()


def wait_for(
    client: httpx2.Client, job_id: str, *states: str, seconds: float = CLIP_SECONDS, step: int = 0
) -> dict[str, Any]:
    """Wait until the job is in one of the states, and at least at ``step``. Raises AssertionError on timeout."""
    deadline = time.monotonic() + seconds
    while True:
        now = job(client, job_id)
        if now["state"] in states and now["progress"]["step"] >= step:
            return now
        if time.monotonic() > deadline or (now["state"] == "failed" and "failed" not in states):
            raise AssertionError(f"the job is {now['state']}, not {' or '.join(states)}: {now}")
        time.sleep(0.1)


def made(client: httpx2.Client, prompt: str = PROMPT, **request: Any) -> str:
    """Make a clip and return its asset id."""
    (begun,) = submit(client, prompt, **{**QUICK, **request})
    return asset_of(wait_for(client, begun["id"], "succeeded"))


def asset_of(done: dict[str, Any]) -> str:
    return done["result"]["asset_ids"][0]


def newest_job(client: httpx2.Client, before: Collection[str] = ()) -> dict[str, Any]:
    """Wait for a newly submitted job; ``before`` holds the ids of older ones."""
    deadline = time.monotonic() + CLIP_SECONDS
    while time.monotonic() < deadline:
        fresh = [one for one in client.get("/api/v1/jobs").json()["items"] if one["id"] not in before]
        if fresh:
            return max(fresh, key=lambda one: one["created_at"])
        time.sleep(0.1)
    raise AssertionError("no job came")


def frames_of(clip: Path | bytes) -> list[str]:
    """A hash of each decoded frame of a clip, in its encoded pixel format."""
    with av.open(BytesIO(clip) if isinstance(clip, bytes) else str(clip), mode="r") as container:
        return [hashlib.sha256(frame.to_ndarray().tobytes()).hexdigest() for frame in container.decode(video=0)]


def content_of(client: httpx2.Client, asset_id: str) -> bytes:
    answer = client.get(client.get(f"/api/v1/media/{asset_id}").json()["urls"]["file"], follow_redirects=True)
    answer.raise_for_status()
    return answer.content
