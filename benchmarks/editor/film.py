"""A studio with one long film: thousands of short clips on several tracks, cut from one small file."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
from tests.api.conftest import Server, start_server, stop_server
from tests.media.numbered import COUNT, write_numbered

_PROJECTS = "/api/v1/projects"
_VIDEO, _AUDIO = ("v1", "v2", "v3", "v4"), ("a1", "a2")
_AT_ONCE = 50
"""Commands sent in one edit."""


@dataclass(frozen=True, slots=True)
class Film:
    server: Server
    project: str
    duration: int
    """In frames."""


@contextmanager
def film_of(clips: int) -> Iterator[Film]:
    """A film in a studio of its own; both are removed at the end."""
    with TemporaryDirectory(prefix="artifex-editor-") as folder:
        server = start_server(Path(folder) / "home", slots="none")
        try:
            with server.client() as client:
                yield _cut(server, client, Path(folder), clips)
        finally:
            stop_server(server)


def _cut(server: Server, client: httpx2.Client, folder: Path, clips: int) -> Film:
    project = client.post(_PROJECTS, json={"name": "Long film", "width": 128, "height": 64}).raise_for_status().json()
    door = f"{_PROJECTS}/{project['id']}"
    picture = _uploaded(client, write_numbered(folder / "numbered.mp4"))
    tracks = [{"edit": "add_track", "kind": "video", "track": name} for name in _VIDEO[1:]]
    tracks += [{"edit": "add_track", "kind": "audio", "track": name} for name in _AUDIO[1:]]
    _edit(client, door, tracks)
    client.post(f"{door}/place", json={"asset": picture}).raise_for_status()
    source = _clips(client, door)[0]["source"]
    sound = {"kind": "audio", "asset": picture, "sha256": source["sha256"], "frame_count": 48_000, "rate": "48000"}
    chance = random.Random(1)
    rows = -(-(clips - 1) // (len(_VIDEO) + len(_AUDIO)))
    commands = [_row(chance, source, sound | {"has_sound": True}) for _ in range(rows)]
    for first in range(0, rows, _AT_ONCE):
        _edit(client, door, commands[first : first + _AT_ONCE])
    told = client.get(door).json()
    return Film(server, project["id"], told["duration"])


def _row(chance: random.Random, picture: dict[str, Any], sound: dict[str, Any]) -> dict[str, Any]:
    """A command that appends a clip to each track, all equally long, so that there are no gaps."""
    placed: list[dict[str, Any]] = []
    duration = chance.randrange(8, 24)
    for track in (*_VIDEO, *_AUDIO):
        clip = {"start": 0, "duration": duration, "source": picture if track in _VIDEO else sound}
        start = {"source_start": str(chance.randrange(COUNT - duration))} if track in _VIDEO else {}
        placed.append({"track": track, "clip": clip | start})
    return {"edit": "append", "clips": placed}


def _uploaded(client: httpx2.Client, file: Path) -> str:
    return client.post("/api/v1/media", files={"file": (file.name, file.read_bytes())}).raise_for_status().json()["id"]


def _edit(client: httpx2.Client, door: str, commands: list[dict[str, Any]]) -> None:
    answer = client.post(f"{door}/edits", json={"commands": commands}, timeout=120)
    assert answer.is_success, answer.text


def _clips(client: httpx2.Client, door: str) -> list[dict[str, Any]]:
    tracks = client.get(door).json()["project"]["timeline"]["tracks"]
    return [clip for track in tracks for clip in track["clips"]]
