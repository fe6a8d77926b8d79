"""The guard: the checks that every request and WebSocket passes before it reaches a route."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from artifex.accounts.accounts import Accounts
from artifex.accounts.identity import Identity
from artifex.accounts.limits import TokenBuckets
from artifex.api.config import ApiConfig
from artifex.api.provenance import Provenance, require_loopback
from artifex.api.service import Caller
from artifex.api.share_links import is_shared
from artifex.errors import NotSignedIn

_LOCAL = Caller("local", "local", "admin")
_OPEN = {
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/healthz"),
    ("HEAD", "/healthz"),
    ("POST", "/api/v1/auth/login"),
    ("POST", "/api/v1/auth/refresh"),
}
_OPEN_FOLDER = "/assets/"
"""The web interface's scripts and styles; the API's assets are below /api."""
_LIBRARY_FILE = re.compile(r"/api/v1/media/[0-9a-f]{32}/(file|thumbnail|poster)")
_OWN_HANDSHAKE = "/socket.io"
"""Socket.IO's clients may send their token once the socket is open; it is checked there."""
_PROTOCOL_PREFIX = "bearer."


@dataclass(slots=True)
class Guard:
    """Middleware that checks host and origin, identifies the caller, and limits the rate of requests.

    In local mode everybody on this machine is the local administrator. With accounts, a request authenticates with
    ``Authorization: Bearer`` and an access token or API key; a WebSocket, whose headers browsers cannot set, may offer
    the subprotocol ``bearer.<token>`` beside ``artifex``, or send ``?ticket=``. Files of the library are also sent to
    whoever has a signed link to them (:mod:`artifex.accounts.links`).

    Sets ``scope["state"]["caller"]``, and with accounts ``["bearer"]``, with which open sockets are checked again.
    Bodies of the content types that foreign pages may send without a CORS preflight (plain text, simple forms) are
    refused by the layer inside (:class:`artifex.api.bodies.Bodies`). Raises ArtifexErrors, which the layer outside
    turns into answers.
    """

    app: ASGIApp
    config: ApiConfig
    accounts: Accounts | None = None
    """Needed where ``config.accounts`` is set."""
    _provenance: Provenance = field(init=False)
    _asked: TokenBuckets = field(init=False)

    def __post_init__(self) -> None:
        self._provenance = Provenance.of(self.config)
        message = "These are more requests than this server takes from one caller in a minute; wait a little."
        self._asked = TokenBuckets(self.config.limits.requests_a_minute, message)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            self._provenance.check(scope)
            if self.config.accounts:
                scope = await self._with_caller(scope)
            else:
                require_loopback(scope)
                self._asked.take(_LOCAL.user_id)
                scope.setdefault("state", {})["caller"] = _LOCAL
        await self.app(scope, receive, send)

    async def _with_caller(self, scope: Scope) -> Scope:
        assert self.accounts is not None, "a server with accounts has some"
        address = f"address {scope['client'][0]}" if scope.get("client") else "address"
        try:
            bearer, scope = await self._bearer(self.accounts, scope)
            if bearer is None and _is_open(scope):
                self._asked.take(address)
                return scope
            who = None if bearer is None else self.accounts.recent_caller(bearer)
            if who is None:
                who = await run_in_threadpool(_who, self.accounts, bearer, scope)
        except NotSignedIn:
            self._asked.take(address)
            raise
        self._asked.take(who.user_id, who.limits.get("requests_a_minute"))
        scope.setdefault("state", {}).update(caller=Caller(who.user_id, who.name, who.role, who.limits), bearer=bearer)
        return scope

    async def _bearer(self, accounts: Accounts, scope: Scope) -> tuple[str | None, Scope]:
        """A request's bearer (None without one), and its scope without the tokens and tickets that inner layers might
        log."""
        if scope["type"] == "http":
            return None if _is_open(scope) else _from_header(scope), scope
        bearer = _from_header(scope)
        offered: Sequence[str] = scope.get("subprotocols", ())
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        tickets = [value for name, value in query if name == "ticket"]
        kept = urlencode([pair for pair in query if pair[0] != "ticket"]).encode("ascii")
        spoken = [each for each in offered if not each.startswith(_PROTOCOL_PREFIX)]
        tokens = [each.removeprefix(_PROTOCOL_PREFIX) for each in offered if each.startswith(_PROTOCOL_PREFIX)]
        if bearer is None and tokens:
            bearer = tokens[0]
        if bearer is None and tickets:
            bearer = await run_in_threadpool(accounts.redeem, tickets[0])
        return bearer, {**scope, "subprotocols": spoken, "query_string": kept if tickets else scope["query_string"]}


def _who(accounts: Accounts, bearer: str | None, scope: Scope) -> Identity:
    """Raises NotSignedIn."""
    if bearer is not None:
        return accounts.caller_from(bearer)
    if _is_signed(scope):
        return accounts.caller_from_link(scope["path"], scope["query_string"].decode("latin-1"))
    raise NotSignedIn("Sign in first, or send an API key in the header Authorization.")


def _is_signed(scope: Scope) -> bool:
    """Whether this is a signed request for a file of the library; the signature is not verified here."""
    reads = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
    return reads and _LIBRARY_FILE.fullmatch(scope["path"]) is not None and b"signature=" in scope["query_string"]


def _from_header(scope: Scope) -> str | None:
    """The bearer of the header Authorization, None without one. Raises NotSignedIn if it is malformed."""
    given = Headers(scope=scope).getlist("authorization")
    if not given:
        return None
    scheme, _, bearer = given[0].partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer" or not bearer.strip():
        raise NotSignedIn("The header Authorization is not understood; it reads 'Bearer' and a token or API key.")
    return bearer.strip()


def _is_open(scope: Scope) -> bool:
    path: str = scope["path"]
    if scope["type"] == "websocket":
        return path == _OWN_HANDSHAKE or path.startswith(f"{_OWN_HANDSHAKE}/")
    method: str = scope["method"]
    served = method in ("GET", "HEAD") and path.startswith(_OPEN_FOLDER)
    return (method, path) in _OPEN or served or is_shared(method, path)
