"""A library with a million finished jobs of a hundred users, written once and copied for each run."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from artifex.accounts.passwords import Passwords
from artifex.accounts.users import Users
from artifex.catalog.compose import Wishes, compose
from artifex.catalog.manifest import lock
from artifex.catalog.registry import find_model
from artifex.jobs.queue import NewJob
from artifex.settings import Settings
from artifex.store.database import open_database, sqlite_url
from artifex.store.schema import LATEST

USERS = 100
PASSWORD = "correct horse battery staple"
_FILE = "artifex.db"

_FINISHED_JOBS = """
    with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n + 1 < :count)
    insert into jobs (id, owner, kind, request, model, state, sequence, place, attempt, stage, step, step_count,
                      result, created_at, queued_at, started_at, finished_at)
    select printf('%032x', n), users.id, 'generate', :request, :model, 'succeeded', 17, n, 1, 'decode', 33, 33,
           :result, 1.7e9 + n, 1.7e9 + n, 1.7e9 + n + 5, 1.7e9 + n + 9
    from numbers join users on users.rowid = n % :users + 1
"""


def member(number: int) -> str:
    """The name of a user; ``number`` counts from 0."""
    return f"member{number:03}"


def new_clip(owner: str) -> NewJob:
    """The job that a plain request for a clip becomes."""
    spec = find_model("starter")
    recipe = compose(spec, lock(spec), Wishes("a red circle moves right on a blue background"), seed=1)
    request = {"recipe": recipe.to_data(), "seed_was_given": True, "codec": "h264"}
    return NewJob(kind="generate", request=request, owner=owner, model=recipe.model.name, step_count=recipe.steps)


@contextmanager
def fresh_home(cache: Path, count: int) -> Iterator[Path]:
    """A folder for ``ARTIFEX_HOME`` with a library of so many jobs, removed at the end."""
    library = _cached(cache, count)
    with TemporaryDirectory(prefix="run-", dir=cache) as folder:
        home = Path(folder)
        shutil.copyfile(library, home / _FILE)
        os.sync()  # writing back the copy must not slow down what is measured
        yield home


def _cached(cache: Path, count: int) -> Path:
    library = cache / f"library-{LATEST}-{count}.db"
    if not library.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache) as folder:
            written = _write(Path(folder), count)
            written.rename(library)
    return library


def _write(home: Path, count: int) -> Path:
    settings = Settings(home)
    database = open_database(sqlite_url(settings.database_file))
    users = Users(database, Passwords())
    for number in range(USERS):
        users.create(member(number), PASSWORD, "member")
    users.create("root", PASSWORD, "admin")
    database.close()
    job = new_clip("")
    connection = sqlite3.connect(settings.database_file)
    for pragma in ("journal_mode=off", "synchronous=off", "cache_size=-1000000"):
        connection.execute(f"pragma {pragma}")
    values = {
        "count": count,
        "users": USERS,
        "request": json.dumps(job.request),
        "model": job.model,
        "result": json.dumps({"asset_ids": ["0" * 32], "seconds": 4.0}),
    }
    connection.execute(_FINISHED_JOBS, values)
    connection.commit()
    connection.execute("pragma journal_mode=wal")
    connection.close()
    return settings.database_file
