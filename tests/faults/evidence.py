"""Gathers the final state of a studio: all rows, events and content, read and hashed again."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import select

from artifex.files import is_temporary
from artifex.jobs.queue import Event, Queue
from artifex.jobs.worker.upkeep import sweep_work
from artifex.store.assets import Assets
from artifex.store.blobs import Blobs
from artifex.store.database import Database
from artifex.store.objects import Objects
from artifex.store.tables.assets import assets, blob_uses, blobs
from artifex.store.tables.jobs import events, jobs
from tests.faults.history import AssetEnd, Evidence, JobEnd


def sweep_all(database: Database, objects: Objects, content: Blobs) -> None:
    """The server's hourly sweep, as if everything were old enough."""
    sweep_work(objects, Queue(database))
    objects.sweep(0.0)
    Assets(database, content).sweep(older_than=-1.0)


def gather(database: Database, objects: Objects, content: Blobs, home: Path) -> Evidence:
    at_end = gather_jobs(database)
    with database.read() as connection:
        told = connection.execute(select(events).order_by(events.c.seq)).mappings().all()
        kept = connection.execute(select(assets)).mappings().all()
        registered = {row.sha256: row.size for row in connection.execute(select(blobs))}
        uses: dict[str, set[str]] = defaultdict(set)
        for row in connection.execute(select(blob_uses)):
            uses[row.holder].add(row.sha256)
    return Evidence(
        jobs=at_end,
        events=[Event(**row) for row in told],
        assets=[AssetEnd(row["id"], row["job_id"], row["sha256"], row["size"], uses[row["id"]]) for row in kept],
        registered=registered,
        contents=dict(_contents(objects, content)),
        leftovers=[*_leftover_objects(objects, at_end), *leftover_files(home)],
    )


def gather_jobs(database: Database) -> dict[str, JobEnd]:
    names = list(JobEnd.__dataclass_fields__)
    with database.read() as connection:
        rows = connection.execute(select(*(jobs.c[name] for name in names))).mappings().all()
    return {row["id"]: JobEnd(**row) for row in rows}


def _contents(objects: Objects, content: Blobs) -> Iterator[tuple[str, tuple[int, str]]]:
    for sha256 in content.all():
        key = f"blobs/{sha256[:2]}/{sha256[2:]}"
        path = content.folder / sha256[:2] / sha256[2:]
        data = path.read_bytes() if content.remote is None else objects.get(key)
        yield sha256, (len(data), hashlib.sha256(data).hexdigest())


def _leftover_objects(objects: Objects, at_end: Mapping[str, JobEnd]) -> Iterator[str]:
    """Leftover objects, except those from which a job without success could be resumed."""
    for prefix in ("work/", "previews/", "unfinished/"):
        for key in objects.list(prefix):
            job = at_end.get(key.split("/")[1])
            if prefix == "unfinished/" or job is None or job.state == "succeeded":
                yield key


def leftover_files(home: Path) -> Iterator[str]:
    """Scratch files of jobs, and partial writes."""
    scratch = [path for folder in home.glob("slots/*") if folder.is_dir() for path in folder.rglob("*")]
    yield from (str(path) for path in scratch if path.is_file())
    yield from (str(path) for path in home.rglob("*") if is_temporary(path))
