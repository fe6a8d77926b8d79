"""An HTTP client that edits a film, and retries edits without an answer."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import httpx2

from tests.e2e.content import asset_of, content_of

PROJECTS = "/api/v1/projects"
_PATIENCE = 60.0

Json = dict[str, Any]


def random_edit(project: Json, chance: random.Random) -> Json:
    """A random command that changes the project."""
    clips = project["timeline"]["tracks"][0]["clips"]
    longest = max(clips, key=lambda clip: clip["duration"], default={"duration": 0})
    kinds = ["append", "marker", "razor", "trim"] if longest["duration"] > 2 else ["append", "marker"]
    match chance.choice(kinds):
        case "append":
            colour = {"kind": "colour", "colour": f"#{chance.randrange(2**24):06x}"}
            clip = {"start": 0, "duration": chance.randrange(3, 50), "source": colour}
            return {"edit": "append", "clips": [{"track": "v1", "clip": clip}]}
        case "marker":
            return {"edit": "add_marker", "frame": chance.randrange(1000), "name": f"{chance.random()}"}
        case "razor":
            inside = chance.randrange(1, longest["duration"])
            return {"edit": "razor", "track": "v1", "frame": longest["start"] + inside}
        case _:
            return {"edit": "trim", "clip": longest["id"], "edge": "tail", "by": -1}


@dataclass
class FilmClient:
    """A context manager that creates a film on a server that may die, and edits it."""

    port: int
    version: int = 0
    """The last version that the server acknowledged."""
    id: str = ""
    _client: httpx2.Client = field(init=False)

    def __enter__(self) -> "FilmClient":
        self._client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)
        answer = self._client.post(PROJECTS, json={"name": "Film", "width": 128, "height": 64})
        self.id = answer.raise_for_status().json()["id"]
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._client.close()

    def project(self) -> Json:
        """The project from the server, which must have the version acknowledged last."""
        told = self._told()
        assert told["version"] == self.version, f"version {self.version} was told, and {told['version']} is there"
        return told["project"]

    def edit(self, command: Json) -> None:
        self._until_made(lambda: self.ask("edits", commands=[command], version=self.version))

    def step(self, door: str) -> None:
        """``undo`` or ``redo``."""
        self._until_made(lambda: self.ask(door, version=self.version))

    def ask(self, door: str, **body: Any) -> Json:
        """Post one edit, undo or redo. Raises TransportError if no answer comes."""
        answer = self._client.post(f"{PROJECTS}/{self.id}/{door}", json=body)
        assert answer.is_success, answer.text
        told = answer.json()
        self.version = told.get("version", self.version)
        return told

    def upload(self, content: bytes) -> str:
        answer = self._client.post("/api/v1/media", files={"file": ("numbered.mp4", content)})
        return answer.raise_for_status().json()["id"]

    def film_of(self, job: str) -> bytes:
        return content_of(self._client, asset_of(self._client.get(f"/api/v1/jobs/{job}").json()))

    def _until_made(self, ask: Callable[[], Json]) -> None:
        """Retry an edit until it is made. One without an answer must have been made once or not at all."""
        while True:
            try:
                ask()
                return
            except httpx2.TransportError:
                now = self._told()["version"]
            assert now in (self.version, self.version + 1), f"from version {self.version} to {now} by one edit"
            if now > self.version:
                self.version = now
                return

    def _told(self) -> Json:
        """The project and its version, retried until the server answers."""
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                return self._client.get(f"{PROJECTS}/{self.id}").raise_for_status().json()
            except httpx2.TransportError:
                assert time.monotonic() < end, "the server did not come back"
                time.sleep(0.02)
