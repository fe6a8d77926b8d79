"""The ASGI application: the routes, the middleware around them, and the background tasks."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import FastAPI
from starlette.middleware import Middleware

import artifex
from artifex.api import web_page
from artifex.api.bodies import Bodies
from artifex.api.cross_origin import CrossOrigin
from artifex.api.doorstep import Doorstep
from artifex.api.errors import install_error_answers
from artifex.api.guard import Guard
from artifex.api.openapi import describe
from artifex.api.routes import (
    about,
    auth,
    boards,
    continuity,
    encodings,
    events,
    film_streams,
    footage,
    jobs,
    keys,
    looks,
    loras,
    media,
    models,
    optimizations,
    presets,
    projects,
    prompts,
    shared,
    shares,
    styles,
    system,
    users,
    videos,
    webhooks,
)
from artifex.api.service import Service
from artifex.api.socket_io import socket_io_app
from artifex.api.web_page import PageFiles
from artifex.errors import ArtifexError
from artifex.files import remove_leftovers
from artifex.jobs.webhooks import Deliverer, Poster, prune_deliveries
from artifex.jobs.worker.upkeep import sweep_work
from artifex.logs import Outage

__all__ = ["build_app"]

API = "/api/v1"

_BELOW_API = (
    *(about, auth, boards, continuity, encodings, events, film_streams, footage, jobs, keys, looks, loras, media),
    *(models, optimizations, presets, projects, prompts, shared, shares, styles, system, users, webhooks),
)
"""Modules whose ``router`` is below ``/api/v1``; the videos are at ``/v1``, where OpenAI's clients expect them."""

_SWEEP_SECONDS = 3600.0
_TICK_SECONDS = 1.0
_SAMPLE_SECONDS = 2.0

_log = logging.getLogger(__name__)


def build_app(service: Service, *, has_supervisor: bool = False) -> FastAPI:
    """Build the application.

    Args:
        service: what the routes work with.
        has_supervisor: whether a supervisor in this process ticks the queue; otherwise the application does.
    """
    app = FastAPI(
        title="Artifex",
        version=artifex.__version__,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_beside(service, has_supervisor),
        middleware=_layers(service),
    )
    app.state.service = service
    install_error_answers(app)
    for module in _BELOW_API:
        app.include_router(module.router, prefix=API)
    app.include_router(system.open_router)
    app.include_router(videos.router)
    app.include_router(web_page.router)
    app.mount("/assets", PageFiles())
    app.mount("/socket.io", socket_io_app(service))
    describe(app)
    return app


def _layers(service: Service) -> list[Middleware]:
    """The middleware, outermost first."""
    config = service.config
    return [
        Middleware(CrossOrigin, config=config),
        Middleware(Doorstep, figures=service.figures),
        Middleware(Guard, config=config, accounts=service.accounts),
        Middleware(Bodies, limits=config.limits),
    ]


def _beside(service: Service, has_supervisor: bool) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The lifespan, which starts the background tasks and stops them at shutdown."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        chores = [
            service.hub.run(),
            _every(_SAMPLE_SECONDS, service.samples.take, "sampling"),
            _every(_SWEEP_SECONDS, lambda: _tidy(service), "tidying up"),
        ]
        if not has_supervisor:
            chores.append(_every(_TICK_SECONDS, service.queue.tick, "looking after the queue"))
        tasks = [asyncio.create_task(chore) for chore in chores]
        webhooks = Deliverer(service.database, Poster(private=service.config.private_imports))
        webhooks.start()
        try:
            yield
        finally:
            service.hub.close()
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task
            await asyncio.to_thread(webhooks.stop)

    return lifespan


async def _every(seconds: float, chore: Callable[[], object], name: str) -> None:
    """Run a chore in a thread again and again; failures are logged. It never waits for a thread of the routes, and
    shutdown does not wait for it."""
    alone, outage = CapacityLimiter(1), Outage(_log, name.capitalize())
    while True:
        try:
            await run_sync(chore, limiter=alone)
            outage.over()
        except ArtifexError as error:  # database or storage are away
            outage.failed(error.message)
        except Exception:  # noqa: BLE001 - the boundary of a thread: the next round may succeed
            _log.exception("%s failed", name)
        await asyncio.sleep(seconds)


def _tidy(service: Service) -> None:
    """Delete what has expired; rows of the database first, for the object storage may be unreachable."""
    service.queue.prune_events()
    service.accounts.shares.prune()
    prune_deliveries(service.database)
    service.assets.empty_trash()
    for folder in (service.settings.uploads, service.settings.clips, service.settings.segments):
        remove_leftovers(folder)
    service.assets.sweep()
    sweep_work(service.objects, service.queue)
