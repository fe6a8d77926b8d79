"""Migrates a database's schema; any number of processes may try at once."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from artifex.errors import CannotRun
from artifex.store.statistics import tell_planner

if TYPE_CHECKING:
    from alembic.config import Config

    from artifex.store.database import Database

LATEST = "0005"
"""The revision of :mod:`artifex.store.tables`."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_log = logging.getLogger(__name__)


def bring_up_to_date(database: "Database") -> None:
    """Migrate if need be. Raises CannotRun where the database is newer than the program."""
    with database.read() as connection:
        if revision_of(connection) == LATEST:
            return
    with database.write() as connection:
        if revision_of(connection) != LATEST:  # no other process did meanwhile
            upgrade(connection)


def revision_of(connection: Connection) -> str | None:
    """None: the database is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("select version_num from alembic_version"))


def is_known(revision: str | None) -> bool:
    """Whether the revision is this program's or an earlier one, and not of a later program."""
    from alembic.script import ScriptDirectory

    known = ScriptDirectory(str(_MIGRATIONS)).walk_revisions()
    return revision is None or revision in {script.revision for script in known}


def upgrade(connection: Connection, to: str = LATEST) -> None:
    """Apply all missing revisions within the connection's transaction. Raises CannotRun."""
    from alembic import command  # 0.1 s, and seldom needed

    now = revision_of(connection)
    if not is_known(now):
        raise CannotRun(f"The database was written by a newer Artifex (revision {now}); update this program.")
    command.upgrade(_configuration(connection), to)
    tell_planner(connection)
    _log.info("Database brought to schema %s", to)


def _configuration(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
