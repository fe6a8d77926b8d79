"""The doors of accounts behind the real layers, without the rest of the studio."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter, FastAPI, Request, WebSocket
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from artifex.accounts.accounts import Accounts, Tokens
from artifex.api.bodies import Bodies
from artifex.api.config import ApiConfig, Limits
from artifex.api.doorstep import Doorstep
from artifex.api.errors import install_error_answers
from artifex.api.figures import Figures
from artifex.api.guard import Guard
from artifex.api.routes import auth, keys, users
from artifex.api.service import Asks
from artifex.store.database import open_database
from tests.fakes.databases import ready_sqlite

SECRET = bytes(range(32))
PASSWORD = "a long enough one"
HOME = "http://localhost:8188"
PEER = ("127.0.0.1", 50000)

rest = APIRouter()


@rest.get("/healthz")
def health() -> dict[str, str]:
    return {"status": "ok"}


@rest.post("/api/v1/echo")
def echo(asks: Asks, body: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"caller": asks.user_id, "body": body}


@rest.get("/api/v1/echo")
def look(request: Request) -> dict[str, Any]:
    return {"caller": request.state.caller.user_id}


@rest.websocket("/api/v1/events")
async def events(socket: WebSocket) -> None:
    """Tells what of the handshake reached the door."""
    offered = socket.scope["subprotocols"]
    await socket.accept(subprotocol="artifex" if "artifex" in offered else None)
    query = socket.scope["query_string"].decode()
    await socket.send_json({"caller": socket.state.caller.user_id, "offered": offered, "query": query})
    await socket.close()


@dataclass(frozen=True)
class SmallStudio:
    app: FastAPI
    accounts: Accounts

    def client(self, *, peer: tuple[str, int] = PEER, base_url: str = HOME, bearer: str = "") -> TestClient:
        headers = {"host": base_url.partition("://")[2]}  # the test client's sockets have a host of their own
        headers |= {"authorization": f"Bearer {bearer}"} if bearer else {}
        return TestClient(self.app, base_url, client=peer, headers=headers, raise_server_exceptions=False)

    def user(self, name: str, role: str = "member") -> Tokens:
        """Somebody new who has signed in."""
        self.accounts.users.create(name, PASSWORD, role)  # pyright: ignore[reportArgumentType]
        return self.accounts.sign_in(name, PASSWORD, "127.0.0.1")

    def client_of(self, name: str, role: str = "member") -> TestClient:
        return self.client(bearer=self.user(name, role).access_token)


def small_studio(folder: Path, *, accounts: bool = True, limits: Limits | None = None, **config: Any) -> SmallStudio:
    settled = ApiConfig(accounts=accounts, limits=limits or Limits(sign_ins_a_minute=1000), **config)
    database = open_database(ready_sqlite(folder / "artifex.db"))
    known = Accounts(database, SECRET, sign_ins_a_minute=settled.limits.sign_ins_a_minute)
    layers = [
        Middleware(Doorstep, figures=Figures()),
        Middleware(Guard, config=settled, accounts=known),
        Middleware(Bodies, limits=settled.limits),
    ]
    app = FastAPI(middleware=layers, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.service = SimpleNamespace(config=settled, accounts=known, database=database)
    install_error_answers(app)
    for router in (auth.router, users.router, keys.router):
        app.include_router(router, prefix="/api/v1")
    app.include_router(rest)
    return SmallStudio(app, known)
