"""What tests of several rooms share: one PostgreSQL server for all of them, and databases of either kind."""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler import LoadFileScheduling

if shutil.which("nvidia-smi") is None:
    # Triton reads it once, when it is first imported, which diffusers does in many a test: see engine/test_kernels.py.
    os.environ["TRITON_INTERPRET"] = "1"

if TYPE_CHECKING:
    from artifex.store.database import Database
    from tests.fakes.postgres import PostgresServer


class OneBrowserAtOnce(LoadFileScheduling):
    """File by file, but all that open a browser one after the other in one process: two of them drawing on a small
    machine take longer than one, and longer than a patient visitor waits."""

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
    """With the program's tables and no rows; a test that takes it runs on SQLite and on PostgreSQL."""
    from tests.fakes.databases import sqlite_database

    lent = sqlite_database() if request.param == "sqlite" else request.getfixturevalue("postgres").ready_database()
    with lent as database:
        yield database
