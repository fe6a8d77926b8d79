"""How steady a clip is, how two fit together, and a clip treated, by the API."""

from fractions import Fraction
from pathlib import Path

import httpx2
import numpy as np
import pytest
from numpy.typing import NDArray

from artifex.media.encode import encode_video
from tests.api.conftest import Studio
from tests.api.test_media import PICTURE, upload

NOISE = np.random.default_rng(1).integers(60, 190, (64, 200, 3), np.uint8)


def panned(at: int, tint: int = 0) -> NDArray[np.uint8]:
    return NOISE[:, at : at + 96] + np.uint8(tint)


def refused_field(answer: httpx2.Response) -> str | None:
    """Which field a refusal is about."""
    assert answer.status_code == 400, answer.text
    details = answer.json()["error"]["details"]
    return details and details["fields"][0]["field"]


@pytest.fixture
def clip(studio: Studio, tmp_path: Path) -> str:
    """24 frames: a pan that stands still from 8 to 12 and is cut at 16."""
    frames = [panned(min(at, 8) if at < 12 else at) for at in range(16)]
    frames += [panned(at) // 3 for at in range(8)]
    path = tmp_path / "clip.mp4"
    encode_video([np.stack(frames)], Fraction(12), path)
    return upload(studio.client, path.read_bytes(), "clip.mp4")["id"]


def test_a_clip_tells_where_it_stands_still_and_is_cut(studio: Studio, clip: str) -> None:
    told = studio.client.get(f"/api/v1/media/{clip}/continuity").json()
    assert (told["frame_count"], told["cuts"], told["frozen"]) == (24, [16], [{"first": 9, "count": 3}])
    assert {len(curve) for curve in told["chart"].values()} == {24}
    assert told["drift"]["colour"] >= 0
    part = studio.client.get(f"/api/v1/media/{clip}/continuity", params={"start": 12, "count": 3}).json()
    assert (part["start"], part["frame_count"], part["cuts"]) == (12, 3, [])


def test_what_has_no_frames_there_is_refused(studio: Studio, clip: str) -> None:
    client = studio.client
    continuity = f"/api/v1/media/{clip}/continuity"
    assert refused_field(client.get(continuity, params={"start": 24})) == "start"
    picture = upload(client, PICTURE)["id"]
    assert client.get(f"/api/v1/media/{picture}/continuity").status_code == 400
    assert refused_field(client.get(continuity, params={"count": 10**6})) == "count"


def test_a_joint_tells_how_far_the_picture_jumps(studio: Studio, clip: str) -> None:
    client = studio.client
    film = {"name": "Cut", "rate": "12", "width": 96, "height": 64}
    project = client.post("/api/v1/projects", json=film).json()["id"]
    client.post(f"/api/v1/projects/{project}/place", json={"asset": clip})
    jump, none = (client.get(f"/api/v1/projects/{project}/joints/{frame}").json() for frame in (16, 6))
    assert jump["frame"] == 16
    assert jump["colour"] > 5 > 1 > none["colour"]
    for frame in (0, 24):
        assert refused_field(client.get(f"/api/v1/projects/{project}/joints/{frame}")) == "frame"


def test_a_treatment_is_checked_before_it_is_queued(studio: Studio, clip: str) -> None:
    client = studio.client
    ask = {"kind": "filter", "asset": clip}
    for wanted, field in (
        ({}, None),
        ({"frame_rate": 6}, "frame_rate"),
        ({"frame_rate": "fast"}, "frame_rate"),
        ({"denoise": 2}, "denoise"),
    ):
        assert refused_field(client.post("/api/v1/jobs", json={**ask, **wanted})) == field, wanted
    [job] = client.post("/api/v1/jobs", json={**ask, "denoise": 0.2, "frame_rate": 24}).json()["items"]
    assert (job["kind"], job["state"]) == ("filter", "queued")
