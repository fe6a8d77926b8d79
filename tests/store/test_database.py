"""The database's two doors, and how its schema is brought up to date, on SQLite and PostgreSQL alike."""

import json
import os
import shutil
import sqlite3
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, make_url, select, text
from sqlalchemy.exc import IntegrityError

import artifex.store
from artifex.errors import BadInput, CannotRun, DatabaseUnreachable
from artifex.store.assets import Assets
from artifex.store.blobs import Blobs
from artifex.store.database import connect, lease_now, open_database, sqlite_url, wall_now
from artifex.store.listing import Wanted
from artifex.store.schema import LATEST, revision_of, upgrade
from artifex.store.searching import search_text
from artifex.store.tables import metadata
from artifex.store.tables.accounts import users
from artifex.store.tables.assets import assets as assets_table
from tests.forks import FORKS

MIGRATIONS = Path(artifex.store.__file__).parent / "migrations"
REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "folder" / "artifex.db")
    return request.getfixturevalue("postgres").new_database()


def user(name: str) -> dict[str, object]:
    return {"id": name, "name": name, "role": "member", "created_at": 1.0}


def test_a_write_happens_as_a_whole_or_not_at_all(url: str) -> None:
    database = open_database(url)
    with database.write() as connection:
        connection.execute(users.insert(), user("ann"))
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(users.insert(), [user("bob"), user("ann")])
    with database.read() as connection:
        assert list(connection.scalars(select(users.c.name))) == ["ann"]
    database.close()


def test_a_reader_sees_one_state_of_everything(url: str) -> None:
    database = open_database(url)
    with database.read() as reader:
        assert list(reader.scalars(select(users.c.name))) == []
        with database.write() as connection:
            connection.execute(users.insert(), user("ann"))
        assert list(reader.scalars(select(users.c.name))) == []
    database.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        database = open_database(sqlite_url(tmp_path / "artifex.db"))
        with database.write() as connection:
            connection.execute(users.insert(), user("ann"))
        assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("artifex.db*")} == {0o600}
    finally:
        os.umask(before)
    database.close()


def test_writers_take_turns(url: str) -> None:
    """Each adds one to what it read; nothing is lost, whatever comes between."""
    database = open_database(url)
    with database.write() as connection:
        connection.execute(users.insert(), {**user("ann"), "epoch": 0})

    def add() -> None:
        for _time in range(10):
            with database.write() as connection:
                epoch = connection.scalar(select(users.c.epoch)) or 0
                connection.execute(users.update().values(epoch=epoch + 1))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert connection.scalar(select(users.c.epoch)) == 80
    database.close()


def test_the_clocks_go_on_within_a_transaction(url: str) -> None:
    database = open_database(url)
    with database.write() as connection:
        times = ([connection.scalar(select(clock)) or 0.0 for _ in range(2)] for clock in (lease_now(), wall_now()))
        leases, walls = times
    assert leases[0] < leases[1]
    assert walls[0] < walls[1]
    assert abs(walls[0] - time.time()) < 5
    database.close()


def test_the_migrations_make_the_tables_of_the_program(
    url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    migrated = open_database(url)
    made = connect(sqlite_url(tmp_path / "made.db") if migrated.is_sqlite else _another(request))
    with made.write() as connection:
        metadata.create_all(connection)
    with migrated.read() as connection, made.read() as other:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert _schema(connection) == _schema(other)
        assert revision_of(connection) == LATEST == REVISIONS[-1]
    migrated.close()
    made.close()


def _another(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("postgres").new_database()


def _schema(connection: Connection) -> dict[str, object]:
    """All that can be seen of it, by table."""
    seen = inspect(connection)
    return {
        table: (
            [{**column, "type": str(column["type"])} for column in seen.get_columns(table)],
            seen.get_pk_constraint(table),
            sorted(_index(index) for index in seen.get_indexes(table)),
            sorted(map(repr, seen.get_unique_constraints(table))),
        )
        for table in metadata.tables
    }


def _index(index: Any) -> tuple[str, str, bool, str]:
    where = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return index["name"], str(index["column_names"]), bool(index["unique"]), str(where)


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_earlier_revision_is_brought_up_to_date(url: str, revision: str) -> None:
    database = connect(url)
    with database.write() as connection:
        upgrade(connection, revision)
    database.close()
    database = open_database(url)
    with database.read() as connection:
        assert revision_of(connection) == LATEST
    database.close()


def test_the_library_of_the_first_schema_can_be_searched(url: str) -> None:
    """What is written beside each asset since then is written beside those that were there."""
    recipe = {"prompt": "빨간 원 · КРАСНЫЙ \0 круг", "model": {"name": "starter", "files": {}}, "task": "t2v"}
    columns = "id, owner, sha256, size, kind, media_type, name, facts, recipe, created_at"
    row = f"insert into assets ({columns}) values (:id, 'ann', 'x', 1, :kind, '', :name, :facts, :recipe, 1.0)"
    old = [
        {"id": f"{number:032x}", "kind": "video", "name": f"Clip{number}", "facts": "{}", "recipe": json.dumps(recipe)}
        for number in range(1200)
    ]
    copy = {"id": "f" * 32, "kind": "preview", "name": "copy", "facts": '{"proxy_of": "' + "0" * 32 + '"}'}
    database = connect(url)
    with database.write() as connection:
        upgrade(connection, "0001")
        connection.execute(text(row), [*old, {**copy, "recipe": None}])
    database.close()
    database = open_database(url)
    assets = Assets(database, Blobs(Path()))
    page = assets.page("ann", Wanted(search="красный clip1199 원", model="starter", task="t2v"))
    assert [(each.name, each.favourite, each.trashed_at, each.claimed_recipe) for each in page.assets] == [
        ("Clip1199", False, None, None)
    ]
    assert assets.summary("ann").by_kind == {"video": 1200, "preview": 1}
    assert assets.around(["0" * 32])["0" * 32].proxy == "f" * 32
    with database.read() as connection:
        kept = connection.execute(select(assets_table.c.search).where(assets_table.c.id == "0" * 32)).scalar_one()
    assert kept == search_text("Clip0", recipe), "as it would be written today"
    database.close()


def _open(url: str) -> bool:
    open_database(url).close()
    return True


def test_several_processes_may_be_first(url: str) -> None:
    with ProcessPoolExecutor(4, mp_context=FORKS) as pool:
        assert all(pool.map(_open, [url] * 8))


def test_a_database_of_a_newer_program_is_refused(url: str) -> None:
    database = open_database(url)
    with database.write() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    database.close()
    with pytest.raises(CannotRun, match="newer"):
        open_database(url)


def test_a_failed_upgrade_leaves_nothing_behind(url: str) -> None:
    database = connect(url)
    with suppress(ZeroDivisionError), database.write() as connection:
        upgrade(connection)
        raise ZeroDivisionError
    with database.read() as connection:
        assert inspect(connection).get_table_names() == []
    database.close()
    open_database(url).close()


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "nonsense",
        "mysql://localhost/x",
        "postgresql://[::1/x",
        "postgresql://127.0.0.1:1/x?sslmod=require",
        "oracle://x",
    ],
)
def test_what_is_no_database_is_said(wrong: str) -> None:
    with pytest.raises(BadInput):
        open_database(wrong)


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(DatabaseUnreachable):
        open_database("postgresql://nobody@127.0.0.1:1/nothing")


def test_a_server_that_turns_us_away_says_why(postgres: Any) -> None:
    url = make_url(postgres.new_database())
    for wrong, what in ((url.set(username="nobody"), "role"), (url.set(database="nobody"), "database")):
        words = rf'lets nobody in like this \({what} "nobody" does not exist\); check user'
        with pytest.raises(DatabaseUnreachable, match=words):
            open_database(wrong.render_as_string(hide_password=False))


def test_a_server_that_has_become_a_standby_is_said(postgres: Any) -> None:
    """It goes on answering questions, but takes no changes."""
    url = postgres.new_database()
    database = open_database(url)
    with database.write() as connection:
        connection.execute(text(f'alter database "{make_url(url).database}" set default_transaction_read_only = on'))
    database.close()
    with pytest.raises(DatabaseUnreachable), database.write() as connection:
        connection.execute(users.insert(), user("ann"))
    with database.read() as connection:
        assert list(connection.scalars(select(users.c.name))) == []
    database.close()


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "artifex.db"
    path.write_bytes(b"This is not a database, it is a letter. " * 100)
    with pytest.raises(CannotRun):
        open_database(sqlite_url(path))


def test_a_full_disk_is_said_and_nothing_is_torn(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path / "artifex.db"))
    with database.read() as connection:
        connection.execute(text("pragma max_page_count = 1"))
    with pytest.raises(CannotRun, match="full"), database.write() as connection:
        connection.execute(users.insert(), [user(f"{n}" * 20) for n in range(2000)])
    database.close()
    copy = shutil.copy(tmp_path / "artifex.db", tmp_path / "copy.db")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
