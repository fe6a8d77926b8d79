"""Every route of the application, from its own table, so that none that is added later is forgotten."""

import re
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import WebSocketRoute

from artifex.api.app import build_app
from artifex.api.config import ApiConfig
from artifex.jobs.queue import Queue
from artifex.settings import Settings
from artifex.wiring import build_service, open_studio_database


@dataclass(frozen=True)
class Door:
    """One method of one path; ``WS`` is the method of sockets."""

    method: str
    path: str

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"{(\w+)", self.path)

    def at(self, **values: str) -> str:
        return self.path.format(**values)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def all_doors(folder: Path) -> list[Door]:
    """In order of their paths; ``folder`` is for a library that nothing is ever put into."""
    settings = Settings(folder)
    database = open_studio_database(settings)
    try:
        app = build_app(build_service(settings, ApiConfig(), database, Queue(database)))
        return sorted(_doors(app), key=str)
    finally:
        database.close()


def _doors(app: FastAPI) -> set[Door]:
    found: set[Door] = set()
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        if isinstance(route.original_route, WebSocketRoute):
            found.add(Door("WS", path))
        found |= {Door(method, path) for method in route.methods or ()}
    return found
