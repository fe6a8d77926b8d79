"""The doors of accounts: signing in and out, users, keys, and who may not."""

from pathlib import Path
from typing import Any

import pytest

from artifex.api.config import Limits
from tests.api.small_studio import PASSWORD, SmallStudio, small_studio

API = "/api/v1"


@pytest.fixture
def studio(tmp_path: Path) -> SmallStudio:
    return small_studio(tmp_path)


def test_a_session_from_its_beginning_to_its_end(studio: SmallStudio) -> None:
    studio.accounts.users.create("anna", PASSWORD, "member")
    client = studio.client()
    first = client.post(f"{API}/auth/login", json={"name": "anna", "password": PASSWORD}).json()
    assert (first["token_type"], first["expires_in"]) == ("bearer", 900)
    second = client.post(f"{API}/auth/refresh", json={"refresh_token": first["refresh_token"]}).json()
    client.headers["authorization"] = f"Bearer {second['access_token']}"
    me = client.get(f"{API}/auth/me").json()
    assert (me["name"], me["role"]) == ("anna", "member")
    assert client.post(f"{API}/auth/logout").status_code == 204
    assert client.get(f"{API}/auth/me").status_code == 401
    again = client.post(f"{API}/auth/refresh", json={"refresh_token": second["refresh_token"]})
    assert (again.status_code, again.json()["error"]["code"]) == (401, "not_signed_in")


def test_a_refresh_token_used_twice_ends_the_session(studio: SmallStudio) -> None:
    tokens, client = studio.user("anna"), studio.client()
    body = {"refresh_token": tokens.refresh_token}
    thief = client.post(f"{API}/auth/refresh", json=body).json()
    assert client.post(f"{API}/auth/refresh", json=body).status_code == 401
    assert studio.client(bearer=thief["access_token"]).get(f"{API}/auth/me").status_code == 401


def test_whoever_is_refused_hears_the_same_whatever_was_wrong(studio: SmallStudio) -> None:
    studio.user("anna")
    bodies = [
        {"name": name, "password": "not the right one"} for name in ("anna", "nobody", "\0", "", "\u202e", "' or 1=1")
    ]
    answers = [studio.client().post(f"{API}/auth/login", json=body) for body in bodies]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.json()["error"]["message"] for answer in answers}) == 1


def test_too_many_attempts_are_told_when_to_come_back(tmp_path: Path) -> None:
    studio = small_studio(tmp_path, limits=Limits(sign_ins_a_minute=3))
    body = {"name": "anna", "password": "not the right one"}
    answers = [studio.client().post(f"{API}/auth/login", json=body) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 20


def test_a_megabyte_of_password_is_refused(studio: SmallStudio) -> None:
    answer = studio.client().post(f"{API}/auth/login", json={"name": "anna", "password": "x" * (2**20 - 100)})
    assert answer.status_code == 400
    assert "xxx" not in answer.text


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(studio: SmallStudio) -> None:
    other = studio.user("anna")
    client = studio.client(bearer=studio.accounts.sign_in("anna", PASSWORD, "::1").access_token)
    wrong = client.post(f"{API}/auth/password", json={"old": "not the right one", "new": "another long one"})
    assert wrong.status_code == 401
    answer = client.post(f"{API}/auth/password", json={"old": PASSWORD, "new": "another long one"})
    assert studio.client(bearer=answer.json()["access_token"]).get(f"{API}/auth/me").status_code == 200
    assert studio.client(bearer=other.access_token).get(f"{API}/auth/me").status_code == 401


def test_an_administrator_manages_users(studio: SmallStudio) -> None:
    root = studio.client_of("root", "admin")
    made = root.post(f"{API}/users", json={"name": "Anna", "password": PASSWORD}).json()
    assert (made["name"], made["role"], made["disabled"]) == ("anna", "member", False)
    assert "password" not in str(made)
    assert [user["name"] for user in root.get(f"{API}/users").json()["items"]] == ["anna", "root"]
    changed = root.patch(f"{API}/users/{made['id']}", json={"role": "viewer", "limits": {"open_jobs": 5}}).json()
    assert (changed["role"], changed["limits"]["open_jobs"], changed["limits"]["files"]) == ("viewer", 5, None)
    assert root.get(f"{API}/users/{made['id']}").json() == changed
    assert root.delete(f"{API}/users/{made['id']}").status_code == 204
    assert root.get(f"{API}/users/{made['id']}").status_code == 404


def test_the_last_administrator_cannot_leave(studio: SmallStudio) -> None:
    root = studio.client_of("root", "admin")
    own = f"{API}/users/{root.get(f'{API}/auth/me').json()['id']}"
    for answer in (
        root.patch(own, json={"role": "member"}),
        root.patch(own, json={"disabled": True}),
        root.delete(own),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")


def test_what_an_administrator_takes_away_is_gone_with_the_next_request(studio: SmallStudio) -> None:
    root, boss = studio.client_of("root", "admin"), studio.client_of("boss", "admin")
    assert boss.get(f"{API}/users").status_code == 200
    boss_id = boss.get(f"{API}/auth/me").json()["id"]
    assert root.patch(f"{API}/users/{boss_id}", json={"role": "member"}).status_code == 200
    assert boss.get(f"{API}/users").status_code == 401


@pytest.mark.parametrize("role", ["member", "viewer"])
@pytest.mark.parametrize("proof", ["token", "key"])
def test_only_administrators_manage_users(studio: SmallStudio, role: str, proof: str) -> None:
    root_id = studio.client_of("root", "admin").get(f"{API}/auth/me").json()["id"]
    client = studio.client_of("anna", role)
    if proof == "key":
        key = client.post(f"{API}/keys", json={"name": "script"}).json()["key"]
        client = studio.client(bearer=key)
    for method, path, body in (
        ("GET", "/users", None),
        ("POST", "/users", {"name": "evil", "password": PASSWORD, "role": "admin"}),
        ("POST", "/users", {"nonsense": 1}),
        ("GET", f"/users/{root_id}", None),
        ("PATCH", f"/users/{root_id}", {"disabled": True}),
        ("DELETE", f"/users/{root_id}", None),
        ("GET", f"/users/{'0' * 32}", None),
    ):
        answer = client.request(method, f"{API}{path}", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed"), (method, path)
    assert [user.name for user in studio.accounts.users.all()] == ["anna", "root"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/users", {"name": "evil", "password": PASSWORD, "is_admin": True}),
        ("POST", "/users", {"name": "evil", "password": PASSWORD, "id": "0" * 32}),
        ("POST", "/users", {"name": "evil", "password": PASSWORD, "password_hash": "x"}),
        ("POST", "/users", {"name": "evil", "password": PASSWORD, "role": "root"}),
        ("POST", "/users", {"name": "evil", "password": "short"}),
        ("POST", "/users", {"name": 7, "password": PASSWORD}),
        ("PATCH", "/users/{me}", {"epoch": 0}),
        ("PATCH", "/users/{me}", {"name": "other"}),
        ("PATCH", "/users/{me}", {"disabled": "no"}),
        ("PATCH", "/users/{me}", {"limits": {"credits": 5}}),
        ("PATCH", "/users/{me}", {"limits": {"files": -1}}),
        ("POST", "/keys", {"name": "k", "user_id": "0" * 32}),
        ("POST", "/keys", {"name": "k", "owner": "0" * 32}),
        ("POST", "/keys", {"name": " "}),
        ("POST", "/auth/password", {"old": PASSWORD, "new": "another long one", "role": "admin"}),
        ("POST", "/auth/login", {"name": "root", "password": PASSWORD, "role": "admin"}),
        ("POST", "/auth/refresh", {"refresh_token": "x", "user_id": "0" * 32}),
        ("POST", "/auth/refresh", {"refresh_token": {"$ne": ""}}),
    ],
)
def test_a_field_that_is_not_asked_for_is_refused(
    studio: SmallStudio, method: str, path: str, body: dict[str, Any]
) -> None:
    root = studio.client_of("root", "admin")
    me = root.get(f"{API}/auth/me").json()["id"]
    before = studio.accounts.users.all()
    answer = root.request(method, f"{API}{path.format(me=me)}", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")
    assert studio.accounts.users.all() == before


def test_a_key_is_shown_once_and_signs_in_until_it_is_revoked(studio: SmallStudio) -> None:
    anna = studio.client_of("anna")
    made = anna.post(f"{API}/keys", json={"name": "script"}).json()
    script = studio.client(bearer=made["key"])
    assert script.get(f"{API}/auth/me").json()["name"] == "anna"
    listed = anna.get(f"{API}/keys").json()["items"]
    assert [key["id"] for key in listed] == [made["id"]]
    assert made["key"][-43:] not in str(listed)
    assert anna.delete(f"{API}/keys/{made['id']}").status_code == 204
    assert script.get(f"{API}/auth/me").status_code == 401


def test_a_key_makes_no_keys_and_has_no_session(studio: SmallStudio) -> None:
    key = studio.client_of("anna").post(f"{API}/keys", json={"name": "script"}).json()["key"]
    script = studio.client(bearer=key)
    assert script.post(f"{API}/keys", json={"name": "another"}).status_code == 403
    assert script.post(f"{API}/auth/logout").status_code == 409
    assert script.post(f"{API}/auth/ticket").status_code == 409


def test_somebody_elses_key_is_as_if_it_were_not_there(studio: SmallStudio) -> None:
    anna, other = studio.client_of("anna"), studio.client_of("other")
    made = anna.post(f"{API}/keys", json={"name": "script"}).json()
    foreign, missing = (other.delete(f"{API}/keys/{key}") for key in (made["id"], "0" * 16))
    assert (foreign.status_code, foreign.json()) == (404, missing.json())
    assert other.get(f"{API}/keys").json()["items"] == []
    root = studio.client_of("root", "admin")
    assert [key["id"] for key in root.get(f"{API}/keys").json()["items"]] == [made["id"]]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/auth/login"),
        ("POST", "/auth/refresh"),
        ("POST", "/auth/logout"),
        ("GET", "/auth/me"),
        ("POST", "/auth/password"),
        ("POST", "/auth/ticket"),
        ("GET", "/users"),
        ("POST", "/users"),
        ("PATCH", "/users/x"),
        ("DELETE", "/users/x"),
        ("GET", "/keys"),
        ("POST", "/keys"),
        ("DELETE", "/keys/x"),
    ],
)
def test_without_accounts_these_doors_say_so(tmp_path: Path, method: str, path: str) -> None:
    answer = small_studio(tmp_path, accounts=False).client().request(method, f"{API}{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    assert "runs without accounts" in answer.json()["error"]["message"]
