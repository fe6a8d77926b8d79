"""Composition root: builds the real parts and connects them; the one module that knows every package."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from artifex.jobs.local import LocalStudio
from artifex.jobs.resident import ResidentModels
from artifex.jobs.winners import KeptWinners
from artifex.settings import Settings, read_settings
from artifex.store.blobs import Blobs

if TYPE_CHECKING:
    from artifex.api.config import ApiConfig
    from artifex.api.service import Service
    from artifex.jobs.films.local import LocalFilms
    from artifex.jobs.queue import Queue
    from artifex.jobs.worker.host import HostWorkers
    from artifex.store.database import Database

_ANY = 2**60
"""Bytes, or files: effectively no limit, since local users are limited by their disk only."""

__all__ = ["LocalStudio", "build_service", "host_workers", "local_films", "local_studio", "open_studio_database"]


def local_studio() -> LocalStudio:
    """Build everything needed to make clips in this process."""
    settings = read_settings()
    models = ResidentModels(settings.models, KeptWinners(settings.attention))
    return LocalStudio(settings, models, Blobs(settings.blobs))


def open_studio_database(settings: Settings, *, briefly: bool = False) -> "Database":
    """Open the PostgreSQL database that the settings name, or this home's SQLite file; ``briefly`` as in
    :func:`artifex.store.database.connect`. Raises BadInput, CannotRun."""
    from artifex.store.database import open_database, sqlite_url

    return open_database(settings.database_url or sqlite_url(settings.database_file), briefly=briefly)


def local_films(settings: Settings) -> "LocalFilms":
    """Build access to this machine's projects and library, with or without a server. Raises BadInput, CannotRun."""
    from artifex.jobs.films.desk import Desk
    from artifex.jobs.films.local import LocalFilms
    from artifex.jobs.importing import Importer, Quota, Sizes
    from artifex.store.assets import Assets
    from artifex.store.blobs import open_blobs
    from artifex.store.projects import Projects

    database = open_studio_database(settings, briefly=True)
    assets = Assets(database, open_blobs(settings))
    sizes, quota = Sizes(_ANY, _ANY, _ANY, _ANY), Quota(_ANY, _ANY)
    return LocalFilms(Desk(Projects(database)), assets, Importer(assets, settings.uploads, sizes, quota))


def build_service(settings: Settings, config: "ApiConfig", database: "Database", queue: "Queue") -> "Service":
    """Build everything that the API's routes use. Raises BadInput for invalid settings, CannotRun."""
    from artifex.accounts.accounts import Accounts
    from artifex.accounts.secret import VARIABLE, signing_secret
    from artifex.api.figures import Figures
    from artifex.api.hub import Hub
    from artifex.api.lanes import Lanes
    from artifex.api.samples import Samples
    from artifex.api.service import Service
    from artifex.api.snapshots import Snapshots
    from artifex.jobs.continuity import Reports
    from artifex.jobs.films.desk import Desk
    from artifex.jobs.films.footage import Footage
    from artifex.jobs.films.service import Films
    from artifex.jobs.films.streaming import Streams
    from artifex.jobs.films.viewing import Viewer
    from artifex.jobs.locks import Locks
    from artifex.jobs.standings import Standings
    from artifex.store.assets import Assets
    from artifex.store.blobs import open_blobs
    from artifex.store.objects import open_objects
    from artifex.store.projects import Projects

    figures, blobs, viewer = Figures(), open_blobs(settings), Viewer()
    secret = signing_secret(os.environ.get(VARIABLE, ""), settings.home)
    return Service(
        settings=settings,
        config=config,
        database=database,
        queue=queue,
        blobs=blobs,
        assets=Assets(database, blobs),
        accounts=Accounts(database, secret, sign_ins_a_minute=config.limits.sign_ins_a_minute),
        hub=Hub(queue, figures, config.event_seconds, config.limits.socket_backlog_bytes),
        lanes=Lanes(reads_at_once=database.is_sqlite),
        objects=open_objects(settings),
        figures=figures,
        samples=Samples(database, figures, settings.home),
        snapshots=Snapshots(queue),
        locks=Locks(),
        standings=Standings(settings),
        films=Films(
            Desk(Projects(database)),
            viewer,
            Streams(settings.segments),
            Reports(viewer.opener),
            Footage(settings.segments, viewer.opener),
        ),
    )


def host_workers(settings: Settings, names: Sequence[str], host: str) -> "HostWorkers":
    """Build what ``artifex worker`` runs. Raises BadInput, Conflict where no server's database is shared, CannotRun."""
    from artifex.jobs.queue import Queue
    from artifex.jobs.worker.host import HostWorkers, open_doorbells, require_shared
    from artifex.store.objects import open_objects

    require_shared(settings)
    open_objects(settings).check()
    doorbells = open_doorbells(settings)
    return HostWorkers(settings, Queue(open_studio_database(settings), doorbells.ring), doorbells, names, host)
