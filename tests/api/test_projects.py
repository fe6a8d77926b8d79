"""Films cut by the API: edits that hold and are undone, frames as an export has them, files for other programs."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from artifex.api.config import ApiConfig
from tests.api.conftest import Studio
from tests.api.test_media import MEDIA
from tests.media.numbered import COUNT, read_number, write_numbered

PROJECTS = "/api/v1/projects"


@pytest.fixture
def studio(open_studio: Callable[..., Studio]) -> Studio:
    return open_studio(ApiConfig(event_seconds=0.02))


@pytest.fixture
def client(studio: Studio) -> TestClient:
    return studio.client


@pytest.fixture
def clip(client: TestClient, tmp_path: Path) -> dict[str, Any]:
    """90 frames that carry their numbers, at 24 a second, in the library."""
    file = write_numbered(tmp_path / "numbered.mp4")
    answer = client.post(MEDIA, files={"file": ("numbered.mp4", file.read_bytes())})
    assert answer.status_code == 201, answer.text
    return answer.json()


def begin(client: TestClient, **wanted: Any) -> dict[str, Any]:
    answer = client.post(PROJECTS, json={"name": "Film", "width": 128, "height": 64, **wanted})
    assert answer.status_code == 201, answer.text
    return answer.json()


def ask(client: TestClient, project: str, door: str, **body: Any) -> dict[str, Any]:
    answer = client.post(f"{PROJECTS}/{project}/{door}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def clips_of(client: TestClient, project: str) -> list[dict[str, Any]]:
    tracks = client.get(f"{PROJECTS}/{project}").json()["project"]["timeline"]["tracks"]
    return [clip for track in tracks for clip in track["clips"]]


def test_a_film_is_begun_listed_and_deleted(client: TestClient) -> None:
    made = begin(client, rate="24000/1001")
    assert (made["rate"], made["duration"], made["version"], made["can_undo"]) == ("24000/1001", 0, 0, False)
    assert [one["id"] for one in client.get(PROJECTS).json()["items"]] == [made["id"]]
    assert client.delete(f"{PROJECTS}/{made['id']}").status_code == 204
    assert client.get(f"{PROJECTS}/{made['id']}").status_code == 404
    assert client.get(PROJECTS).json() == {"items": [], "next_cursor": None}


def test_edits_hold_are_undone_and_done_again(client: TestClient, clip: dict[str, Any]) -> None:
    project = begin(client)["id"]
    placed = ask(client, project, "place", asset=clip["id"])
    assert placed["version"] == 1
    [there] = clips_of(client, project)
    assert (there["start"], there["duration"]) == (0, COUNT)
    trim = {"edit": "trim", "clip": there["id"], "edge": "tail", "by": -30}
    razor = {"edit": "razor", "frame": 20}
    assert ask(client, project, "edits", commands=[trim, razor], version=1)["version"] == 2
    assert [one["duration"] for one in clips_of(client, project)] == [20, 40]
    undone = ask(client, project, "undo")
    assert (undone["version"], undone["can_undo"], undone["can_redo"]) == (3, True, True)
    assert [one["duration"] for one in clips_of(client, project)] == [COUNT]
    ask(client, project, "redo")
    assert [one["duration"] for one in clips_of(client, project)] == [20, 40]
    assert client.get(f"{PROJECTS}/{project}").json()["duration"] == 60


def test_an_edit_for_another_version_changes_nothing(client: TestClient) -> None:
    project = begin(client)["id"]
    marker = {"edit": "add_marker", "frame": 3}
    ask(client, project, "edits", commands=[marker], version=0)
    late = client.post(f"{PROJECTS}/{project}/edits", json={"commands": [marker], "version": 0})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "conflict")
    assert len(client.get(f"{PROJECTS}/{project}").json()["project"]["timeline"]["markers"]) == 1
    assert client.post(f"{PROJECTS}/{project}/redo").status_code == 409
    rebased = ask(client, project, "edits", commands=[{"edit": "add_marker", "frame": 7}], version=0, rebase=True)
    assert (rebased["version"], [step["after"]["frame"] for step in rebased["change"]["steps"]]) == (2, [7])


@pytest.mark.parametrize(
    "commands",
    [
        [],
        [{"edit": "explode"}],
        [{"edit": "razor"}],
        [{"edit": "trim", "clip": "none", "edge": "tail", "by": 1}],
        [{"edit": "add_marker", "frame": -1}],
        [{"edit": "add_marker", "frame": 1, "colour": "red"}],
        [{"edit": "add_marker", "frame": 1}, {"edit": "remove_track", "track": "none"}],
    ],
)
def test_edits_that_cannot_be_done_are_refused_whole(client: TestClient, commands: Any) -> None:
    project = begin(client)["id"]
    answer = client.post(f"{PROJECTS}/{project}/edits", json={"commands": commands})
    assert answer.status_code in (400, 404), answer.text
    assert answer.json()["error"]["message"].endswith(".")
    after = client.get(f"{PROJECTS}/{project}").json()
    assert (after["version"], after["project"]["timeline"]["markers"]) == (0, [])


@pytest.mark.parametrize(
    "body", [{"rate": "0"}, {"rate": "x"}, {"width": 17}, {"height": 9000}, {"name": ""}, {"other": 1}]
)
def test_films_that_are_none_are_refused(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post(PROJECTS, json={"name": "Film", **body})
    assert answer.status_code == 400


def test_a_frame_is_the_one_an_export_has(client: TestClient, clip: dict[str, Any]) -> None:
    project = begin(client)["id"]
    ask(client, project, "place", asset=clip["id"])
    for wanted in (0, 31, 89):
        answer = client.get(f"{PROJECTS}/{project}/frames/{wanted}")
        assert answer.headers["content-type"] == "image/jpeg"
        with Image.open(BytesIO(answer.content)) as picture:
            assert picture.size == (128, 64)
            assert read_number(np.asarray(picture.convert("RGB"))) == wanted
    assert client.get(f"{PROJECTS}/{project}/frames/10?scope=vectorscope").headers["content-type"] == "image/png"
    assert client.get(f"{PROJECTS}/{project}/frames/10?scope=smell").status_code == 400


def test_a_clip_that_shows_a_file_of_somebody_else_is_refused(client: TestClient, clip: dict[str, Any]) -> None:
    project = begin(client)["id"]
    for asset, sha256, status in (("0" * 32, clip["sha256"], 404), (clip["id"], "0" * 64, 400)):
        source = {"kind": "video", "asset": asset, "sha256": sha256, "frame_count": 9, "rate": "24"}
        piece = {"start": 0, "duration": 5, "source": source | {"width": 128, "height": 64}}
        ask(client, project, "edits", commands=[{"edit": "append", "clips": [{"track": "v1", "clip": piece}]}])
        assert client.get(f"{PROJECTS}/{project}/frames/0").status_code == status
        assert client.post(f"{PROJECTS}/{project}/render", json={}).status_code == status
        ask(client, project, "undo")


def test_a_film_tells_which_of_its_files_was_deleted(client: TestClient, clip: dict[str, Any]) -> None:
    project = begin(client)["id"]
    ask(client, project, "place", asset=clip["id"])
    assert client.delete(f"{MEDIA}/{clip['id']}").status_code == 204
    for refused in (
        client.get(f"{PROJECTS}/{project}/frames/0"),
        client.post(f"{PROJECTS}/{project}/render", json={}),
        client.get(f"{PROJECTS}/{project}/stream/1/master.m3u8"),
    ):
        assert refused.status_code == 404
        assert "“numbered.mp4” is not in the library" in refused.json()["error"]["message"]


def test_a_film_is_rendered_as_it_was_when_it_was_asked_for(client: TestClient, clip: dict[str, Any]) -> None:
    project = begin(client)["id"]
    assert client.post(f"{PROJECTS}/{project}/render", json={}).status_code == 400  # nothing to render
    ask(client, project, "place", asset=clip["id"])
    job = ask(client, project, "render", end=12, encoding="hevc")
    assert (job["kind"], job["state"]) == ("render", "queued")
    too_small = client.post(f"{PROJECTS}/{project}/render", json={"encoding": "av1", "width": 32, "height": 16})
    assert too_small.status_code == 400
    assert "at least 64 pixels" in too_small.json()["error"]["message"]
    refused = client.post(f"{PROJECTS}/{project}/render", json={"encoding": "vhs"})
    assert refused.status_code == 400
    assert "h264" in refused.json()["error"]["message"]


@pytest.mark.parametrize("kind", ["otio", "json"])
def test_a_film_goes_out_and_comes_back_equal(client: TestClient, clip: dict[str, Any], kind: str) -> None:
    project = begin(client)["id"]
    ask(client, project, "place", asset=clip["id"])
    ask(client, project, "edits", commands=[{"edit": "razor", "frame": 7}, {"edit": "add_marker", "frame": 3}])
    out = client.get(f"{PROJECTS}/{project}/exports/{kind}")
    assert out.status_code == 200
    assert out.headers["x-artifex-losses"] == "[]"
    back = client.post(f"{PROJECTS}/import", files={"file": (f"film.{kind}", out.content)})
    assert back.status_code == 201, back.text
    assert back.json()["id"] != project
    assert back.json()["project"]["timeline"] == client.get(f"{PROJECTS}/{project}").json()["project"]["timeline"]


@pytest.mark.parametrize("kind", ["otio", "json"])
def test_a_film_of_another_studio_shows_the_same_files_here(
    client: TestClient, clip: dict[str, Any], tmp_path: Path, kind: str
) -> None:
    """They have other ids there; here the film is drawn from those of the same content."""
    project = begin(client)["id"]
    ask(client, project, "place", asset=clip["id"])
    out = client.get(f"{PROJECTS}/{project}/exports/{kind}")
    content = out.content.replace(clip["id"].encode(), b"0" * 32)
    back = client.post(f"{PROJECTS}/import", files={"file": (f"film.{kind}", content)}).json()
    assert [each["source"]["asset"] for each in clips_of(client, back["id"])] == [clip["id"]]
    assert client.get(f"{PROJECTS}/{back['id']}/frames/3").status_code == 200


@pytest.mark.parametrize("kind", ["fcpxml", "fcp7", "edl"])
def test_other_programs_get_the_cut_and_the_losses(client: TestClient, clip: dict[str, Any], kind: str) -> None:
    project = begin(client)["id"]
    ask(client, project, "place", asset=clip["id"])
    ask(client, project, "edits", commands=[{"edit": "add_track", "kind": "prompt"}])
    out = client.get(f"{PROJECTS}/{project}/exports/{kind}")
    assert out.status_code == 200
    assert len(out.content) > 100


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", b"[1]", b'{"OTIO_SCHEMA": "x"}', b"nonsense"])
def test_a_file_that_is_no_film_is_refused(client: TestClient, content: bytes) -> None:
    answer = client.post(f"{PROJECTS}/import", files={"file": ("film.otio", content)})
    assert answer.status_code in (400, 422), answer.text
    assert client.get(PROJECTS).json()["items"] == []


def test_every_command_is_described(client: TestClient) -> None:
    told = client.get(f"{PROJECTS}/commands").json()
    assert {"insert", "ripple_trim", "slip", "add_shot"} <= {one["edit"] for one in told}
    assert all(one["meaning"] for one in told)


def cube(*columns: str) -> bytes:
    """Two entries a side; ``columns`` say which channel each of the results is."""
    entries = [(r, g, b) for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    lines = [" ".join(str(dict(zip("rgb", entry, strict=True))[name]) for name in columns) for entry in entries]
    return "\n".join(['TITLE "test"', "LUT_3D_SIZE 2", *lines, ""]).encode()


def seen(client: TestClient, project: str) -> tuple[int, ...]:
    answer = client.get(f"{PROJECTS}/{project}/frames/0")
    assert answer.status_code == 200, answer.text
    with Image.open(BytesIO(answer.content)) as picture:
        return tuple(np.asarray(picture.convert("RGB"))[32, 64].astype(int))


def test_a_table_of_colours_from_the_library(client: TestClient) -> None:
    answer = client.post(MEDIA, files={"file": ("swap.cube", cube("b", "g", "r"))})
    assert answer.status_code == 201, answer.text
    table = answer.json()
    assert (table["kind"], table["facts"]) == ("look", {"entries": 2, "dimensions": 3})
    project = begin(client)["id"]
    red = {"start": 0, "duration": 5, "source": {"kind": "colour", "colour": "#c82814"}, "id": "c" * 12}
    ask(client, project, "edits", commands=[{"edit": "append", "clips": [{"track": "v1", "clip": red}]}])
    assert np.abs(np.subtract(seen(client, project), (0xC8, 0x28, 0x14))).max() <= 4
    look = [{"kind": "lut", "sha256": table["sha256"]}]
    ask(client, project, "edits", commands=[{"edit": "set_clip", "clip": "c" * 12, "look": look}])
    assert np.abs(np.subtract(seen(client, project), (0x14, 0x28, 0xC8))).max() <= 4
    assert client.post(f"{PROJECTS}/{project}/render", json={}).status_code == 201
    look = [{"kind": "lut", "sha256": "0" * 64}]
    ask(client, project, "edits", commands=[{"edit": "set_clip", "clip": "c" * 12, "look": look}])
    refused = client.get(f"{PROJECTS}/{project}/frames/0")
    assert (refused.status_code, "not in the library" in refused.text) == (400, True)


@pytest.mark.parametrize(
    "content",
    [
        b"LUT_3D_SIZE 2\n0 0 0\n",
        b"LUT_3D_SIZE 4000000\n0 0 0\n",
        b"LUT_3D_SIZE x\n",
        b"LUT_1D_SIZE 2\nnan 0 0\n1 1 1\n",
        b"LUT_3D_SIZE 2\n" + b"1e999 0 0\n" * 8,
    ],
)
def test_tables_that_are_none_are_refused(client: TestClient, content: bytes) -> None:
    answer = client.post(MEDIA, files={"file": ("bad.cube", content)})
    assert answer.status_code == 400, answer.text
    assert len(answer.json()["error"]["message"]) < 300


def titled(source: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"edit": "append", "clips": [{"track": "v1", "clip": {"duration": 12, "source": source}}]}]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": ""}, "is empty; write something"),
        ({"text": "a" * 1001}, "longer than 1,000 characters"),
        ({"text": "a\0b"}, "control character, U+0000"),
        ({"text": "a\U0010ffff"}, "would be missing"),
        ({"text": "W" * 900, "size": 1.0}, "make it shorter or smaller"),
        ({"size": 2}, "has to be from 0.005 to 1"),
        ({"colour": "red"}, "a colour like #1a2b3c"),
        ({"align": "justify"}, "none of left, center, right"),
        ({"font": "/etc/passwd"}, "unknown field"),
    ],
)
def test_titles_that_cannot_be_are_refused(client: TestClient, changes: dict[str, Any], message: str) -> None:
    project = begin(client)["id"]
    commands = titled({"kind": "title", "text": "Fin", **changes})
    answer = client.post(f"{PROJECTS}/{project}/edits", json={"commands": commands})
    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]
    assert clips_of(client, project) == []


def test_half_a_letter_is_no_title(client: TestClient) -> None:
    project = begin(client)["id"]
    body = json.dumps({"commands": titled({"kind": "title", "text": "a\ud800"})})
    answer = client.post(f"{PROJECTS}/{project}/edits", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].endswith(".")


def test_a_title_is_seen_in_the_viewer(client: TestClient) -> None:
    project = begin(client)["id"]
    ask(client, project, "edits", commands=titled({"kind": "title", "text": "\u202eFin\u202c", "size": 0.5}))
    with Image.open(BytesIO(client.get(f"{PROJECTS}/{project}/frames/3").content)) as frame:
        assert np.asarray(frame).max() > 200
    [clip] = clips_of(client, project)
    commands = [{"edit": "set_source", "clip": clip["id"], "source": {**clip["source"], "text": "End"}}]
    ask(client, project, "edits", commands=commands)
    assert [each["source"]["text"] for each in clips_of(client, project)] == ["End"]
    ask(client, project, "undo")
    assert clips_of(client, project) == [clip]
