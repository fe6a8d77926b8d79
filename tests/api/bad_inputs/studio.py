"""The real program with accounts, and a footprint by which it is seen whether anything was left behind."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil
import pytest

from artifex.accounts.accounts import Accounts
from artifex.accounts.secret import signing_secret
from artifex.settings import Settings
from artifex.wiring import open_studio_database
from tests.api.conftest import Server, start_server, stop_server

PASSWORD = "correct horse battery"
ROLES = {"root": "admin", "ada": "member", "bob": "member", "eve": "viewer"}
_COUNTED = (
    "jobs",
    "assets",
    "blobs",
    "blob_uses",
    "requests",
    "styles",
    "boards",
    "board_items",
    "shares",
    "webhook_endpoints",
    "users",
    "api_keys",
)


@dataclass(frozen=True)
class Footprint:
    """Rows by table, and every file of the library and of the folder for temporary ones."""

    rows: tuple[tuple[str, int], ...]
    files: frozenset[str]


@dataclass(frozen=True)
class Target:
    """A running server; ``keys`` are API keys by the name of their owner, empty in local mode."""

    server: Server
    temporary: Path
    keys: dict[str, str]

    def client(self, name: str = "ada") -> httpx2.Client:
        return self.server.client(headers=self.proof(name))

    def proof(self, name: str = "ada") -> dict[str, str]:
        return {"authorization": f"Bearer {self.keys[name]}"} if self.keys else {}

    def footprint(self) -> Footprint:
        with closing(sqlite3.connect(f"file:{self.server.home / 'artifex.db'}?mode=ro", uri=True)) as database:
            rows = tuple((name, database.execute(f"select count(*) from {name}").fetchone()[0]) for name in _COUNTED)
        folders = (self.server.home / "uploads", self.server.home / "blobs", self.temporary)
        return Footprint(rows, frozenset(str(path) for folder in folders for path in folder.rglob("*")))

    def resident_bytes(self) -> int:
        return psutil.Process(self.server.process.pid).memory_info().rss

    def log(self) -> str:
        return self.server.log.read_text(errors="replace")

    def is_well(self) -> bool:
        return self.server.client().get("/healthz").status_code == 200 and "Traceback" not in self.log()


@contextmanager
def running_target(folder: Path, *, accounts: bool) -> Iterator[Target]:
    """``artifex serve`` without slots: nothing that is queued is ever begun."""
    home, temporary = folder / "home", folder / "temporary"
    temporary.mkdir(parents=True)
    keys = _people(home) if accounts else {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "TMPDIR", str(temporary))
        server = start_server(home, *(("--accounts",) if accounts else ()), slots="none")
    try:
        yield Target(server, temporary, keys)
    finally:
        stop_server(server)


def _people(home: Path) -> dict[str, str]:
    database = open_studio_database(Settings(home))
    try:
        accounts = Accounts(database, signing_secret("", home))
        users = [accounts.users.create(name, PASSWORD, role) for name, role in ROLES.items()]  # pyright: ignore[reportArgumentType]
        return {user.name: accounts.keys.create(user.id, "tests")[1] for user in users}
    finally:
        database.close()
