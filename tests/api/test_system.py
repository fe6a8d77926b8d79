"""How the server says it does, how it starts and leaves, and what it describes of itself."""

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from filelock import FileLock
from openapi_spec_validator import validate
from sqlalchemy import insert

from artifex.jobs.queue import Queue
from artifex.jobs.worker.supervisor import host_name
from artifex.logs import FORMAT, OneLine
from artifex.store.database import connect, open_database
from artifex.store.tables.assets import blobs
from tests.api.conftest import Server, Studio, start_server, stop_server
from tests.api.test_jobs import JOBS, SLOT, claim, made
from tests.api.test_media import lora
from tests.fakes.databases import ready_sqlite
from tests.fakes.ports import free_port


def test_health_tells_when_nobody_works(studio: Studio):
    health = studio.client.get("/api/v1/system/health").json()
    assert health["status"] == "degraded"
    assert health["database"]["ok"]
    assert "start a worker" in health["workers"]["message"]


def test_health_does_not_name_the_address_of_a_database_that_is_away(studio: Studio):
    away = Queue(connect("postgresql://studio@127.0.0.1:1/films"))
    app: Any = studio.client.app
    app.state.service = replace(studio.service, queue=away)
    health = studio.client.get("/api/v1/system/health")
    assert [health.json()[part]["ok"] for part in ("database", "workers")] == [False, False]
    assert "127.0.0.1" not in health.text


def test_what_killed_processes_had_begun_in_the_servers_folders_is_removed_a_day_later(
    open_studio: Callable[..., Studio], tmp_path: Path
):
    """And nothing else."""
    folders = [tmp_path / "home0" / name for name in ("uploads", "clips/one", "segments")]
    old, young, others = ".artifex-0123456789ab-film.mp4", ".artifex-fedcba987654-film.mp4", ".artifex-film.mp4"
    for folder in folders:
        folder.mkdir(parents=True)
        for name in (old, young, others):
            (folder / name).write_bytes(b"begun")
        for name in (old, others):
            os.utime(folder / name, (0, time.time() - 90_000))
    open_studio()
    end = time.monotonic() + 10
    while any((folder / old).exists() for folder in folders):
        assert time.monotonic() < end
        time.sleep(0.05)
    for folder in folders:
        assert {file.name for file in folder.iterdir()} == {young, others}


def test_stats_count_what_waits(studio: Studio):
    made(studio.client)
    studio.service.samples.take()
    stats = studio.client.get("/api/v1/system/stats", params={"history": 10}).json()
    assert stats["jobs"]["queued"] == 1
    assert stats["history"][-1]["ram_total"] > 0
    metrics = studio.client.get("/metrics").text
    assert 'artifex_jobs{state="queued"} 1.0' in metrics
    assert "artifex_request_seconds_bucket" in metrics


def test_requests_are_counted_by_door_and_not_by_id(studio: Studio):
    for number in range(3):
        studio.client.get(f"/api/v1/jobs/{number:032x}")
        studio.client.get(f"/api/v1/projects/{number:032x}/stream/1/pictures/{number}.m4s")
        studio.client.get(f"/socket.io/{number}")
    metrics = studio.client.get("/metrics").text
    stream = "/api/v1/projects/{project_id}/stream/{version}/{track}/{number}.m4s"
    for route, status in (("/api/v1/jobs/{job_id}", 404), (stream, 404), ("/socket.io", 400)):
        assert f'artifex_requests_total{{method="GET",route="{route}",status="{status}"}} 3.0' in metrics


def test_how_long_jobs_waited_is_counted(studio: Studio):
    first, second = made(studio.client), made(studio.client)
    with studio.socket(f"{JOBS}/{first['id']}/progress") as socket:
        studio.client.patch(f"{JOBS}/{first['id']}", json={"priority": 5})
        studio.client.post(f"{JOBS}/{second['id']}/cancel")
        time.sleep(0.3)
        studio.service.queue.finalizing(claim(studio))
        while socket.receive_json()["job"]["state"] != "finalizing":
            pass
    told = dict(line.rsplit(" ", 1) for line in studio.client.get("/metrics").text.splitlines())
    assert told["artifex_queue_wait_seconds_count"] == "1.0"
    assert 0.3 <= float(told["artifex_queue_wait_seconds_sum"]) < 30


def test_a_slot_is_paused_and_let_go_on(studio: Studio):
    studio.service.queue.announce(SLOT, "", {})
    for word, paused in (("pause", True), ("resume", False)):
        assert studio.client.post(f"/api/v1/system/slots/{SLOT.name}/{word}").status_code == 204
        (slot,) = studio.client.get("/api/v1/system/slots").json()["items"]
        assert slot["paused"] is paused
    assert studio.client.post("/api/v1/system/slots/nix/pause").status_code == 404


def test_the_description_is_valid_and_names_every_door_once(studio: Studio):
    schema = studio.client.get("/api/v1/openapi.json").json()
    validate(schema)
    doors = [door for path in schema["paths"].values() for door in path.values()]
    names = [door["operationId"] for door in doors]
    assert len(names) == len(set(names))
    assert all(door.get("tags") and "400" in door["responses"] for door in doors)


def test_the_description_says_what_goes_in_and_comes_out_everywhere(studio: Studio):
    """Clients are generated from it: where it is silent they cannot send a body, or take an answer for none."""
    schema = studio.client.get("/api/v1/openapi.json").json()
    assert not [name for name in schema["components"]["schemas"] if "__" in name], "two classes have one name"
    doors = {(path, verb): door for path, verbs in schema["paths"].items() for verb, door in verbs.items()}
    for (path, _), door in doors.items():
        if "characters" not in path:  # not supported
            assert door["responses"].get("200", {"content": "none"}).get("content"), path
    for path in ("/v1/videos", "/api/v1/media", "/api/v1/projects/import"):
        assert "binary" in str(doors[path, "post"]["requestBody"]), path


def test_what_does_not_exist_is_told_in_the_same_form(studio: Studio):
    assert studio.client.get("/nix").json()["error"]["code"] == "not_found"
    wrong = studio.client.put("/api/v1/jobs", json={})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "method_not_allowed")
    assert wrong.headers["allow"] == "GET, POST"
    other = studio.client.get("/v1/nix")
    assert set(other.json()["error"]) == {"message", "type", "param", "code"}
    assert other.headers["x-should-retry"] == "false"


def test_a_log_line_cannot_be_forged():
    import logging

    record = logging.LogRecord("a", 20, "a.py", 1, "hello %s", ("x\n[2026] [INFO] forged\x1b[31m\u2028\u202e",), None)
    line = OneLine(FORMAT).format(record)
    assert "\n" not in line
    assert "\x1b" not in line
    assert "\u2028" not in line


def test_the_server_never_imports_torch():
    code = "import sys; import artifex.api.app, artifex.wiring, artifex.jobs.asking; print('torch' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def serve(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ARTIFEX_HOME": str(home), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "artifex.cli.main", "serve", "--slots", "none", *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "studio.example"])
def test_nobody_serves_the_world_without_accounts(tmp_path: Path, host: str):
    told = serve(tmp_path, "--host", host)
    assert told.returncode == 2
    assert "--accounts" in told.stderr


@pytest.mark.parametrize("name", ["https://studio.example", "studio.example/page", "studio.example:8188", "a b", ""])
def test_names_that_nobody_can_come_by_are_refused(tmp_path: Path, name: str):
    told = serve(tmp_path, "--allow-host", name)
    assert (told.returncode, "--allow-host" in told.stderr) == (2, True)


@pytest.mark.parametrize("page", ["studio.example", "https://studio.example/page", "*", ""])
def test_pages_that_no_browser_names_so_are_refused(tmp_path: Path, page: str):
    told = serve(tmp_path, "--allow-origin", page)
    assert (told.returncode, "--allow-origin" in told.stderr) == (2, True)


@pytest.mark.parametrize("address", ["proxy.example", "127.0.0.1:80", "*", ""])
def test_proxies_that_are_no_addresses_are_refused(tmp_path: Path, address: str):
    told = serve(tmp_path, "--trust-proxy", address)
    assert (told.returncode, "--trust-proxy" in told.stderr) == (2, True)


@pytest.mark.parametrize(
    ("trusts", "others"), [(("--trust-proxy", "127.0.0.0/8"), 401), ((), 429)], ids=["named", "not"]
)
def test_a_proxy_that_was_named_is_believed_whom_it_speaks_for(tmp_path: Path, trusts: tuple[str, ...], others: int):
    """Who guesses passwords keeps nobody else behind the proxy from signing in, nor is let off by what they claim."""
    home = tmp_path / "home"
    command = [sys.executable, "-m", "artifex.cli.main", "users", "add", "root", "--role", "admin"]
    environment = {**os.environ, "ARTIFEX_HOME": str(home)}
    subprocess.run(command, env=environment, input="correct horse battery\n", text=True, check=True, timeout=60)
    server = start_server(home, "--accounts", *trusts, slots="none")
    try:
        with server.client() as client:

            def attempt(number: int, *through: str) -> int:
                body = {"name": f"somebody{number}", "password": "not the right one"}
                headers = {"x-forwarded-for": ", ".join(through)}
                return client.post("/api/v1/auth/login", json=body, headers=headers).status_code

            guessed = [attempt(number, f"198.51.100.{number}", "203.0.113.7") for number in range(12)]
            assert (guessed[0], guessed[-1]) == (401, 429)
            assert attempt(100, "203.0.113.8") == others
    finally:
        stop_server(server)


def test_names_and_pages_as_they_come_are_taken(tmp_path: Path):
    options = ("--allow-host", "Studio.example", "--allow-host", "[fe80::1]", "--allow-host", "fe80::1")
    pages = ("--allow-origin", "https://Studio.example:8443/", "--allow-origin", "http://[::1]:3000")
    told = serve(tmp_path, *options, *pages, "--accounts")
    assert "artifex users add" in told.stderr


def test_accounts_need_an_administrator_first(tmp_path: Path):
    told = serve(tmp_path, "--accounts", "--port", str(free_port()))
    assert told.returncode != 0
    assert "artifex users add" in told.stderr


def test_a_second_server_on_the_same_library_is_refused(real_server: Server):
    told = serve(real_server.home, "--port", str(free_port()))
    assert told.returncode == 3
    assert "already running" in told.stderr


def test_a_slot_that_a_worker_keeps_is_told(tmp_path: Path):
    (tmp_path / "slots").mkdir()
    with FileLock(tmp_path / "slots" / f"{host_name()}.cpu0.lock"):
        told = serve(tmp_path, "--slots", "cpu", "--port", str(free_port()))
    assert (told.returncode, "keeps the slot" in told.stderr) == (3, True), told.stderr
    assert "Stopping" not in told.stderr


def test_a_port_that_is_taken_is_told(real_server: Server, tmp_path: Path):
    told = serve(tmp_path, "--port", str(real_server.port))
    assert told.returncode == 3
    assert "--port" in told.stderr


def test_a_server_leaves_in_order_while_somebody_listens(tmp_path: Path):
    server = start_server(tmp_path / "home", slots="none")
    with server.client().stream("GET", "/api/v1/events") as stream:
        lines = stream.iter_lines()
        next(lines)
        began = time.monotonic()
        assert stop_server(server) == 0
        assert time.monotonic() - began < 8
    assert "Traceback" not in server.log.read_text()


def test_a_server_leaves_in_order_while_the_storage_lets_it_wait(tmp_path: Path):
    """Its slots are to leave before it is ended. Here content is held that is swept and given at the same time."""
    home, content = tmp_path / "home", lora("blocks.0.lora_A.weight")
    sha256 = hashlib.sha256(content).hexdigest()
    database = open_database(ready_sqlite(home / "artifex.db"))
    with database.write() as connection:
        connection.execute(insert(blobs).values(sha256=sha256, size=len(content), since=0.0))
    database.close()
    (home / "blobs" / ".locks").mkdir(parents=True)
    with FileLock(home / "blobs" / ".locks" / sha256[:2]):
        server = start_server(home, slots="none")

        def upload() -> None:
            with suppress(httpx2.HTTPError):
                server.client().post("/api/v1/media", files={"file": ("some.safetensors", content)})

        uploading = threading.Thread(target=upload)
        uploading.start()
        time.sleep(2)
        assert uploading.is_alive()
        began = time.monotonic()
        assert stop_server(server) == 0
        assert time.monotonic() - began < 20
    uploading.join()


def test_a_clip_is_made_and_followed(real_server: Server):
    client = real_server.client()
    ask = {"kind": "generate", "prompt": "a red circle moves right", "size": "64x64", "frames": 9, "steps": 3}
    job = client.post("/api/v1/jobs", json=ask).json()["items"][0]
    with client.stream("GET", "/api/v1/events", params={"job": job["id"]}) as stream:
        told = [line for line in stream.iter_lines() if line.startswith("data")]
    assert '"state":"succeeded"' in told[-1]
    (asset,) = client.get(f"/api/v1/jobs/{job['id']}/result").json()["asset_ids"]
    assert len(asset) == 32
