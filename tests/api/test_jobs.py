"""Jobs through their doors: asked for, listed, edited, stopped, and what is refused."""

import base64
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from artifex.catalog.adopt import adopt
from artifex.catalog.shelf import Shelf
from artifex.jobs.queue import Claim, Progress, Slot
from artifex.store.objects import LocalObjects
from tests.api.conftest import Studio
from tests.catalog.small_wan import write_small_wan
from tests.fakes import hostile
from tests.jobs.queues import clip

JOBS = "/api/v1/jobs"
CLIP: dict[str, Any] = {"kind": "generate", "prompt": "a red circle moves right", "frames": 17, "steps": 4}
SLOT = Slot("here.cpu0", "here", "cpu", ("generate", "proxy", "render", "upscale", "filter", "pull"))


def ask(client: TestClient, **changes: Any) -> Any:
    return client.post(JOBS, json={**CLIP, **changes})


def made(client: TestClient, **changes: Any) -> dict[str, Any]:
    answer = ask(client, **changes)
    assert answer.status_code == 201, answer.text
    return answer.json()["items"][0]


def claim(studio: Studio) -> Claim:
    studio.service.queue.announce(SLOT, "", {})
    claimed = studio.service.queue.take(SLOT.name)
    assert claimed is not None
    return claimed


def test_a_clip_is_queued_with_its_whole_recipe(client: TestClient):
    job = made(client, seed=7, size="64x64", fps="24000/1001", guidance=[2, 2])
    assert job["state"] == "queued"
    recipe = job["recipe"]
    assert (recipe["seed"], recipe["width"], recipe["steps"], recipe["frame_rate"]) == (7, 64, 4, "24000/1001")
    assert recipe["model"]["files"], "the very weights are part of it"
    again = client.get(f"{JOBS}/{job['id']}").json()
    assert (again["recipe"], again["position"]) == (recipe, 0)


def test_a_sweep_is_one_batch_of_counting_seeds(client: TestClient):
    answer = ask(client, seed=5, seeds=3).json()
    assert [job["recipe"]["seed"] for job in answer["items"]] == [5, 6, 7]
    listed = client.get(JOBS, params={"batch": answer["batch"], "order": "asc"}).json()["items"]
    assert [job["id"] for job in listed] == [job["id"] for job in answer["items"]]


def test_a_list_comes_in_pages(client: TestClient):
    ask(client, seeds=5)
    first = client.get(JOBS, params={"limit": 2}).json()
    second = client.get(JOBS, params={"limit": 3, "cursor": first["next_cursor"]}).json()
    seen = [job["recipe"]["seed"] for job in first["items"] + second["items"]]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5
    assert second["next_cursor"] is None


def test_the_same_key_gives_the_same_job(client: TestClient):
    key = {"idempotency-key": "once"}
    first, again = (client.post(JOBS, json=CLIP, headers=key) for _ in range(2))
    assert first.json()["items"][0]["id"] == again.json()["items"][0]["id"]
    other = client.post(JOBS, json={**CLIP, "steps": 5}, headers=key)
    assert (other.status_code, other.json()["error"]["code"]) == (422, "request_reused")


def test_the_same_key_gives_the_same_job_whatever_became_of_its_pictures(studio: Studio):
    key, picture = {"idempotency-key": "once"}, hostile.picture("PNG", (320, 200))
    asset = studio.client.post("/api/v1/media", files={"file": ("a.png", picture)}).json()["id"]
    wanted = {**CLIP, "references": {"image": asset}}
    first = studio.client.post(JOBS, json=wanted, headers=key)
    assert first.status_code == 201, first.text
    studio.client.delete(f"/api/v1/media/{asset}")
    again = studio.client.post(JOBS, json=wanted, headers=key)
    assert again.json() == first.json()


def test_a_waiting_clip_can_become_another(client: TestClient):
    job = made(client, seed=3)
    edited = client.patch(f"{JOBS}/{job['id']}", json={"clip": {"steps": 6, "prompt": "a blue square"}, "priority": 5})
    assert edited.status_code == 200, edited.text
    recipe = edited.json()["recipe"]
    assert (recipe["steps"], recipe["prompt"], recipe["seed"], recipe["frame_count"]) == (6, "a blue square", 3, 17)
    assert edited.json()["priority"] == 5


def test_a_clip_of_two_experts_begins_with_the_first_of_them(studio: Studio, tmp_path: Path):
    folder = write_small_wan(tmp_path / "model", experts=2)
    adopt(Shelf(studio.service.settings.models), folder, "two", lambda _file: None, like="wan2.2-t2v-a14b")
    job = made(studio.client, model="two", size="64x64")
    video = studio.client.post("/v1/videos", json={"model": "two", "prompt": "a boat", "size": "64x64"}).json()
    assert job["expert"] == studio.service.queue.get(video["id"].removeprefix("video_")).expert == "high"
    other = {"model": "starter", "guidance": 2, "frames": 17, "steps": 4, "shift": 3, "negative_prompt": ""}
    changed = studio.client.patch(f"{JOBS}/{job['id']}", json={"clip": other})
    assert changed.json().get("expert", changed.text) is None


def test_a_job_can_be_paused_resumed_cancelled_retried_and_deleted(client: TestClient):
    path = f"{JOBS}/{made(client)['id']}"
    for step, state in (("pause", "paused"), ("resume", "queued"), ("cancel", "cancelled"), ("retry", "queued")):
        answer = client.post(f"{path}/{step}")
        assert (answer.status_code, answer.json()["state"]) == (200, state), step
    client.post(f"{path}/cancel")
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_a_result_is_there_when_the_job_succeeded(studio: Studio):
    job = made(studio.client)
    early = studio.client.get(f"{JOBS}/{job['id']}/result")
    assert (early.status_code, early.json()["error"]["code"]) == (409, "conflict")
    claimed = claim(studio)
    studio.service.queue.finalizing(claimed)
    studio.service.queue.succeed(claimed, {"seed": 1}, ())
    assert studio.client.get(f"{JOBS}/{job['id']}/result").json() == {"asset_ids": [], "facts": {"seed": 1}}


def test_a_remix_starts_from_the_recipe_of_a_job(client: TestClient):
    job = made(client, seed=11)
    remix = client.post(JOBS, json={"kind": "generate", "remix_of": job["id"], "prompt": "a green triangle"}).json()
    (remixed,) = remix["items"]
    assert remixed["remixed_from"] == job["id"]
    assert (remixed["recipe"]["seed"], remixed["recipe"]["prompt"]) == (11, "a green triangle")


def test_a_style_goes_around_the_prompt(client: TestClient):
    style = client.post("/api/v1/styles", json={"name": "calm", "after": "slow", "values": {"steps": 9}}).json()
    job = client.post(JOBS, json={"kind": "generate", "prompt": "a red circle", "style": style["id"]}).json()
    recipe = job["items"][0]["recipe"]
    assert (recipe["prompt"], recipe["steps"]) == ("a red circle slow", 9)


def test_an_estimate_queues_nothing(client: TestClient):
    estimate = client.post(f"{JOBS}/estimate", json={"prompt": "a red circle"}).json()
    assert estimate["plan"]["seconds"] > 0
    assert estimate["recipe"]["model"]["name"] == "starter"
    assert client.get(JOBS).json()["items"] == []


def test_the_body_of_a_job_is_estimated_as_it_is(client: TestClient):
    body = {**CLIP, "seeds": 4, "priority": 5, "codec": "av1", "run_at": 4e9}
    answer = client.post(f"{JOBS}/estimate", json=body)
    assert answer.status_code == 200, answer.text
    assert client.post(JOBS, json=body).status_code == 201
    assert client.post(f"{JOBS}/estimate", json={**body, "kind": "proxy"}).status_code == 400


def test_a_draft_is_promoted(studio: Studio):
    job = made(studio.client, draft_steps=2)
    assert job["stop_at_step"] == 2
    studio.service.queue.stopped(claim(studio), "draft")
    promoted = studio.client.post(f"{JOBS}/{job['id']}/promote")
    assert (promoted.json()["state"], promoted.json()["stop_at_step"]) == ("queued", None)


def test_a_preview_asked_for_while_its_job_succeeds_is_the_clip(studio: Studio, monkeypatch: pytest.MonkeyPatch):
    """A worker removes the preview then, which may be between two looks of the server."""
    queue, read = studio.service.queue, LocalObjects.get
    content = studio.service.assets.store(bytes(10))
    job = made(studio.client)
    held = claim(studio)
    queue.progress(held, Progress("denoise", 1, 4, preview="1-1"))

    def succeed_before(self: LocalObjects, key: str) -> bytes:
        queue.finalizing(held)
        queue.succeed(held, {}, [clip(content.sha256)])
        return read(self, key)

    monkeypatch.setattr(LocalObjects, "get", succeed_before)
    answer = studio.client.get(f"{JOBS}/{job['id']}/preview", follow_redirects=False)
    [asset] = studio.client.get(f"{JOBS}/{job['id']}/result").json()["asset_ids"]
    assert (answer.status_code, answer.headers["location"]) == (307, f"/api/v1/media/{asset}/thumbnail")


def test_a_recipe_with_content_of_others_is_refused(client: TestClient):
    recipe = made(client)["recipe"]
    recipe["references"] = [{"role": "image", "sha256": "0" * 64}]
    answer = client.post(JOBS, json={"kind": "generate", "recipe": recipe})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


_MARKS = "\u0301" * 7000
REFUSED: dict[str, dict[str, Any]] = {
    "B1": {"prompt": ""},
    "B2 space": {"prompt": " \n\t "},
    "B2 zero width": {"prompt": "\u200b\u200d\ufeff"},
    "B3": {"prompt": "a" * 8001},
    "B4": {"prompt": _MARKS},
    "B4 bytes": {"prompt": "\U0001f600" * 8000 + "aaaa"},
    "B5 NUL": {"prompt": "a\0b"},
    "B5 C0": {"prompt": "a\x1b[2Jb"},
    **{f"B8 {value!r}": {"frames": None, "seconds": value} for value in ("5", 0, -1, 1e9, "NaN", "４", [], True)},
    **{f"B9 {size}": {"size": size} for size in ("0x0", "-1x5", "99999x99999", "720x", "65x64", "x", "６４x64")},
    "B9 half": {"width": 64},
    **{f"B10 {rate!r}": {"fps": rate} for rate in (0, -1, 1e6, "1e99999999", "Infinity", "1/0", [], True)},
    **{f"B11 {steps!r}": {"steps": steps} for steps in (0, 201, True, 4.0, "4")},
    **{f"B12 {scale!r}": {"guidance": scale} for scale in (1e308, -1, "3", [1], [1, 2, 3], [1, 2])},
    **{f"B13 {seed!r}": {"seed": seed} for seed in (-1, 2**64, 2**53, "abc", 1.5, True)},
    "B14": {"size": "512x512", "frames": 97, "steps": 200},
    **{f"B15 {name}": {"model": name} for name in ("nix", "../../etc", "hf:evil/repo", "a\0b", "")},
    "B16 strength": {"loras": [{"asset": "0" * 32, "strength": 1e9}]},
    "B16 many": {"loras": [{"asset": "0" * 32}] * 1000},
    "B17": {"cfg_rescale": 1},
    "B17 inner": {"references": {"picture": "0" * 32}},
    **{
        f"B18 {url}": {"callback_url": url}
        for url in (
            "http://a.example/x",
            "javascript:alert(1)",
            "https://user:pass@a.example/",
            "https://a.example/#frag",
            "https://",
            "https://a.example\\@b/",
            "https://a.example/\n",
        )
    },
    "sweep": {"seeds": 1001},
    "draft": {"draft_steps": 4},
    "window": {"window": "25:00-26:00"},
    "need": {"needs": ["0" * 32]},
    "owner": {"owner": "somebody"},
    "state": {"state": "succeeded"},
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_with_a_clip_is_refused_and_nothing_is_queued(client: TestClient, name: str):
    answer = ask(client, **REFUSED[name])
    assert 400 <= answer.status_code < 500, answer.text
    error = answer.json()["error"]
    assert error["message"].endswith(".")
    assert error["code"]
    assert client.get(JOBS).json()["items"] == []


@pytest.mark.parametrize("text", ["\u202eabc", "\U000e0041 tag", "=cmd()", "<script>alert(1)</script>", "%s %(x)s {0}"])
def test_odd_but_harmless_text_is_kept_as_it_is(client: TestClient, text: str):
    assert made(client, prompt=f"a circle {text}")["recipe"]["prompt"] == f"a circle {text}"


def test_a_prompt_of_half_a_surrogate_pair_is_refused(client: TestClient):
    body = b'{"kind": "generate", "prompt": "a \\ud800 b"}'
    answer = client.post(JOBS, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")


def test_fields_are_named_in_what_is_refused(client: TestClient):
    details = ask(client, steps="4", priority=1000).json()["error"]["details"]
    assert {field["field"] for field in details["fields"]} == {"steps", "priority"}


@pytest.mark.parametrize(
    ("kind", "words"), [({}, "It is missing"), ({"kind": "film"}, "Give one of 'generate', 'proxy'")]
)
def test_a_body_without_a_kind_is_told_so(client: TestClient, kind: dict[str, str], words: str):
    error = client.post(JOBS, json={"prompt": "a red circle", **kind}).json()["error"]
    assert error["message"].startswith(f"The field kind is not right: {words}")
    assert error["details"]["fields"][0]["field"] == "kind"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"kind": "generate", "prompt": "a", "colour": "red"}, "The field colour is not right: There is no such field"),
        ({"kind": "proxy"}, "The field asset is not right: It is missing."),
    ],
)
def test_a_field_that_is_unknown_or_missing_is_told_in_plain_words(
    client: TestClient, body: dict[str, str], words: str
):
    assert client.post(JOBS, json=body).json()["error"]["message"].startswith(words)


@pytest.mark.parametrize("job_id", ["0" * 32, "x", "..%2f..%2fetc", "%00", "0" * 5000])
def test_an_id_of_nothing_is_refused(client: TestClient, job_id: str):
    for method, tail in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/preview")):
        answer = client.request(method, f"{JOBS}/{job_id}{tail}")
        assert 400 <= answer.status_code < 500, (method, tail, answer.text)
        assert answer.json()["error"]["code"]


@pytest.mark.parametrize("cursor", ["x", base64.b64encode(b"x" * 60).decode(), "-1", "9" * 90])
def test_a_cursor_that_is_none_is_refused(client: TestClient, cursor: str):
    assert client.get(JOBS, params={"cursor": cursor}).status_code == 400
