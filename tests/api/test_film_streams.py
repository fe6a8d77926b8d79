"""A film played while it is cut: segment by segment, the same pictures and sound as an export has."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import httpx2
import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray

from artifex.api.config import ApiConfig
from artifex.media.colour import rgb_from_planes
from tests.api.conftest import Studio
from tests.api.test_media import MEDIA
from tests.api.test_projects import PROJECTS, ask, begin
from tests.media.numbered import COUNT, read_number, write_numbered

HERTZ = 48_000


@pytest.fixture
def client(open_studio: Callable[..., Studio]) -> TestClient:
    return open_studio(ApiConfig(event_seconds=0.02)).client


def upload(client: TestClient, file: Path) -> str:
    answer = client.post(MEDIA, files={"file": (file.name, file.read_bytes())})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def write_tone(path: Path, hertz: int = 440, seconds: float = 3.75) -> Path:
    tone = np.sin(2 * np.pi * hertz * np.arange(int(seconds * HERTZ)) / HERTZ) * 0.5
    with av.open(str(path), "w") as container:
        untyped: Any = container
        stream = untyped.add_stream("pcm_s16le", rate=HERTZ, layout="mono")
        frame = av.AudioFrame.from_ndarray((tone * 32767).astype(np.int16)[None], format="s16", layout="mono")
        frame.sample_rate = HERTZ
        untyped.mux(stream.encode(frame))
        untyped.mux(stream.encode(None))
    return path


@pytest.fixture
def film(client: TestClient, tmp_path: Path) -> str:
    """Frames 0 to 89 with a tone; then cut into pieces, of which the first is moved behind the others."""
    project = begin(client)["id"]
    ask(client, project, "place", asset=upload(client, write_numbered(tmp_path / "numbered.mp4")))
    ask(client, project, "place", asset=upload(client, write_tone(tmp_path / "tone.wav")))
    return str(project)


def streamed(client: TestClient | httpx2.Client, project: str, folder: Path) -> Path:
    """All that a player asks for, written down as the server names it."""
    version = client.get(f"{PROJECTS}/{project}").json()["version"]
    base = f"{PROJECTS}/{project}/stream/{version}"
    wanted, done = ["master.m3u8"], set[str]()
    while wanted:
        name = wanted.pop()
        if name in done:
            continue
        done.add(name)
        answer = client.get(f"{base}/{name}")
        assert answer.status_code == 200, answer.text
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(answer.content)
        if name.endswith(".m3u8"):
            wanted += re.findall(r'(?:^|URI=")([\w./]+\.(?:m3u8|m4s|mp4))', answer.text, re.MULTILINE)
    return folder / "master.m3u8"


def pictures(playlist: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(playlist)) as container:
        return [rgb_from_planes(frame) for frame in container.decode(video=0)]


def test_every_frame_and_the_sound_in_its_place(client: TestClient, film: str, tmp_path: Path) -> None:
    (clip,) = client.get(f"{PROJECTS}/{film}").json()["project"]["timeline"]["tracks"][0]["clips"]
    ask(client, film, "edits", commands=[{"edit": "razor", "frame": 10}, {"edit": "extract", "start": 0, "end": 10}])
    playlist = streamed(client, film, tmp_path / "played")
    assert [read_number(frame) for frame in pictures(playlist)] == list(range(10, clip["duration"]))
    with av.open(str(playlist)) as container:
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
    sound = np.concatenate(parts, axis=1)[0][4800:-4800]
    seconds = (COUNT - 10) / 24
    assert abs(np.concatenate(parts, axis=1).shape[1] / HERTZ - seconds) < 0.05
    beats = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    assert abs(beats.argmax() * HERTZ / len(sound) - 440) < 1


def test_what_an_edit_did_not_change_is_not_drawn_again(client: TestClient, film: str, tmp_path: Path) -> None:
    streamed(client, film, tmp_path / "before")
    home = next(tmp_path.rglob("segments"))
    before = {file.name for file in home.iterdir()}
    ask(client, film, "edits", commands=[{"edit": "razor", "frame": 48}])
    ask(client, film, "edits", commands=[{"edit": "add_marker", "frame": 5}])
    playlist = streamed(client, film, tmp_path / "after")
    assert [read_number(frame) for frame in pictures(playlist)] == list(range(COUNT))
    made = {file.name for file in home.iterdir()} - before
    assert len(made) == 2  # the two parts that the cut made


def test_an_older_version_is_told_to_be_one(client: TestClient, film: str) -> None:
    version = client.get(f"{PROJECTS}/{film}").json()["version"]
    assert client.get(f"{PROJECTS}/{film}/stream/{version}/pictures/99.m4s").status_code == 404
    assert client.get(f"{PROJECTS}/{film}/stream/{version - 1}/master.m3u8").status_code == 409
    assert client.get(f"{PROJECTS}/{film}/stream/x/master.m3u8").status_code == 400
    assert client.get(f"{PROJECTS}/{'0' * 32}/stream/0/master.m3u8").status_code == 404
    empty = begin(client)["id"]
    assert client.get(f"{PROJECTS}/{empty}/stream/0/master.m3u8").status_code == 400
