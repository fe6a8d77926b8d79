"""Who asks, and what they may: forged proofs, roles, limits of one user, a key many times at once, guesses."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.accounts.test_tokens import FORGED
from tests.api.bad_inputs.routes import Door
from tests.api.bad_inputs.studio import PASSWORD, Target
from tests.api.bad_inputs.test_ids import DOORS
from tests.api.test_jobs import CLIP
from tests.api.test_media import lora
from tests.fakes import hostile

JOBS, MEDIA = "/api/v1/jobs", "/api/v1/media"
_OWN_AFFAIRS = {
    *("/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/auth/logout", "/api/v1/auth/password"),
    *("/api/v1/auth/ticket", "/api/v1/jobs/estimate"),
}
_ADMINISTRATION = ("/api/v1/users", "/api/v1/system/slots/", "/metrics")
_WHO = {"user_id": "0" * 32, "name": "starter"}


def _is_administration(door: Door) -> bool:
    changes_models = door.path.startswith("/api/v1/models/") and door.method != "GET" and "warm" not in door.path
    return (door.path.startswith(_ADMINISTRATION) and door.path != "/api/v1/system/slots") or changes_models


def _is_change(door: Door) -> bool:
    known = not door.parameters or set(door.parameters) <= set(_WHO)
    return door.method in ("POST", "PATCH", "DELETE") and door.path not in _OWN_AFFAIRS and known


@pytest.mark.parametrize("proof", FORGED.values(), ids=FORGED.keys())
def test_a_forged_proof_opens_no_door(target: Target, proof: str) -> None:
    """Cut to what headers may hold; longer ones are refused with the headers."""
    before = target.footprint()
    header = f"Bearer {proof[:16_000]}".strip()
    answer = target.server.client().post(JOBS, json=CLIP, headers={"authorization": header})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_signed_in")
    assert target.footprint() == before


@pytest.mark.parametrize("door", [door for door in DOORS if _is_administration(door)], ids=str)
@pytest.mark.parametrize("name", ["bob", "eve"])
def test_only_administrators_administer(target: Target, door: Door, name: str) -> None:
    before = target.footprint()
    answer = target.client(name).request(door.method, door.at(**_WHO), json=None if door.method == "GET" else {})
    assert answer.status_code == 403 or (answer.status_code == 400 and door.method != "GET"), answer.text
    assert target.footprint() == before


@pytest.mark.parametrize("door", [door for door in DOORS if _is_change(door)], ids=str)
def test_who_only_looks_makes_nothing(target: Target, door: Door) -> None:
    before = target.footprint()
    answer = target.client("eve").request(door.method, door.at(**_WHO), json=_BODIES.get(door.path, {}))
    assert answer.status_code == 403 or door.path == "/v1/videos/characters", (answer.status_code, answer.text)
    assert target.footprint() == before


_BODIES: dict[str, dict[str, object]] = {
    JOBS: CLIP,
    "/api/v1/media/import": {"url": "https://example.org/"},
    "/api/v1/prompts/enhance": {"prompt": "a boat"},
    "/api/v1/styles": {"name": "x"},
    "/api/v1/boards": {"name": "x"},
    "/api/v1/projects": {"name": "x"},
    "/api/v1/media/bulk": {"ids": ["0" * 32], "action": "delete"},
    "/api/v1/keys": {"name": "x"},
    "/api/v1/users": {"name": "x", "password": PASSWORD, "role": "admin"},
    "/api/v1/webhook_endpoints": {"url": "https://example.org/", "events": ["job.failed"]},
}


def test_every_body_that_is_json_takes_no_field_it_does_not_know(target: Target) -> None:
    """A later request model that lets unknown fields pass is found here."""
    schema = target.client("root").get("/api/v1/openapi.json").json()
    lax = [
        f"{method} {path}"
        for path, doors in schema["paths"].items()
        if path.startswith("/api/v1/")
        for method, door in doors.items()
        for wanted in _request_schemas(door, schema)
        if wanted.get("additionalProperties") is not False
    ]
    assert lax == []


def _request_schemas(door: dict[str, object], schema: dict[str, object]) -> Iterator[dict[str, object]]:
    body = json.loads(json.dumps(door.get("requestBody", {}))).get("content", {}).get("application/json")
    parts = json.loads(json.dumps(schema))["components"]["schemas"]
    waiting = [body["schema"]] if body else []
    while waiting:
        each = waiting.pop()
        waiting += [*each.get("anyOf", []), *each.get("oneOf", [])]
        if "$ref" in each:
            waiting.append(parts[each["$ref"].rpartition("/")[2]])
        elif each.get("type") == "object":
            yield each


def test_one_key_fifty_times_at_once_makes_one_job(target: Target) -> None:
    headers = {"idempotency-key": "fifty-at-once"}
    before = dict(target.footprint().rows)["jobs"]
    with target.client() as ada, ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: ada.post(JOBS, json={**CLIP, "run_at": 4e9}, headers=headers), range(50)))
        other = ada.post(JOBS, json={**CLIP, "steps": 5}, headers=headers)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["items"][0]["id"] for answer in answers}) == 1
    assert dict(target.footprint().rows)["jobs"] == before + 1
    assert (other.status_code, other.json()["error"]["code"]) == (422, "request_reused")


def test_of_fifty_bodies_with_one_key_one_is_taken(target: Target) -> None:
    headers = {"idempotency-key": "fifty-bodies", "content-type": "application/json"}
    bodies = [json.dumps({"prompt": f"the circle {number}"}) for number in range(50)]
    with target.client() as ada, ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda body: ada.post("/v1/videos", content=body, headers=headers), bodies))
    assert sorted(answer.status_code for answer in answers) == [200] + [422] * 49
    assert {answer.headers["x-should-retry"] for answer in answers if answer.status_code == 422} == {"false"}


@pytest.mark.parametrize(
    ("limits", "status", "words"),
    [({"open_jobs": 0}, 429, "jobs"), ({"files": 0}, 413, "files"), ({"bytes_kept": 10}, 413, "")],
    ids=str,
)
def test_a_users_own_limits_hold(target: Target, limits: dict[str, int], status: int, words: str) -> None:
    root, bob = target.client("root"), target.client("bob")
    bobs = next(user["id"] for user in root.get("/api/v1/users").json()["items"] if user["name"] == "bob")
    assert root.patch(f"/api/v1/users/{bobs}", json={"limits": limits}).status_code == 200
    before = target.footprint()
    try:
        if "open_jobs" in limits:
            answers = [bob.post(JOBS, json=CLIP), bob.post("/v1/videos", json={"prompt": "a"})]
        else:
            answers = [bob.post(MEDIA, files={"file": ("p", hostile.picture())})]
        for answer in answers:
            assert (answer.status_code, words in answer.json()["error"]["message"]) == (status, True), answer.text
        assert target.footprint() == before
    finally:
        root.patch(f"/api/v1/users/{bobs}", json={"limits": {}})
    assert bob.post(JOBS, json={**CLIP, "run_at": 4e9}).status_code == 201


def test_a_lora_is_taken_within_its_strengths(target: Target) -> None:
    with target.client() as ada:
        file = lora("blocks.0.q.lora_A.weight", "blocks.0.q.lora_B.weight")
        asset = ada.post(MEDIA, files={"file": ("l", file)}).json()["id"]
        before = target.footprint()
        for strength in (1e9, -1e9, 1e308, True, "1"):
            answer = ada.post(JOBS, json={**CLIP, "loras": [{"asset": asset, "strength": strength}]})
            assert answer.status_code == 400, (strength, answer.text)
        assert target.footprint() == before


def test_a_lora_of_another_network_is_refused(target: Target) -> None:
    file = lora("diffusion_model.blocks.0.self_attn.q.lora_A.weight")
    with target.client() as ada:
        asset = ada.post(MEDIA, files={"file": ("ink", file)}).json()["id"]
        before = target.footprint()
        for door in (JOBS, f"{JOBS}/estimate"):
            clip = CLIP if door == JOBS else {"prompt": "a red circle"}
            answer = ada.post(door, json={**clip, "loras": [{"asset": asset}]})
            assert answer.status_code == 400, answer.text
            assert "ink is not for starter" in answer.json()["error"]["message"]
        assert target.footprint() == before


def test_many_guesses_are_stopped_and_tell_nothing(target: Target) -> None:
    nobody = target.server.client()
    body = {"name": "ada", "password": "not the right one"}
    answers = [nobody.post("/api/v1/auth/login", json=body) for _ in range(15)]
    assert {answer.status_code for answer in answers} == {401, 429}
    assert int(answers[-1].headers["retry-after"]) >= 1
    long = nobody.post("/api/v1/auth/login", json={"name": "ada", "password": "x" * (2**20 - 100)})
    assert long.status_code == 400
    assert target.is_well()
