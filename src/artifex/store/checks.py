"""Whether database and object storage can be used as they are set, found out by using them and changing nothing."""

from datetime import UTC, datetime

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from artifex.errors import CannotRun
from artifex.store.database import Database, connect
from artifex.store.schema import LATEST, is_known, revision_of

_NO_RIGHTS = "42501"
"""PostgreSQL's SQLSTATE for what a user has no right to do."""
_SAMPLE = "artifex_doctor"


def check_database(url: str) -> str:
    """What there is, in a few words. Raises BadInput for a wrong URL, DatabaseUnreachable, and CannotRun where the
    database is newer than the program or may not be written."""
    database = connect(url)
    try:
        with database.read() as connection:
            revision = revision_of(connection)
        if not is_known(revision):
            raise CannotRun(
                f"The database was written by a newer Artifex (revision {revision}, this one knows {LATEST}); "
                "update this program."
            )
        _try_writing(database, is_ready=revision == LATEST)
    finally:
        database.close()
    return f"{_place(database)}, can be written, {_about(revision)}"


def _try_writing(database: Database, *, is_ready: bool) -> None:
    """Write, read and delete a row: of a table of the program, or, before its tables are up to date, of one that is
    made for it, as those will have to be."""
    try:
        with database.write() as connection:
            if is_ready:
                _use(
                    connection,
                    "requests",
                    "scope, key, body_hash, job_ids, created_at",
                    f"'{_SAMPLE}', '', '', '[]', 0",
                )
            else:
                connection.execute(text(f"create table {_SAMPLE} (scope varchar(100))"))
                _use(connection, _SAMPLE, "scope", f"'{_SAMPLE}'")
                connection.execute(text(f"drop table {_SAMPLE}"))
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _NO_RIGHTS:
            raise
        reason = " ".join(str(error.orig).split())
        raise CannotRun(
            f"The database's user may not write there ({reason[:200]}); grant it the rights, or make it the owner of "
            "the database."
        ) from error


def _use(connection: Connection, table: str, columns: str, values: str) -> None:
    """Within one transaction, so that nobody else sees the row."""
    connection.execute(text(f"insert into {table} ({columns}) values ({values})"))
    this = f"from {table} where scope = '{_SAMPLE}'"
    connection.execute(text(f"select scope {this}")).one()
    connection.execute(text(f"delete {this}"))


def _place(database: Database) -> str:
    url = database.engine.url
    if database.is_sqlite:
        return str(url.database)
    return f"PostgreSQL at {url.host or url.query.get('host') or 'this machine'}, {url.database}"


def _about(revision: str | None) -> str:
    if revision is None:
        return "empty: the first server or worker makes its tables"
    if revision == LATEST:
        return f"of this program's revision {LATEST}"
    return f"of revision {revision}: the next server or worker brings it to {LATEST}"


def check_bucket(url: str) -> str:
    """What there is, in a few words. Raises BadInput for a wrong URL, StorageFailed."""
    from artifex.store.s3 import Patience, S3Objects  # its dependencies are slow to import

    bucket = S3Objects(url, Patience(attempts=1, connect=5.0, silence=5.0, request=10.0))
    bucket.prove(f"Written by artifex doctor at {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, and of no use.".encode())
    return f"bucket {bucket.name}, an object was written, read, listed and deleted"
