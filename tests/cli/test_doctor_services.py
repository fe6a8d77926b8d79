"""``artifex doctor`` on database, bucket and broker: real ones, wrong ones, and ones that say nothing."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from artifex.cli import services
from artifex.cli.finding import Finding
from artifex.cli.services import look_at_services
from artifex.settings import Settings
from artifex.store.database import connect, open_database, sqlite_url
from artifex.store.objects import open_objects
from artifex.store.schema import LATEST, upgrade
from tests.cli.conftest import Run
from tests.fakes.postgres import PostgresServer
from tests.fakes.proxy import Proxy
from tests.fakes.s3 import ENVIRONMENT, KEY, SECRET, Fault, SpoilingProxy, s3_server
from tests.fakes.valkey import Broker, running_broker

NOWHERE = "127.0.0.1:1"
PASSWORD = "s3cr3t-w0rd"


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as broker:
        yield broker


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3")) as endpoint:
        yield endpoint


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def look(home: Path, **urls: str) -> Finding:
    [finding] = look_at_services(Settings(home, **urls))  # pyright: ignore[reportArgumentType]
    assert PASSWORD not in f"{finding.found}{finding.remedy}"
    assert SECRET not in f"{finding.found}{finding.remedy}"
    return finding


def bucket(endpoint: str, name: str = "bucket") -> str:
    return f"s3://{name}/studio?endpoint={endpoint}&region=us-east-1"


def test_what_is_not_set_is_not_looked_for(tmp_path: Path) -> None:
    assert list(look_at_services(Settings(tmp_path))) == []
    assert list(tmp_path.iterdir()) == []


# ---- the database ----------------------------------------------------------------------------------------------------


def test_a_database_that_is_ready(postgres: PostgresServer, tmp_path: Path) -> None:
    url = postgres.new_database()
    open_database(url).close()
    found = look(tmp_path, database_url=url)
    assert (found.well, found.needed) == (True, True)
    assert f"revision {LATEST}" in found.found
    assert _rows(url, "requests") == 0


def test_a_database_of_earlier_tables_or_none_is_left_as_it_is(postgres: PostgresServer, tmp_path: Path) -> None:
    url = postgres.new_database()
    assert "first server or worker makes its tables" in look(tmp_path, database_url=url).found
    database = connect(url)
    with database.write() as connection:
        upgrade(connection, "0003")
    found = look(tmp_path, database_url=url)
    assert found.well
    assert f"revision 0003: the next server or worker brings it to {LATEST}" in found.found
    with database.read() as connection:
        assert connection.scalar(text("select version_num from alembic_version")) == "0003"
        assert connection.scalar(text("select to_regclass('artifex_doctor')")) is None
    database.close()


def test_a_database_of_a_later_program(postgres: PostgresServer, tmp_path: Path) -> None:
    url = postgres.new_database()
    database = open_database(url)
    with database.write() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    database.close()
    found = look(tmp_path, database_url=url)
    assert not found.well
    assert "9999" in found.found
    assert found.remedy == "update this program"


@pytest.mark.parametrize("is_ready", [True, False])
def test_a_user_without_rights(postgres: PostgresServer, tmp_path: Path, is_ready: bool) -> None:
    url = postgres.new_database()
    if is_ready:
        open_database(url).close()
    _run(url, "drop role if exists reader", f"create role reader login password '{PASSWORD}'")
    _run(url, "grant select on all tables in schema public to reader")
    theirs = make_url(url).set(username="reader", password=PASSWORD).render_as_string(hide_password=False)
    found = look(tmp_path, database_url=theirs)
    assert not found.well
    assert "permission denied" in found.found
    assert "grant" in found.remedy
    _run(url, "drop owned by reader", "drop role reader")


@pytest.mark.parametrize(
    ("url", "found", "remedy"),
    [
        (f"postgresql://ann:{PASSWORD}@{NOWHERE}/studio", "does not answer", "check its address"),
        (f"postgresql://ann:{PASSWORD}@no.such.host.invalid/studio", "does not answer", "check its address"),
        (f"postgresql://ann:ab@{PASSWORD}@{NOWHERE}/studio", "", ""),
        (f"mysql://ann:{PASSWORD}@here/studio", "mysql is no database", "choose"),
        (f"postgresql://ann:{PASSWORD}@here/studio?sslmod=require", "parameter", "correct it"),
    ],
)
def test_a_database_that_is_not_there(tmp_path: Path, url: str, found: str, remedy: str) -> None:
    told = look(tmp_path, database_url=url)
    assert not told.well
    assert found in told.found
    assert remedy in told.remedy


def test_a_name_that_no_database_has(postgres: PostgresServer, tmp_path: Path) -> None:
    url = make_url(postgres.new_database()).set(database="nope").render_as_string(hide_password=False)
    found = look(tmp_path, database_url=url)
    assert 'database "nope" does not exist' in found.found
    assert "check user, password and name" in found.remedy


def test_a_database_that_says_nothing(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "PATIENCE", 2.0)
    url = make_url(postgres.new_database())
    with Proxy(Path(str(url.query["host"])) / ".s.PGSQL.5432") as proxy:
        proxy.stall()
        stalled = url.set(host="127.0.0.1", port=proxy.port, query={"sslmode": "disable"})
        found = look(tmp_path, database_url=stalled.render_as_string(hide_password=False))
        proxy.flow()
    assert found.found == "no answer within 2 seconds"
    assert "ARTIFEX_DATABASE" in found.remedy


def test_the_file_of_this_home_is_looked_at_too(tmp_path: Path) -> None:
    file = Settings(tmp_path).database_file
    open_database(sqlite_url(file)).close()
    assert look(tmp_path).well
    file.write_bytes(b"no database" * 1000)
    for beside in (*tmp_path.glob("artifex.db-*"),):
        beside.unlink()
    found = look(tmp_path)
    assert not found.well
    assert "damaged" in found.found


# ---- the storage -----------------------------------------------------------------------------------------------------


def test_a_bucket_that_works(endpoint: str, keys: None, tmp_path: Path) -> None:
    with SpoilingProxy(int(endpoint.rpartition(":")[2])) as proxy:
        found = look(tmp_path, objects_url=bucket(proxy.url))
        assert found.well, found
        assert {each.split()[0] for each in proxy.seen} >= {"PUT", "GET", "POST"}, "objects are deleted by a POST"
    assert list(open_objects(Settings(tmp_path, objects_url=bucket(endpoint))).list("unfinished/")) == []


def test_a_bucket_that_is_not_there(endpoint: str, keys: None, tmp_path: Path) -> None:
    found = look(tmp_path, objects_url=bucket(endpoint, "elsewhere"))
    assert not found.well
    assert "no bucket 'elsewhere'" in found.found
    assert "create it" in found.remedy


def test_wrong_keys(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", PASSWORD)
    found = look(tmp_path, objects_url=bucket(endpoint))
    assert not found.well
    assert "refuses this server's credentials" in found.found
    assert "AWS_*" in found.remedy


@pytest.mark.parametrize(("method", "what"), [("GET", "read"), ("POST", "deleted")])
def test_keys_that_may_not_do_everything(endpoint: str, keys: None, tmp_path: Path, method: str, what: str) -> None:
    with SpoilingProxy(int(endpoint.rpartition(":")[2])) as proxy:
        proxy.queue(*[Fault(method, "status", 403)] * 3)
        found = look(tmp_path, objects_url=bucket(proxy.url))
    assert not found.well
    assert f"can be written, but not {what}" in found.found
    assert "policy" in found.remedy


def test_a_storage_that_loses_what_it_is_given(endpoint: str, keys: None, tmp_path: Path) -> None:
    with SpoilingProxy(int(endpoint.rpartition(":")[2])) as proxy:
        proxy.queue(Fault("PUT", "lose"))
        found = look(tmp_path, objects_url=bucket(proxy.url))
    assert not found.well
    assert "cannot be read" in found.found


@pytest.mark.parametrize("url", [bucket(f"http://{NOWHERE}"), "gs://bucket", f"s3://ann:{PASSWORD}@bucket"])
def test_a_storage_that_is_not_there(keys: None, tmp_path: Path, url: str) -> None:
    found = look(tmp_path, objects_url=url)
    assert not found.well
    assert found.remedy


# ---- the broker ------------------------------------------------------------------------------------------------------


def test_a_broker_that_works(broker: Broker, tmp_path: Path) -> None:
    import redis

    found = look(tmp_path, broker_url=broker.url)
    assert (found.well, found.needed) == (True, False)
    assert redis.Redis.from_url(broker.url).keys("*") == []


@pytest.mark.parametrize(
    "url", [f"redis://:{PASSWORD}@{NOWHERE}/0", f"redis:/{PASSWORD}", f"redis://:{PASSWORD}@[::1/0"]
)
def test_a_broker_that_is_not_there(tmp_path: Path, url: str) -> None:
    found = look(tmp_path, broker_url=url)
    assert (found.well, found.needed) == (False, False)
    assert found.remedy


def test_a_broker_with_another_password(broker: Broker, tmp_path: Path) -> None:
    import redis

    server = redis.Redis.from_url(broker.url)
    server.config_set("requirepass", "another")
    try:
        told = look(tmp_path, broker_url=broker.url.replace("redis://", f"redis://:{PASSWORD}@"))
    finally:
        redis.Redis.from_url(broker.url, password="another").config_set("requirepass", "")
    assert not told.well
    assert "password" in told.remedy


# ---- the command -----------------------------------------------------------------------------------------------------


def test_the_command_tells_of_all_and_ends_with_3(artifex: Run, endpoint: str, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        **ENVIRONMENT,
        "ARTIFEX_HOME": str(tmp_path / "home"),
        "ARTIFEX_DATABASE": f"postgresql://ann:{PASSWORD}@{NOWHERE}/studio",
        "ARTIFEX_OBJECTS": bucket(endpoint),
        "ARTIFEX_BROKER": f"redis://:{PASSWORD}@{NOWHERE}/0",
    }
    told = artifex("doctor", "--json", env=environment)
    assert told.returncode == 3
    assert PASSWORD not in told.stdout + told.stderr
    found = {finding["name"]: finding for finding in json.loads(told.stdout)["findings"]}
    assert [found[name]["well"] for name in ("database", "storage", "broker")] == [False, True, False]


def _run(url: str, *statements: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _rows(url: str, table: str) -> int:
    database = connect(url)
    with database.read() as connection:
        count = connection.scalar(text(f"select count(*) from {table}"))
    database.close()
    assert count is not None
    return count
