"""The database: SQLite in one file, or PostgreSQL by URL, both used through ``read`` and ``write`` transactions."""

import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic_core import from_json
from sqlalchemy import URL, Connection, Engine, Float, NullPool, Pool, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from artifex.errors import BadInput, CannotRun, DatabaseUnreachable, NotWritable, OutOfSpace
from artifex.files import make_folder, told
from artifex.store.schema import bring_up_to_date

_BUSY_SECONDS = 30.0
_WRITER_LOCK = 0x41525446
"""Key of the PostgreSQL advisory lock that every writer holds until its commit."""

_REFUSAL = re.compile(
    r"(password authentication failed|no password supplied|no pg_hba.conf entry|permission denied for database"
    r'|(role|database) "[^"]*" does not exist).*'
)
"""What PostgreSQL says to those whom it turns away. A failed connection has no SQLSTATE that would tell."""

_READ_ONLY = "25006"
"""PostgreSQL's SQLSTATE for a write on a read-only server."""


class lease_now(FunctionElement[float]):  # noqa: N801 - it reads as SQL
    """The clock that leases are measured with, in seconds: the same for all processes.

    With PostgreSQL it is the database server's clock. With SQLite all processes are on one machine, and it is the time
    since that machine booted, which no clock change moves; a lease from before a reboot therefore looks as if it ended
    far in the future (see :mod:`artifex.jobs.queue`).
    """

    type = Float()
    inherit_cache = True


class wall_now(FunctionElement[float]):  # noqa: N801
    """Seconds since 1970, by the database's clock."""

    type = Float()
    inherit_cache = True


@compiles(lease_now, "postgresql")
@compiles(wall_now, "postgresql")
def _postgres_clock(_element: object, _compiler: object, **_options: Any) -> str:
    return "extract(epoch from clock_timestamp())::float8"


@compiles(lease_now, "sqlite")
def _sqlite_lease_clock(_element: object, _compiler: object, **_options: Any) -> str:
    return "artifex_lease_now()"


@compiles(wall_now, "sqlite")
def _sqlite_wall_clock(_element: object, _compiler: object, **_options: Any) -> str:
    return "artifex_wall_now()"


@dataclass(frozen=True, slots=True)
class Database:
    """Snapshot transactions; writers take turns, on SQLite and PostgreSQL alike.

    Because each writer waits for the one before, events become visible in the order of ``events.seq``, so that nobody
    who reads events by their number misses one.
    """

    engine: Engine
    _turn: threading.Lock = field(default_factory=threading.Lock)
    """Writing threads of one process queue here, for SQLite's own lock is not fair."""

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read transaction on a snapshot. Raises DatabaseUnreachable, and CannotRun where the database is damaged."""
        with self._told(), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A write transaction: atomic, and durable when the block ends. Raises DatabaseUnreachable, OutOfSpace,
        NotWritable."""
        with self._told(), self._turn if self.is_sqlite else nullcontext(), self.engine.connect() as connection:
            connection = connection.execution_options(artifex_writes=True)
            with connection.begin():
                if not self.is_sqlite:
                    connection.execute(text(f"select pg_advisory_xact_lock({_WRITER_LOCK})"))
                yield connection

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            raise self._named(error) from error
        except DatabaseError as error:
            # PostgreSQL ended the connection, which idled in a transaction, or the server is a standby now.
            if error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _READ_ONLY:
                raise self._named(error) from error
            if type(error) is not DatabaseError:  # a fault of the statement, not of the database
                raise
            raise CannotRun(f"The database is damaged ({str(error.orig)[:200]}); restore a copy of it.") from error
        except PoolTimeout as error:
            raise DatabaseUnreachable("The database has more to do than it can; try again in a moment.") from error

    def _named(self, error: DBAPIError) -> CannotRun:
        reason = " ".join(str(error.orig).split())
        file = Path(str(self.engine.url.database)) if self.is_sqlite else None
        if "is full" in reason or "No space left" in reason:
            named: CannotRun = OutOfSpace("The disk with the database is full; free some space there.")
        elif "readonly database" in reason:
            named = NotWritable(f"{file or 'The database'} cannot be written; check the rights of its file and folder.")
        else:
            return DatabaseUnreachable(_no_answer(reason))
        named.path = file
        return named


def _no_answer(reason: str) -> str:
    refusal = _REFUSAL.search(reason)
    if refusal is None:
        return f"The database does not answer ({reason[:200]}); check its address and that it runs."
    return (
        f"The database server lets nobody in like this ({refusal[0][:200]}); check user, password and name in its URL."
    )


def open_database(url: str, *, briefly: bool = False) -> Database:
    """Connect, and bring the schema up to date. ``briefly``: as :func:`connect`. Raises BadInput for a wrong URL,
    DatabaseUnreachable, and CannotRun where the database is newer than the program."""
    database = connect(url, briefly=briefly)
    bring_up_to_date(database)
    return database


def connect(url: str, *, briefly: bool = False) -> Database:
    """The database, its schema unchanged. Raises BadInput for a wrong URL; it connects on first use.

    ``briefly``: for commands, which end at any moment and close nothing: each transaction has a connection of its own.
    When the last one to a SQLite file is closed, SQLite moves everything from the ``-wal`` file into the file itself;
    otherwise a copy of the file alone would lack what the commands had stored.
    """
    return Database(_engine(url, NullPool if briefly else None))


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file, whose folder is created. A new file is for its owner alone, for it holds hashes of
    passwords and secrets of webhooks; the files that SQLite puts beside it have the same rights.

    Raises NotWritable, OutOfSpace.
    """
    make_folder(path.parent)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        if not path.exists():  # else it may still be read, and SQLite tells what cannot be done
            raise told(error, path) from error
    return f"sqlite:///{path}"


def _engine(url: str, pool: type[Pool] | None) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite_engine(url, pool)
        if parsed.get_backend_name() == "postgresql":
            _check_parameters(parsed)
            named = parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
            return _postgres_engine(named, pool)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise BadInput(
            "The database's URL is not understood, or its driver is not installed; write it like "
            "postgresql://user:password@host/name, and pip install 'artifex[distributed]'."
        ) from error
    raise BadInput(f"{parsed.get_backend_name()} is no database Artifex can use; choose sqlite or postgresql.")


def _check_parameters(url: URL) -> None:
    """Raises BadInput for a parameter that libpq does not know; otherwise only connecting would tell."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import make_conninfo

    try:
        make_conninfo("", **{name: str(value) for name, value in url.query.items()})
    except ProgrammingError as error:
        raise BadInput(
            f"The database's URL has a parameter that is not understood ({str(error).strip()}); correct it."
        ) from error


def _sqlite_engine(url: str, pool: type[Pool] | None) -> Engine:
    kept = {"poolclass": pool} if pool else {"pool_size": 64, "pool_use_lifo": True}
    arguments = {"timeout": _BUSY_SECONDS, "check_same_thread": False}
    # A page of jobs has hundreds of JSON columns, most of them "[]": Python's own parser takes twice as long.
    engine = create_engine(url, connect_args=arguments, json_deserializer=from_json, **kept)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.isolation_level = None  # on_begin starts transactions
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-4000"):
            connection.execute(f"pragma {pragma}")
        connection.create_function("artifex_lease_now", 0, _time_since_boot)
        connection.create_function("artifex_wall_now", 0, time.time)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        writes = connection.get_execution_options().get("artifex_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgres_engine(url: str, pool: type[Pool] | None) -> Engine:
    kept = {"poolclass": pool} if pool else {"pool_size": 16, "max_overflow": 32, "pool_pre_ping": True}
    options = "-c idle_in_transaction_session_timeout=15000 -c lock_timeout=30000"
    dead_after = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}
    arguments = {"options": options, "connect_timeout": 5, **dead_after}
    return create_engine(url, connect_args=arguments, **kept)


def _time_since_boot() -> float:
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)
