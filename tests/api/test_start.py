"""What a new server writes into its log, and that it can describe itself without complaints."""

import time
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from artifex.store.schema import LATEST
from tests.api.conftest import start_server, stop_server
from tests.fakes.hostile import picture
from tests.fakes.ports import free_port
from tests.fakes.postgres import PostgresServer
from tests.fakes.proxy import Proxy


def test_a_new_server_says_little(tmp_path: Path) -> None:
    server = start_server(tmp_path / "home", slots="none", fresh=True)
    try:
        with pytest.raises(InvalidStatus, match="404"):
            connect(f"ws://127.0.0.1:{server.port}/api/v1/jobs/{'0' * 32}/progress")
        doors = server.client().get("/api/v1/openapi.json").json()["paths"]
    finally:
        stop_server(server)
    lines = server.log.read_text().splitlines()
    assert lines[0].endswith(f"Database brought to schema {LATEST}")
    assert lines[1] == f"Artifex is at {server.url}"
    assert len(lines) == 2, lines
    names = [door["operationId"] for methods in doors.values() for door in methods.values()]
    assert len(names) == len(set(names))


def test_a_database_that_is_away_for_a_while_is_told_once(tmp_path: Path, postgres: PostgresServer) -> None:
    """By everything that needs it, with its return; and its address to nobody but the log."""
    url = make_url(postgres.new_database())
    with Proxy(Path(str(url.query["host"])) / ".s.PGSQL.5432") as proxy:
        proxied = url.set(host="127.0.0.1", port=proxy.port, query={"sslmode": "disable"})
        variables = {"ARTIFEX_DATABASE": proxied.render_as_string(hide_password=False)}
        server = start_server(tmp_path / "home", slots="none", settings=variables)
        try:
            time.sleep(2)
            proxy.refuse()
            time.sleep(6)
            answer = server.client().get("/api/v1/jobs")
            proxy.allow()
            time.sleep(4)
        finally:
            stop_server(server)
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "database_unreachable"
    assert str(proxy.port) not in answer.text
    log = server.log.read_text()
    assert "Traceback" not in log
    for what in ("Reading events", "Sending webhooks", "Looking after the queue", "Sampling"):
        assert log.count(f"{what} waits: The database does not answer") == 1, log
        assert log.count(f"{what} goes on.") == 1, log


def test_a_storage_that_is_away_stops_no_server_and_is_told_as_an_outage(tmp_path: Path) -> None:
    variables = {
        "ARTIFEX_OBJECTS": f"s3://bucket/x?endpoint=http://127.0.0.1:{free_port()}&region=us-east-1",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    server = start_server(tmp_path / "home", slots="none", settings=variables)
    try:
        file = {"file": ("picture.png", picture())}
        answer = server.client().post("/api/v1/media", files=file)
    finally:
        stop_server(server)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "storage_failed")
    log = server.log.read_text()
    assert "The storage does not answer" in log
    assert "Traceback" not in log
