"""Studios for the fault tests: embedded (one machine, SQLite) or distributed (three machines, PostgreSQL, broker)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from tests.fakes.postgres import PostgresServer, postgres_server
from tests.fakes.proxy import Proxy
from tests.fakes.s3 import ENVIRONMENT
from tests.fakes.valkey import Broker, running_broker
from tests.faults.studio import Services, Studio, distributed, embedded

MODES = ("embedded", "distributed")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    with running_broker() as broker:
        yield broker


@pytest.fixture(scope="module")
def open_studio(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Studio]]:
    """``open_studio("embedded")`` or ``open_studio("distributed")`` starts a studio that is closed after the module."""
    with ExitStack() as opened:

        def open_one(mode: str, objects_url: str = "", root: Path | None = None, **more: Any) -> Studio:
            root = root or tmp_path_factory.mktemp(mode)
            content: dict[str, Any] = {"objects_url": objects_url, "environment": ENVIRONMENT} if objects_url else {}
            if mode == "embedded":
                studio = embedded(root, Services(**content), **more)
            else:
                studio = distributed(root, replace(_services(request, opened), **content), **more)
            opened.callback(studio.close)
            studio.start()
            return studio

        yield open_one


@pytest.fixture(scope="module", params=MODES)
def studio(open_studio: Callable[..., Studio], request: pytest.FixtureRequest) -> Studio:
    """A studio for all tests of a module, in both modes."""
    return open_studio(request.param)


@pytest.fixture(scope="module", params=MODES)
def lean_studio(open_studio: Callable[..., Studio], request: pytest.FixtureRequest) -> Studio:
    """The same with one slot per machine, for tests that often restart whole machines."""
    return open_studio(request.param, slots=1)


def _services(request: pytest.FixtureRequest, opened: ExitStack) -> Services:
    server: PostgresServer = request.getfixturevalue("postgres")
    broker: Broker = request.getfixturevalue("broker")
    url = make_url(server.new_database())
    database_proxy = opened.enter_context(Proxy(Path(str(url.query["host"])) / ".s.PGSQL.5432"))
    broker_proxy = opened.enter_context(Proxy(("127.0.0.1", make_url(broker.url).port or 0)))
    proxied = url.set(host="127.0.0.1", port=database_proxy.port, query={"sslmode": "disable"})
    return Services(
        database_url=url.render_as_string(hide_password=False),
        database_proxy=database_proxy,
        proxied_database_url=proxied.render_as_string(hide_password=False),
        broker_url=f"redis://127.0.0.1:{broker_proxy.port}/0",
        broker_proxy=broker_proxy,
    )
