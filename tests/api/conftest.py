"""A studio to ask: in this process over a database of its own, or as the real program with its workers."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession

from artifex.api.app import build_app
from artifex.api.config import ApiConfig
from artifex.api.service import Service
from artifex.jobs.queue import Queue
from artifex.settings import Settings
from artifex.wiring import build_service, open_studio_database
from tests.fakes.databases import ready_sqlite
from tests.fakes.ports import free_port
from tests.forks import COMMAND_LINE, Fork

_START_SECONDS = 40
_STOP_SECONDS = 40


@dataclass(frozen=True)
class Studio:
    """The application in this process; nobody works off its queue but the test."""

    service: Service
    client: TestClient

    def socket(self, path: str, **named: Any) -> WebSocketTestSession:
        return self.client.websocket_connect(f"ws://127.0.0.1:8188{path}", **named)


@pytest.fixture
def open_studio(tmp_path: Path) -> Iterator[Callable[..., Studio]]:
    """Open a studio with a configuration of its own: ``open_studio(ApiConfig(...))``."""
    opened: list[Studio] = []

    def open_with(config: ApiConfig | None = None) -> Studio:
        settings = Settings(tmp_path / f"home{len(opened)}")
        ready_sqlite(settings.database_file)
        database = open_studio_database(settings)
        service = build_service(settings, config or ApiConfig(event_seconds=0.02), database, Queue(database))
        client = TestClient(build_app(service), base_url="http://127.0.0.1:8188", client=("127.0.0.1", 50000))
        client.__enter__()
        opened.append(Studio(service, client))
        return opened[-1]

    yield open_with
    for studio in opened:
        studio.client.__exit__(None, None, None)
        studio.service.database.close()


@pytest.fixture
def studio(open_studio: Callable[..., Studio]) -> Studio:
    return open_studio()


@pytest.fixture
def client(studio: Studio) -> TestClient:
    return studio.client


@dataclass(frozen=True)
class Server:
    """A running ``artifex serve``."""

    url: str
    port: int
    home: Path
    process: Fork | subprocess.Popen[bytes]
    log: Path

    def client(self, **named: object) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, timeout=30, **named)  # pyright: ignore[reportArgumentType]


def start_server(
    home: Path,
    *options: str,
    slots: str = "cpu",
    port: int | None = None,
    settings: Mapping[str, str] | None = None,
    fresh: bool = False,
) -> Server:
    """``artifex serve``, on a free port if none is named; returns when it answers. ``settings`` are variables; a
    ``fresh`` server imports everything itself, as do its slots in any case."""
    port = port or free_port()
    log = home.parent / f"{home.name}-{port}.log"
    usual = {"ARTIFEX_HOME": str(home), "OMP_NUM_THREADS": "1", "ARTIFEX_GRACE": "10"}
    environment = {**os.environ, **usual, **(settings or {})}
    words = ["serve", "--port", str(port), "--slots", slots, *options]
    if fresh:
        process = _fresh(words, environment, log)
    else:
        process = Fork(COMMAND_LINE, words, environment, pipes=(), log=log)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended: {log.read_text()[-2000:]}")
        try:
            httpx2.get(f"{url}/healthz", timeout=5)
            return Server(url, port, home, process, log)
        except httpx2.HTTPError:
            time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"the server did not start: {log.read_text()[-2000:]}")


def _fresh(words: list[str], environment: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("ab") as out:
        command = [sys.executable, "-m", "artifex.cli.main", *words]
        return subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)


def stop_server(server: Server) -> int:
    """Ask it to leave; returns its exit code."""
    server.process.terminate()
    try:
        return server.process.wait(_STOP_SECONDS)
    finally:
        server.process.kill()


@pytest.fixture(scope="module")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real program with one slot of the processor, which makes clips with the starter model."""
    server = start_server(tmp_path_factory.mktemp("server") / "home")
    yield server
    stop_server(server)
