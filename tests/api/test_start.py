"""What a new server writes into its log, and that it can describe itself without complaints."""

from pathlib import Path

from artifex.store.schema import LATEST
from tests.api.conftest import start_server, stop_server


def test_a_new_server_says_little(tmp_path: Path) -> None:
    server = start_server(tmp_path / "home", slots="none", fresh=True)
    try:
        doors = server.client().get("/api/v1/openapi.json").json()["paths"]
    finally:
        stop_server(server)
    lines = server.log.read_text().splitlines()
    assert lines[0].endswith(f"Database brought to schema {LATEST}")
    assert lines[1] == f"Artifex is at {server.url}"
    assert not any("alembic" in line or "Warning" in line for line in lines), lines
    names = [door["operationId"] for methods in doors.values() for door in methods.values()]
    assert len(names) == len(set(names))
