"""The real page in a real browser, served by the real program with the starter model. Nothing is stubbed."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser

from artifex.api.web_page import PAGE
from tests.api.conftest import Server, start_server, stop_server
from tests.e2e.browser import Visitor, chromium, chromium_path
from tests.e2e.hands import HANDS, Hand
from tests.forks import COMMAND_LINE, Fork

PASSWORD = "correct horse battery staple"
PEOPLE = {"ada": "admin", "minsu": "member", "olga": "member", "vera": "viewer"}

Visit = Callable[..., Visitor]


@dataclass
class Studio:
    """A server that can be killed and restarted at the same address."""

    server: Server
    options: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return self.server.url

    def ask(self, **named: Any) -> httpx2.Client:
        return self.server.client(**named)

    def kill(self) -> None:
        """Kill the server without warning, as a power cut does."""
        self.server.process.kill()
        self.server.process.wait()

    def stop(self) -> None:
        stop_server(self.server)

    def start(self) -> None:
        home, port = self.server.home, self.server.port
        self.server = start_server(home, *self.options, port=port)


@pytest.fixture(scope="session")
def _browser_and_page_are_here() -> None:
    if chromium_path() is None:
        pytest.skip("service: no chromium; apt-get install chromium")
    if not (PAGE / "index.html").is_file():
        pytest.skip("service: the web interface is not built; make web")


@pytest.fixture(scope="package")
def browser(_browser_and_page_are_here: None) -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="package")
def studio(_browser_and_page_are_here: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """Without accounts, with one CPU slot. Shared by all tests, so it contains what earlier tests made."""
    opened = Studio(start_server(tmp_path_factory.mktemp("studio") / "home"))
    yield opened
    stop_server(opened.server)


@pytest.fixture(scope="module")
def shared_studio(_browser_and_page_are_here: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """With accounts: an administrator, two members and a viewer."""
    home = tmp_path_factory.mktemp("shared") / "home"
    for name, role in PEOPLE.items():
        add_user(home, name, role)
    opened = Studio(start_server(home, "--accounts"), ("--accounts",))
    yield opened
    stop_server(opened.server)


def add_user(home: Path, name: str, role: str) -> None:
    environment = {**os.environ, "ARTIFEX_HOME": str(home)}
    with Fork(COMMAND_LINE, ["users", "add", name, "--role", role], environment, pipes=(0, 1, 2)) as process:
        process.stdin.write(PASSWORD)
        process.stdin.close()
        _, errors = process.communicate(60)
    assert process.wait() == 0, errors


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Give fixtures the outcome of the test."""
    report = yield
    setattr(item, f"report_{call.when}", report)
    return report


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Visit]:
    """``visit(studio)`` opens a new browser context. Unexpected errors in its console fail the test."""
    visitors: list[Visitor] = []

    def begin(studio: Studio, **options: Any) -> Visitor:
        visitors.append(Visitor(browser, studio.url, **options))
        return visitors[-1]

    yield begin
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    went = getattr(request.node, "report_call", None)
    failed = bool(complaints) or went is None or went.failed
    for number, visitor in enumerate(visitors):
        visitor.leave(tmp_path / f"visitor{number}" if failed else None)
    assert not complaints


@pytest.fixture
def visitor(studio: Studio, visit: Visit) -> Visitor:
    return visit(studio)


@pytest.fixture(params=HANDS, ids=lambda kind: kind.name)
def hand(request: pytest.FixtureRequest, visitor: Visitor) -> Iterator[Hand]:
    worked = request.param(visitor.page)
    yield worked
    worked.check_honesty()
