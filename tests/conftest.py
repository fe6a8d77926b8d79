"""Fixtures shared by tests of several packages: one PostgreSQL server per session, and databases of both kinds."""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler import LoadFileScheduling

if shutil.which("nvidia-smi") is None:
    # Triton reads it when it is first imported, which diffusers does in many tests; see engine/test_kernels.py.
    os.environ["TRITON_INTERPRET"] = "1"

if TYPE_CHECKING:
    from artifex.store.database import Database
    from tests.fakes.postgres import PostgresServer


class OneBrowserAtOnce(LoadFileScheduling):
    """Distributes tests by file, but runs all browser tests in one process: two browsers at once are so slow on a small
    machine that waits time out."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "tests/e2e" if file.startswith("tests/e2e/") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneBrowserAtOnce | None:
    return OneBrowserAtOnce(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def postgres() -> Iterator["PostgresServer"]:
    from tests.fakes.postgres import postgres_server

    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator["Database"]:
    """A migrated, empty database; a test with this fixture runs on SQLite and on PostgreSQL."""
    from tests.fakes.databases import sqlite_database

    lent = sqlite_database() if request.param == "sqlite" else request.getfixturevalue("postgres").ready_database()
    with lent as database:
        yield database
