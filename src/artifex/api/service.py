"""What the routes of the API depend on: the parts of the service, and the caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi.requests import HTTPConnection

from artifex.accounts.identity import Role
from artifex.errors import NotAllowed

if TYPE_CHECKING:
    from artifex.accounts.accounts import Accounts
    from artifex.api.config import ApiConfig, Limits
    from artifex.api.figures import Figures
    from artifex.api.hub import Hub
    from artifex.api.lanes import Lanes
    from artifex.api.samples import Samples
    from artifex.api.snapshots import Snapshots
    from artifex.jobs.films.service import Films
    from artifex.jobs.locks import Locks
    from artifex.jobs.queue import Queue
    from artifex.jobs.standings import Standings
    from artifex.settings import Settings
    from artifex.store.assets import Assets
    from artifex.store.blobs import Blobs
    from artifex.store.database import Database
    from artifex.store.objects import Objects


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that routes work with. Built once by ``wiring.py`` and kept as ``app.state.service``."""

    settings: "Settings"
    config: "ApiConfig"
    database: "Database"
    queue: "Queue"
    blobs: "Blobs"
    assets: "Assets"
    accounts: "Accounts"
    hub: "Hub"
    lanes: "Lanes"
    objects: "Objects"
    """Where workers leave previews and checkpoints."""
    figures: "Figures"
    samples: "Samples"
    snapshots: "Snapshots"
    locks: "Locks"
    standings: "Standings"
    films: "Films"

    def limits_of(self, asks: "Caller") -> "Limits":
        """The server's limits, overridden by the caller's own."""
        return replace(self.config.limits, **asks.limits)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request, as the guard found out. In local mode always ``Caller("local", "local", "admin")``."""

    user_id: str
    name: str
    role: Role
    limits: Mapping[str, int] = field(default_factory=dict[str, int])
    """The caller's limits where they differ from the server's, by the names of :class:`artifex.api.config.Limits`."""

    @property
    def sees(self) -> str | None:
        """The owner whose jobs and files the caller may see; None: everybody's."""
        return None if self.role == "admin" else self.user_id

    def require_writer(self) -> None:
        """Raises NotAllowed for viewers."""
        if self.role == "viewer":
            raise NotAllowed("Your role only allows looking; ask an administrator for the member role.")

    def require_admin(self) -> None:
        """Raises NotAllowed."""
        if self.role != "admin":
            raise NotAllowed("Only administrators may do this.")


async def service_of(connection: HTTPConnection) -> Service:
    """Async, like :func:`caller_of`, so that it runs in the event loop: a thread would cost more than most routes."""
    return connection.app.state.service


async def caller_of(request: Request) -> Caller:
    """Set by the guard (``api/guard.py``) for every request but those to its open paths."""
    return request.state.caller


The = Annotated[Service, Depends(service_of)]
Asks = Annotated[Caller, Depends(caller_of)]
