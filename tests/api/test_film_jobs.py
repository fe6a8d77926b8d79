"""From prompts to a film: two clips are made and cut together, and the file holds what the viewer shows."""

import json
import subprocess
import sys
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import httpx2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from artifex.media.decode import frames
from artifex.media.probe import probe
from tests.api.conftest import start_server, stop_server
from tests.api.test_film_streams import pictures, streamed
from tests.e2e.content import asset_of, content_of, made, wait_for
from tests.media.numbered import write_numbered

PROJECTS = "/api/v1/projects"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory):
    server = start_server(tmp_path_factory.mktemp("films") / "home")
    with server.client() as client:
        yield client
    stop_server(server)


def ask(client: httpx2.Client, path: str, **body: object) -> dict:
    answer = client.post(f"{PROJECTS}{path}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def test_two_clips_and_a_dissolve_become_a_film(client: httpx2.Client, tmp_path: Path) -> None:
    clips = [made(client, seed=seed, frames=17) for seed in (1, 2)]
    project = ask(client, "", name="Film", rate="16", width=128, height=96)["id"]
    for clip in clips:
        ask(client, f"/{project}/place", asset=clip)
    tracks = client.get(f"{PROJECTS}/{project}").json()["project"]["timeline"]["tracks"]
    left, right = (clip["id"] for clip in tracks[0]["clips"])
    edits = [
        {"edit": "ripple_trim", "clip": left, "edge": "tail", "by": -4},
        {"edit": "ripple_trim", "clip": right, "edge": "head", "by": 4},
        {"edit": "set_transition", "left": left, "right": right, "before": 3, "after": 3},
        {"edit": "set_clip", "clip": left, "look": [{"kind": "saturation", "amount": 0.0}]},
    ]
    ask(client, f"/{project}/edits", commands=edits)
    job = wait_for(client, ask(client, f"/{project}/render")["id"], "succeeded")
    film = tmp_path / "film.mp4"
    film.write_bytes(content_of(client, asset_of(job)))
    facts = probe(film)
    assert (facts.frame_count, facts.width, facts.height) == (26, 128, 96)
    assert (facts.colour.matrix, facts.colour.primaries, facts.colour.transfer) == (1, 1, 1)
    exported = list(frames(film))
    for number in (0, 12, 13, 25):
        seen = Image.open(BytesIO(client.get(f"{PROJECTS}/{project}/frames/{number}").content)).convert("RGB")
        assert psnr(np.asarray(seen), exported[number]) >= 30, number
    assert float(np.ptp(exported[0].astype(int), axis=2).max()) < 24  # grey, as its look says
    played = pictures(streamed(client, project, tmp_path / "played"))
    closeness = [psnr(one, other) for one, other in zip(played, exported, strict=True)]
    assert min(closeness) >= 40, closeness


def test_another_rate_speed_and_look_are_played_as_they_are_exported(client: httpx2.Client, tmp_path: Path) -> None:
    file = write_numbered(tmp_path / "numbered.mp4")
    clip = client.post("/api/v1/media", files={"file": (file.name, file.read_bytes())}).json()["id"]
    project = ask(client, "", name="Another", rate="24000/1001", width=128, height=64)["id"]
    for _ in range(2):
        ask(client, f"/{project}/place", asset=clip)
    tracks = client.get(f"{PROJECTS}/{project}").json()["project"]["timeline"]["tracks"]
    left, right = (clip["id"] for clip in tracks[0]["clips"])
    edits = [
        {"edit": "ripple_trim", "clip": left, "edge": "tail", "by": -50},
        {"edit": "set_speed", "clip": right, "speed": "3/2", "ripple": True},
        {"edit": "ripple_trim", "clip": right, "edge": "head", "by": 12},
        {"edit": "set_transition", "left": left, "right": right, "before": 5, "after": 5, "kind": "wipe"},
        {"edit": "set_clip", "clip": right, "look": [{"kind": "exposure", "stops": 0.5}]},
    ]
    ask(client, f"/{project}/edits", commands=edits)
    job = wait_for(client, ask(client, f"/{project}/render")["id"], "succeeded")
    film = tmp_path / "film.mp4"
    film.write_bytes(content_of(client, asset_of(job)))
    assert probe(film).frame_rate == Fraction(24000, 1001)
    played = pictures(streamed(client, project, tmp_path / "played"))
    closeness = [psnr(one, other) for one, other in zip(played, frames(film), strict=True)]
    assert len(closeness) > 80
    assert min(closeness) >= 40, closeness


def psnr(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """In dB."""
    error = float(((one.astype(float) - other) ** 2).mean())
    return 10 * float(np.log10(255**2 / max(1e-9, error)))


def test_a_shot_that_is_changed_is_made_anew(client: httpx2.Client) -> None:
    """Its clip shows the old take until another is accepted; the other shot is not touched."""
    clips = [made(client, prompt) for prompt in ("a red circle moves right", "a blue square moves up")]
    project = ask(client, "", name="Shots", rate="16", width=64, height=64)["id"]
    for clip in clips:
        ask(client, f"/{project}/place", asset=clip)
    before = client.get(f"{PROJECTS}/{project}").json()
    assert (before["stale"], before["unmade"]) == ([], [])
    first, second = before["project"]["shots"]
    assert [shot["takes"][0]["asset"] for shot in (first, second)] == clips
    recipe = {**first["recipe"], "prompt": "a green ring grows on a white background"}
    changed = ask(client, f"/{project}/edits", commands=[{"edit": "set_shot", "shot": first["id"], "recipe": recipe}])
    assert changed["stale"] == [first["id"]]
    quote = client.get(f"{PROJECTS}/{project}/rebuild", params={"shot": first["id"]}).json()
    assert quote["seconds"] > 0
    [job] = ask(client, f"/{project}/rebuild")["items"]
    assert job["recipe"]["prompt"] == recipe["prompt"]
    assert client.get(f"{PROJECTS}/{project}/rebuild").json()["seconds"] == 0
    assert ask(client, f"/{project}/rebuild")["items"] == [], "the same take is being made"
    take = asset_of(wait_for(client, job["id"], "succeeded"))
    collected = client.get(f"{PROJECTS}/{project}").json()
    states = {one["asset"]: one["state"] for one in collected["project"]["shots"][0]["takes"]}
    assert states == {clips[0]: "accepted", take: "auditioned"}
    assert (collected["stale"], collected["to_accept"]) == ([first["id"]], {first["id"]: take})
    assert ask(client, f"/{project}/rebuild")["items"] == [], "the same take would be made again"
    accepted = ask(client, f"/{project}/edits", commands=[{"edit": "accept_take", "shot": first["id"], "asset": take}])
    assert (accepted["stale"], accepted["to_accept"]) == ([], {})
    assert client.get(f"{PROJECTS}/{project}").json()["version"] == accepted["version"]  # nothing is collected twice
    assert ask(client, f"/{project}/rebuild")["items"] == []


def test_a_shot_goes_on_from_another(client: httpx2.Client) -> None:
    """The last frame of the accepted take is the picture that the next one begins with."""
    clip = made(client, "a red circle moves right on a blue background")
    project = ask(client, "", name="Going on", rate="16", width=64, height=64)["id"]
    ask(client, f"/{project}/place", asset=clip)
    told = client.get(f"{PROJECTS}/{project}").json()["project"]
    [shot] = told["shots"]
    recipe = {**shot["recipe"], "prompt": "the shape moves up", "task": "i2v"}
    [there] = told["timeline"]["tracks"][0]["clips"]
    extend = {"edit": "extend", "after": there["id"], "duration": 5, "recipe": recipe}
    made_of = ask(client, f"/{project}/edits", commands=[extend])
    assert len(made_of["unmade"]) == 1
    [job] = ask(client, f"/{project}/rebuild")["items"]
    assert [one["role"] for one in job["recipe"]["references"]] == ["image"]
    wait_for(client, job["id"], "succeeded")
    after = client.get(f"{PROJECTS}/{project}").json()
    assert (after["unmade"], after["stale"]) == ([], [])
    assert client.get(f"{PROJECTS}/{project}/rebuild").json()["seconds"] == 0
    for shot in after["project"]["shots"]:
        quote = client.get(f"{PROJECTS}/{project}/rebuild", params={"shot": shot["id"]}).json()
        assert quote["seconds"] > 0


def test_the_command_line_has_takes_made(client: httpx2.Client) -> None:
    """It tells what is stale and how long it takes, and queues no more than that."""
    clip = made(client, "a red circle moves right on a blue background")
    project = ask(client, "", name="From afar", rate="16", width=64, height=64)["id"]
    ask(client, f"/{project}/place", asset=clip)
    [shot] = client.get(f"{PROJECTS}/{project}").json()["project"]["shots"]
    recipe = {**shot["recipe"], "prompt": "a blue square moves up"}
    ask(client, f"/{project}/edits", commands=[{"edit": "set_shot", "shot": shot["id"], "recipe": recipe}])
    command = [
        sys.executable,
        "-m",
        "artifex.cli.main",
        "project",
        "rebuild",
        project,
        "--server",
        str(client.base_url),
    ]

    def told(*words: str) -> dict:
        return json.loads(subprocess.run([*command, *words, "--json"], check=True, capture_output=True).stdout)

    quoted = told("--quote", "--shot", shot["id"])
    assert (quoted["stale"], quoted["unmade"], quoted["jobs"]) == ([shot["id"]], [], [])
    assert quoted["seconds"] > 0
    [job] = told()["jobs"]
    assert wait_for(client, job, "succeeded")["recipe"]["prompt"] == recipe["prompt"]


def test_a_gap_is_filled_and_a_clip_extended_from_a_prompt(client: httpx2.Client) -> None:
    """The server composes the recipes; the shots begin and end where their neighbours do."""
    clips = [made(client, prompt) for prompt in ("a red circle moves right", "a blue square moves up")]
    project = ask(client, "", name="Bridged", rate="16", width=128, height=96)["id"]
    for at, clip in zip((0, 60), clips, strict=True):
        ask(client, f"/{project}/place", asset=clip, at=at, mode="overwrite")
    told = client.get(f"{PROJECTS}/{project}").json()["project"]
    track, shots = told["timeline"]["tracks"][0], [one["id"] for one in told["shots"]]
    gap = {"edit": "fill_gap", "track": track["id"], "frame": 50, "shot": "bridge"}
    ask(client, f"/{project}/bridge", prompt="the circle becomes a square", **gap)
    last = track["clips"][-1]["id"]
    answer = ask(client, f"/{project}/bridge", edit="extend", after=last, prompt="it goes on", frames=9, shot="on")
    assert answer["unmade"] == ["bridge", "on"]
    made_of = {one["id"]: one for one in client.get(f"{PROJECTS}/{project}").json()["project"]["shots"]}
    begins = [(one["role"], one["shot"]) for one in made_of["bridge"]["inputs"]]
    assert begins == [("image", shots[0])], "the starter takes no last picture"
    assert (made_of["on"]["recipe"]["task"], made_of["on"]["recipe"]["frame_count"]) == ("i2v", 9)
    [job] = ask(client, f"/{project}/rebuild", shots=["on"])["items"]
    assert [one["role"] for one in job["recipe"]["references"]] == ["image"]
    wait_for(client, job["id"], "succeeded")
    assert client.get(f"{PROJECTS}/{project}").json()["unmade"] == ["bridge"]


def test_a_bridge_that_cannot_be_is_refused_in_words(client: httpx2.Client) -> None:
    project = ask(client, "", name="Refused", rate="16", width=128, height=96)["id"]
    clip = made(client, "a red circle moves right")
    ask(client, f"/{project}/place", asset=clip)
    track = client.get(f"{PROJECTS}/{project}").json()["project"]["timeline"]["tracks"][0]
    wanted = {"edit": "extend", "after": track["clips"][0]["id"], "prompt": "on"}
    for wrong, word in (
        ({"model": "no-such"}, "no-such"),
        ({"edit": "fill_gap", "after": None, "track": track["id"], "frame": 0}, "gap"),
        ({"after": "nowhere"}, "nowhere"),
        ({"prompt": ""}, "prompt"),
        ({"edit": "fill_gap", "after": None}, "track"),
        ({"frames": 2}, "frames"),
    ):
        answer = client.post(f"{PROJECTS}/{project}/bridge", json={**wanted, **wrong})
        assert answer.status_code in (400, 404), answer.text
        assert word in answer.json()["error"]["message"], answer.text
    assert client.get(f"{PROJECTS}/{project}").json()["unmade"] == []


def test_a_repaired_take_waits_beside_the_one_it_was_made_of(tmp_path: Path) -> None:
    """It is asked for of a server that is killed before anybody makes it, and is there when another has started."""
    home = tmp_path / "home"
    server = start_server(home)
    try:
        with server.client() as client:
            clip = made(client, "a red circle moves right", frames=9)
            project = ask(client, "", name="Repaired", rate="16", width=64, height=64)["id"]
            ask(client, f"/{project}/place", asset=clip)
            [shot] = client.get(f"{PROJECTS}/{project}").json()["project"]["shots"]
    finally:
        stop_server(server)
    door = f"/{project}/shots/{shot['id']}/repair"
    server = start_server(home, slots="none")
    with server.client() as client:
        job = ask(client, door)
        assert (job["kind"], job["batch"], job["state"]) == ("filter", project, "queued")
    server.process.kill()
    server.process.wait()
    server = start_server(home)
    try:
        with server.client() as client:
            repaired = asset_of(wait_for(client, job["id"], "succeeded"))
            collected = client.get(f"{PROJECTS}/{project}").json()
            old, new = collected["project"]["shots"][0]["takes"]
            assert (old["asset"], old["state"]) == (clip, "accepted")
            assert (new["asset"], new["state"]) == (repaired, "auditioned")
            assert new["treated"] == {"asset": clip, "treatment": {"hold_colour": 1.0}}
            assert client.get(f"{PROJECTS}/{project}").json()["version"] == collected["version"]
            again = client.post(f"{PROJECTS}{door}", json={})
            assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")
            ask(client, door, take=repaired, hold_colour=0.5)
            accept = [{"edit": "accept_take", "shot": shot["id"], "asset": repaired}]
            assert ask(client, f"/{project}/edits", commands=accept)["stale"] == []
            back = ask(client, f"/{project}/undo")
            assert back["version"] > collected["version"]
            assert client.get(f"{PROJECTS}/{project}").json()["project"]["shots"][0]["takes"][0]["state"] == "accepted"
    finally:
        stop_server(server)


def test_a_repair_that_cannot_be_is_refused_in_words(client: httpx2.Client) -> None:
    clip = made(client, "a red circle moves right")
    project = ask(client, "", name="No repair", rate="16", width=64, height=64)["id"]
    ask(client, f"/{project}/place", asset=clip)
    [shot] = client.get(f"{PROJECTS}/{project}").json()["project"]["shots"]
    door = f"{PROJECTS}/{project}/shots/{shot['id']}/repair"
    for body, status, word in (
        ({"hold_colour": 2}, 400, "hold_colour"),
        ({"take": "0" * 32}, 404, "no take"),
        ({"denoise": 1}, 400, "denoise"),
    ):
        answer = client.post(door, json=body)
        assert answer.status_code == status, answer.text
        assert word in answer.text
    ask(client, f"/{project}/edits", commands=[{"edit": "reject_take", "shot": shot["id"], "asset": clip}])
    answer = client.post(door, json={})
    assert answer.status_code == 409
    assert "no accepted take" in answer.json()["error"]["message"]
    assert client.post(f"{PROJECTS}/{project}/shots/nobody/repair", json={}).status_code == 404
