"""What belongs to somebody else does not exist: every route with an id, every list, every socket, every reference."""

import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.api.bad_inputs.routes import Door, all_doors
from tests.api.bad_inputs.studio import Target
from tests.api.test_media import lora
from tests.fakes import hostile

API = "/api/v1"
with tempfile.TemporaryDirectory() as folder:
    DOORS = all_doors(Path(folder))
_OWNED = {"job_id", "asset_id", "style_id", "endpoint_id", "key_id", "video_id", "board_id", "share_id", "project_id"}
_SHARED = {
    "name": "models and slots are everybody's to see and administrators' to change",
    "user_id": "administrators only",
    "character_id": "there are none",
    "token": "whoever has one may look",
    "frame": "a number",
    "kind": "one of a few words",
    "playlist": "one of a few words",
    "track": "one of a few words",
    "version": "a number",
    "number": "a number",
    "shot_id": "of a project",
}
_WORDS = {"kind": "json", "playlist": "master", "track": "pictures", "shot_id": "s"}
_PLAIN = {"frame": "0", "version": "0", "number": "0", **_WORDS}
_BODIES: dict[str, dict[str, Any]] = {
    "POST /v1/videos/{video_id}/remix": {"prompt": "a blue square"},
    "POST /api/v1/projects/{project_id}/edits": {"commands": [{"edit": "add_marker", "frame": 1}]},
    "POST /api/v1/projects/{project_id}/bridge": {"edit": "fill_gap", "track": "a", "frame": 0, "prompt": "snow"},
    "POST /api/v1/projects/{project_id}/place": {"asset": "0" * 32},
}
_STREAMS = ("/api/v1/events",)
OWNED_DOORS = [door for door in DOORS if set(door.parameters) & _OWNED]
LISTS = [door for door in DOORS if door.method == "GET" and not door.parameters and door.path not in _STREAMS]


@dataclass(frozen=True)
class Belongings:
    """Of ada: an id for each parameter that routes have, and more to refer to."""

    ids: dict[str, str]
    lora: str
    video: str
    batch: str

    @property
    def texts(self) -> list[str]:
        return [*self.ids.values(), self.lora, self.video, self.batch]


@pytest.fixture(scope="module")
def adas(target: Target, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Belongings]:
    with target.client("ada") as ada:
        clip = {"kind": "generate", "prompt": "a red circle", "seed": 1, "seeds": 2, "run_at": 4e9}
        jobs = _made(ada.post(f"{API}/jobs", json=clip))
        picture = _made(ada.post(f"{API}/media", files={"file": ("p", hostile.picture())}))
        clip_file = hostile.video(tmp_path_factory.mktemp("clip"))
        video = _made(ada.post(f"{API}/media", files={"file": ("v", clip_file)}))
        weights = _made(ada.post(f"{API}/media", files={"file": ("l", lora("blocks.0.q.lora_A.weight"))}))
        hook = {"url": "https://example.org/hook", "events": ["job.failed"]}
        ids = {
            "job_id": jobs["items"][0]["id"],
            "video_id": "video_" + jobs["items"][0]["id"],
            "asset_id": picture["id"],
            "board_id": _made(ada.post(f"{API}/boards", json={"name": "calm"}))["id"],
            "project_id": _made(ada.post(f"{API}/projects", json={"name": "calm"}))["id"],
            "share_id": _made(ada.post(f"{API}/media/{video['id']}/shares", json={}))["id"],
            "style_id": _made(ada.post(f"{API}/styles", json={"name": "calm"}))["id"],
            "endpoint_id": _made(ada.post(f"{API}/webhook_endpoints", json=hook))["id"],
            "key_id": next(key["id"] for key in ada.get(f"{API}/keys").json()["items"]),
        }
        yield Belongings(ids, weights["id"], video["id"], jobs["batch"])
        for job in jobs["items"]:
            ada.post(f"{API}/jobs/{job['id']}/cancel")


def _made(answer: httpx2.Response) -> Any:
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_every_parameter_of_a_route_is_known_here() -> None:
    """A new kind of id has to be given an owner's one above, or a reason."""
    known = _OWNED | set(_SHARED)
    assert {parameter for door in DOORS for parameter in door.parameters} <= known
    assert len(OWNED_DOORS) >= 35


def _asked(client: httpx2.Client, door: Door, ids: dict[str, str]) -> httpx2.Response:
    body = _BODIES.get(str(door), {} if door.method in ("PATCH", "POST") else None)
    return client.request(door.method, door.at(**_PLAIN, **ids), json=body)


@pytest.mark.parametrize("door", [door for door in OWNED_DOORS if door.method != "WS"], ids=str)
def test_anothers_id_is_as_one_that_was_guessed(target: Target, adas: Belongings, door: Door) -> None:
    guessed = {name: uuid.uuid4().hex[: len(value)] if name in _OWNED else value for name, value in adas.ids.items()}
    guessed["video_id"] = f"video_{guessed['job_id']}"
    before = target.footprint()
    with target.client("bob") as bob:
        theirs, none = _asked(bob, door, adas.ids), _asked(bob, door, guessed)
    assert theirs.status_code == none.status_code == 404, (theirs.text, none.text)
    words = theirs.text
    for name, value in adas.ids.items():
        words = words.replace(value, guessed[name])
    assert words == none.text, "they would tell that there is one"
    assert target.footprint() == before
    assert target.is_well()


@pytest.mark.parametrize("door", [door for door in OWNED_DOORS if door.method in ("PATCH", "POST", "DELETE")], ids=str)
def test_who_only_looks_changes_nothing_of_anothers(target: Target, adas: Belongings, door: Door) -> None:
    before = target.footprint()
    with target.client("eve") as eve:
        assert _asked(eve, door, adas.ids).status_code in (403, 404)
    assert target.footprint() == before


@pytest.mark.parametrize("door", [door for door in OWNED_DOORS if door.method in ("GET", "HEAD")], ids=str)
def test_their_owner_finds_them(target: Target, adas: Belongings, door: Door) -> None:
    """Otherwise the 404s above would prove nothing."""
    if door.path.endswith("/events"):
        pytest.skip("a stream has no end; that it begins is shown in tests/api/test_events.py")
    unready = ("/preview", "/result", "/content", "/poster", "/peaks", "/strip")
    expected = (404, 409) if door.path.endswith(unready) else (200,)
    if "/stream/" in door.path or door.path.endswith(("/continuity", "/joints/{frame}")):
        expected = (400, 409)  # a picture, an empty film, or one that was edited meanwhile
    with target.client("ada") as ada:
        assert _asked(ada, door, adas.ids).status_code in expected


@pytest.mark.parametrize("door", LISTS, ids=str)
def test_no_list_tells_of_anothers(target: Target, adas: Belongings, door: Door) -> None:
    with target.client("bob") as bob:
        answer = bob.get(door.path)
        asked = bob.get(door.path, params={"batch": adas.batch, "limit": 100, "kind": "generate"})
    assert answer.status_code in (200, 403), answer.text
    for text in adas.texts:
        assert text not in answer.text
        assert text not in asked.text.replace(f"batch={adas.batch}", "")


@pytest.mark.parametrize("parameter", ["after", "cursor"])
def test_a_page_cannot_begin_at_anothers(target: Target, adas: Belongings, parameter: str) -> None:
    with target.client("bob") as bob:
        answer = bob.get("/v1/videos", params={parameter: adas.ids["video_id"]})
    assert answer.status_code == 404 if parameter == "after" else answer.json()["data"] == []


@pytest.mark.parametrize("path", [f"{API}/jobs/{{job_id}}/progress"])
def test_a_socket_to_anothers_job_is_not_opened(target: Target, adas: Belongings, path: str) -> None:
    assert path in [door.path for door in DOORS if door.method == "WS"]
    address = f"ws://127.0.0.1:{target.server.port}{path.format(**adas.ids)}"
    with pytest.raises(InvalidStatus) as refused, connect(address, additional_headers=target.proof("bob")):
        pass
    assert refused.value.response.status_code == 404
    with connect(address, additional_headers=target.proof("ada")) as socket:
        assert adas.ids["job_id"] in str(socket.recv(5))


def test_a_stream_of_anothers_job_is_not_begun(target: Target, adas: Belongings) -> None:
    with target.client("bob") as bob:
        assert bob.get(f"{API}/events", params={"job": adas.ids["job_id"]}).status_code == 404


@pytest.mark.parametrize(
    "wanted",
    [
        {"needs": ["{job_id}"]},
        {"remix_of": "{job_id}", "prompt": None},
        {"style": "{style_id}"},
        {"references": {"image": "{asset_id}"}},
        {"references": {"video": "{video}"}},
        {"loras": [{"asset": "{lora}"}]},
        {"kind": "proxy", "asset": "{video}", "prompt": None},
        {"kind": "upscale", "asset": "{video}", "prompt": None},
        {"kind": "filter", "asset": "{video}", "prompt": None, "sharpen": 0.5},
        {"kind": "render", "prompt": None, "width": 64, "height": 64, "clips": [{"asset": "{video}", "frames": 1}]},
    ],
    ids=str,
)
def test_nothing_of_anothers_is_used_by_a_job(target: Target, adas: Belongings, wanted: dict[str, Any]) -> None:
    body = {"kind": "generate", "prompt": "a", **_filled(wanted, adas)}
    body = {name: value for name, value in body.items() if value is not None}
    before = target.footprint()
    with target.client("bob") as bob:
        answer = bob.post(f"{API}/jobs", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), answer.text
    assert target.footprint() == before


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/v1/videos", {"input_reference": {"file_id": "{asset_id}"}}),
        ("/v1/videos", {"input_reference": {"file_id": "{video_id}"}}),
        ("/v1/videos", {"lora": {"id": "{lora}", "scale": 1}}),
        ("/v1/videos/edits", {"video": {"id": "{video_id}"}}),
        ("/v1/videos/extensions", {"video": {"id": "{video_id}"}, "seconds": "1"}),
        (f"{API}/styles", {"name": "stolen", "loras": [{"asset": "{lora}"}]}),
    ],
    ids=str,
)
def test_nothing_of_anothers_is_used_elsewhere(
    target: Target, adas: Belongings, path: str, wanted: dict[str, Any]
) -> None:
    body = _filled(wanted, adas)
    before = target.footprint()
    with target.client("bob") as bob:
        answer = bob.post(path, json=body if path.startswith(API) else {"prompt": "a", **body})
    assert answer.status_code in (400, 404), answer.text
    assert answer.json()["error"]["message"].startswith("There is no "), answer.text
    assert target.footprint() == before


@pytest.mark.parametrize(
    "wanted",
    [
        *[{"action": action} for action in ("favourite", "unfavourite", "trash", "restore", "delete")],
        *[{"action": action, "board": "{board_id}"} for action in ("add_to_board", "remove_from_board")],
    ],
    ids=str,
)
def test_nothing_of_anothers_is_changed_among_many(target: Target, adas: Belongings, wanted: dict[str, Any]) -> None:
    with target.client("bob") as bob, target.client("ada") as ada:
        own = _made(bob.post(f"{API}/media", files={"file": ("p", hostile.picture())}))["id"]
        before = ada.get(f"{API}/media/{adas.ids['asset_id']}").json(), bob.get(f"{API}/media/{own}").json()
        body = {"ids": [own, adas.ids["asset_id"]], **_filled(wanted, adas)}
        answer = bob.post(f"{API}/media/bulk", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), answer.text
        after = ada.get(f"{API}/media/{adas.ids['asset_id']}").json(), bob.get(f"{API}/media/{own}").json()
        assert [{**each, "urls": None} for each in after] == [{**each, "urls": None} for each in before]
        bob.delete(f"{API}/media/{own}")


def test_anothers_upscaler_enlarges_nothing(target: Target, adas: Belongings, tmp_path: Path) -> None:
    with target.client("bob") as bob:
        own = _made(bob.post(f"{API}/media", files={"file": ("v", hostile.video(tmp_path))}))["id"]
        wanted = {"kind": "upscale", "asset": own, "upscaler": adas.lora}
        answer = bob.post(f"{API}/jobs", json=wanted)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), answer.text
        assert bob.get(f"{API}/jobs").json()["items"] == []
        bob.delete(f"{API}/media/{own}")


def test_anothers_board_is_not_listed(target: Target, adas: Belongings) -> None:
    with target.client("bob") as bob:
        for board in (adas.ids["board_id"], uuid.uuid4().hex):
            assert bob.get(f"{API}/media", params={"board": board}).status_code == 404


def _filled(wanted: Any, adas: Belongings) -> Any:
    """``wanted`` with ada's ids in place of their names in braces."""
    if isinstance(wanted, dict):
        return {name: _filled(value, adas) for name, value in wanted.items()}
    if isinstance(wanted, list):
        return [_filled(value, adas) for value in wanted]
    return wanted.format(**adas.ids, lora=adas.lora, video=adas.video) if isinstance(wanted, str) else wanted
